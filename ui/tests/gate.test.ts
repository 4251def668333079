/** An organization in the way, and what each account's Copilot is and has left. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Account, MembershipStanding, Refusal } from '../src/bridge';
import { quotaOf } from '../src/bridge/scripted/catalogue';
import { turn, type ScriptedHost, type StateChange } from '../src/bridge/scripted/host';
import { copilotOf, membershipOf, reason, refused } from '../src/bridge/scripted/standings';
import { ADA, ada, open, row, settled, spoken } from './window';

const HOME: Account = { ...ADA, id: 'nordwind.ghe.com/7', host: 'nordwind.ghe.com' };
const LIN: Account = { ...ADA, id: 'github.com/8', login: 'linxiao' };

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const box = (): HTMLTextAreaElement => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
const told = (): string => screen.getByRole('alert').textContent;

function standing(membership: MembershipStanding, change: StateChange = {}): ScriptedHost {
  return ada({ accounts: [{ ...ADA, membership }], ...change });
}

function set(host: ScriptedHost, membership: MembershipStanding): Promise<void> {
  host.change({ accounts: host.state.accounts.map((one) => (one.id === ADA.id ? { ...one, membership } : one)) });
  return settled();
}

async function press(target: HTMLElement): Promise<void> {
  target.focus();
  await fireEvent.click(target);
  await settled();
}

const closed = (...refusals: Refusal[]): MembershipStanding => ({ kind: 'closed', refusals, all: false });

test.each([
  ['notMember', /ada-lind is not a member of acme-corp.*Ask an owner/, 'Open acme-corp’s page'],
  ['invited', /acme-corp has invited ada-lind.*Accept it/, 'Accept the invitation'],
  ['ssoRequired', /acme-corp asks you to sign on.*goes on by itself/, 'Sign on at acme-corp'],
  ['hiddenBySso', /acme-corp is hidden until you sign on/, 'Sign on at acme-corp'],
  ['maybeHiddenBySso', /acme-corp may be hidden.*may be one of them/, 'Sign on at acme-corp'],
  ['appNotApproved', /acme-corp has not approved this app.*An owner/, 'Ask acme-corp for approval'],
  ['ipNotAllowed', /IP allow list.*VPN.*owner of acme-corp/, null],
  ['cannotTell/scope', /does not show whether ada-lind is in acme-corp.*read:org/, null],
  ['cannotTell/app', /GitHub App.*Members: read.*not a member/, 'Open acme-corp’s installed apps'],
  ['cannotTell/personalToken', /fine-grained token.*acme-corp.*browser/, 'Open your tokens'],
  ['cannotTell/pages', /did not come to its end/, null],
  ['cannotTell/refused', /refused to say/, null],
])('%s is said in words of its own, with the button to the page that mends it', async (name, words, page) => {
  const host = standing(membershipOf(name));
  await open(host);
  expect(told(), 'which organization, what is the matter, what to do').toMatch(words);
  const buttons = within(screen.getByRole('alert'));
  for (const always of ['Check again', 'Add account']) expect(buttons.getByRole('button', { name: always })).toBeTruthy();
  if (page === null) return;
  await press(buttons.getByRole('button', { name: page }));
  expect(host.calls('open_organization_page'), 'the core knows the address').toEqual([{ account: ADA.id, organization: 'acme-corp' }]);
  expect(screen.getByText(/goes on by itself\.$/).closest('[role=status]'), 'nothing need be done here').toBeTruthy();
});

test.each(['scope', 'personalToken'])('what another sign-in would show (%s) offers to sign in again', async (why) => {
  const host = standing(membershipOf(`cannotTell/${why}`));
  await open(host);
  await press(button('Sign in again'));
  expect(host.calls('sign_in')).toEqual([{ request: { way: 'browser', host: ADA.host, account: ADA.id } }]);
});

test('where only owners have a page for approvals, it is not called a request', async () => {
  const why = reason('appNotApproved');
  const page = why.kind === 'appNotApproved' ? why.ownersPage : null;
  await open(standing(closed({ organization: 'acme-corp', reason: why, page })));
  expect(button('Open acme-corp’s approvals')).toBeTruthy();
  expect(told()).toContain('Only an owner');
});

test.each([
  [false, 'in one of these organisations'],
  [true, 'in all of these organisations'],
])('of several organizations (all: %s) each is told with its own button, and how many are needed', async (all, need) => {
  const host = standing({ kind: 'closed', all, refusals: [refused('acme-corp', reason('invited')), refused('octocorp', reason('ssoRequired'))] });
  await open(host);
  expect(told()).toContain(need);
  expect(within(screen.getByRole('alert')).getAllByRole('listitem'), 'one each').toHaveLength(2);
  expect(button('Accept the invitation').getAttribute('aria-describedby'), 'whose invitation').toBeTruthy();
  await press(button('Sign on at octocorp'));
  expect(host.calls('open_organization_page')).toEqual([{ account: ADA.id, organization: 'octocorp' }]);
});

test('while an organization is in the way chats are read, and a draft is kept and not sent', async () => {
  const host = standing(membershipOf('notMember'));
  const error = { code: 'organization-required' as const, params: {}, retryable: true };
  host.keep({
    summary: row('one', { draft: true }),
    turns: [turn({ id: 'q', role: 'you', text: 'An old question' }), turn({ id: 'a', role: 'copilot', state: { kind: 'failed', error } })],
    draft: 'half a thought',
  });
  await open(host);
  expect(screen.queryByText(/^Good (morning|afternoon|evening)/), 'in place of the greeting').toBeNull();
  expect(host.calls('models'), 'nobody asks for what cannot be used').toHaveLength(0);
  await press(button('one'));
  expect(screen.getByRole('article', { name: 'You' }).textContent, 'past chats are the person’s').toContain('An old question');
  expect(screen.getAllByText(/is not a member of acme-corp/), 'said once, above the composer').toHaveLength(1);
  expect(screen.queryByRole('button', { name: 'Retry' }), 'it could only fail again').toBeNull();
  expect(box().value).toBe('half a thought');
  await fireEvent.input(box(), { target: { value: 'half a thought, more' } });
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send')).toHaveLength(0);
  expect(button('Send').getAttribute('aria-disabled')).toBe('true');
  expect(screen.getByText(/once your organisation lets you in/), 'a disabled button says why').toBeTruthy();
  expect(box().value, 'the words stay').toBe('half a thought, more');
});

test('the window goes on by itself when the organization lets the account in', async () => {
  const host = standing(membershipOf('invited'));
  await open(host);
  await fireEvent.input(box(), { target: { value: 'Hello' } });
  await press(button('Accept the invitation'));
  await set(host, { kind: 'open' });
  expect(screen.queryByRole('alert')).toBeNull();
  expect(host.calls('models'), 'now they can be had').toHaveLength(1);
  expect(document.activeElement, 'the focus was on what is gone').toBe(box());
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send')[0]?.question.text, 'what was typed meanwhile').toBe('Hello');
});

test('checking again asks the core, and says that it does', async () => {
  const host = standing(membershipOf('notMember'));
  await open(host);
  await press(button('Check again'));
  expect(host.calls('check_again')).toHaveLength(1);
  expect(screen.getByText('Asking GitHub…').closest('[role=status]'), 'politely').not.toBeNull();
});

test('another account is chosen by login and host; one that is kept out as well is not offered', async () => {
  const out = { ...LIN, id: 'github.com/9', login: 'otto', membership: membershipOf('notMember') };
  const host = standing(membershipOf('notMember'));
  host.state = { ...host.state, accounts: [...host.state.accounts, HOME, LIN, out] };
  await open(host);
  await press(button('Use another account'));
  const names = screen.getAllByRole('menuitem').map(spoken);
  expect(names).toEqual(['Switch to ada-lind on nordwind.ghe.com', 'Switch to linxiao on github.com', 'Add account']);
  await press(screen.getByRole('menuitem', { name: 'Switch to ada-lind on nordwind.ghe.com' }));
  expect(host.calls('use_account')).toEqual([{ account: HOME.id }]);
  expect(screen.queryByRole('alert'), 'that one may ask').toBeNull();
});

test('models of another account are not shown to one that is kept out', async () => {
  const host = ada({ accounts: [ADA, { ...LIN, membership: membershipOf('notMember') }] });
  await open(host);
  host.change({ account: LIN.id });
  await settled();
  expect(button('Model for the next message: not available')).toBeTruthy();
});

test('while GitHub is being asked a quiet status says so, and nothing is sent', async () => {
  const host = standing(membershipOf('asking'));
  await open(host);
  expect(screen.getByText('Checking your organisation…').getAttribute('role')).toBe('status');
  expect(screen.queryByRole('alert'), 'nothing is wrong').toBeNull();
  await fireEvent.input(box(), { target: { value: 'Hello' } });
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send')).toHaveLength(0);
  expect(box().value).toBe('Hello');
});

test('GitHub that cannot be asked is told with the reason, and that Wingman asks again', async () => {
  const host = standing(membershipOf('unknown'));
  await open(host);
  expect(told()).toMatch(/cannot be asked whether ada-lind.*No connection to nordwind\.ghe\.com\..*asks again by itself/);
  await press(button('Check again'));
  expect(host.calls('check_again')).toHaveLength(1);
  const error = { code: 'rate-limited' as const, params: {}, retryable: true };
  await set(host, { kind: 'unknown', error });
  expect(told(), 'another model is no way out of this').not.toContain('model');
});

test('an outage after a good answer blocks nothing: one line says until when', async () => {
  const host = standing(membershipOf('grace'));
  await open(host);
  const line = screen.getByText(/^Your organisation cannot be checked now: No connection.*Until .*\d/);
  expect(line.closest('[role=status]'), 'quietly').toBeTruthy();
  await fireEvent.input(box(), { target: { value: 'Hello' } });
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send')).toHaveLength(1);
});

test('it is all said in Chinese as well', async () => {
  const host = standing(membershipOf('invited'), { settings: { language: 'zh-CN', theme: 'light' } });
  await open(host);
  expect(told()).toContain('acme-corp 已邀请 ada-lind');
  for (const name of ['接受邀请', '重新检查', '添加账户']) expect(button(name)).toBeTruthy();
});

test('the account menu says in a word how each account stands', async () => {
  const accounts: Account[] = [
    { ...ADA, membership: membershipOf('notMember') },
    { ...LIN, membership: membershipOf('ssoRequired') },
    { ...LIN, id: 'github.com/9', login: 'otto', copilot: copilotOf('no-plan') },
    { ...LIN, id: 'github.com/10', login: 'mira', state: 'signInNeeded', membership: membershipOf('notMember') },
    HOME,
  ];
  await open(ada({ accounts }));
  await press(screen.getByRole('button', { name: /^Account: ada-lind/ }));
  expect(screen.getAllByRole('menuitemradio').map(spoken)).toEqual([
    'ada-lind on github.com, not in acme-corp',
    'linxiao on github.com, not confirmed in acme-corp',
    'otto on github.com, no Copilot',
    'mira on github.com, sign in again',
    'ada-lind on nordwind.ghe.com, signed in',
  ]);
});

async function card(change: Partial<Account>, language: 'en' | 'zh-CN' = 'en') {
  const host = ada({ accounts: [{ ...ADA, ...change }], settings: { language, theme: 'light' } });
  await open(host);
  await press(button(language === 'en' ? 'Settings' : '设置'));
  return { host, card: within(screen.getByRole('listitem', { name: /ada-lind/ })) };
}

test.each([
  ['individual_pro', 300, 'Copilot Pro'],
  ['individual_pro', 1500, 'Copilot Pro+'],
  ['individual', 50, 'Copilot Free'],
  ['individual', 300, 'Copilot Pro'],
  ['individual', null, 'Copilot, individual plan'],
  ['business', 300, 'Copilot Business'],
  ['enterprise', null, 'Copilot Enterprise'],
  ['something_new', null, 'something_new'],
])('the plan %s that grants %s is called %s', async (plan, entitlement, name) => {
  const quota = entitlement === null ? null : quotaOf({ entitlement, remaining: 1 });
  const shown = await card({ copilot: { kind: 'ready', plan, quota, resetsAt: null } });
  expect(shown.card.getByText(name)).toBeTruthy();
  expect(shown.card.queryByRole('progressbar') !== null, 'no bar where nothing is counted').toBe(quota !== null);
});

test('what is left of the month is told with a bar, the day it begins anew, and whether more is paid', async () => {
  const resetsAt = new Date(2026, 11, 1, 12).getTime();
  const copilot = { kind: 'ready', plan: 'enterprise', quota: quotaOf({ entitlement: 1500, remaining: 412.5, moreIsPaid: true }), resetsAt } as const;
  const words = '412.5 of 1,500 premium requests left · resets December 1 · more is paid';
  const { card: mine } = await card({ copilot });
  expect(mine.getByText(words)).toBeTruthy();
  expect(mine.getByRole('progressbar', { name: 'Premium requests' }).getAttribute('aria-valuetext')).toBe(words);
  expect(screen.getByText(/^ada-lind pays/).textContent, 'quietly beside who pays').toContain(words);
});

test('the same in Chinese, dates and all', async () => {
  const resetsAt = new Date(2026, 11, 1, 12).getTime();
  const copilot = { kind: 'ready', plan: 'business', quota: quotaOf({ entitlement: 300, remaining: 12 }), resetsAt } as const;
  const { card: mine } = await card({ copilot }, 'zh-CN');
  expect(mine.getByText('高级请求剩余 12 / 300 次 · 12月1日重置')).toBeTruthy();
});

test('a plan without premium requests has no bar to read', async () => {
  const { card: mine } = await card({ copilot: { kind: 'ready', plan: 'free', quota: quotaOf({}), resetsAt: null } });
  expect(mine.getByText('The plan has no premium requests')).toBeTruthy();
  expect(mine.queryByRole('progressbar')).toBeNull();
});

test.each([
  ['no-plan', 'github.com', true],
  ['free-offered', 'github.com', true],
  ['no-plan', 'nordwind.ghe.com', false],
  ['seat-pending', 'github.com', false],
  ['disabled', 'github.com', false],
])('no Copilot because of %s at %s: the page that helps is offered (%s)', async (why, where, helps) => {
  const { host, card: mine } = await card({ host: where, copilot: copilotOf(why) });
  expect(mine.getByText('ada-lind has no access to Copilot')).toBeTruthy();
  expect(mine.getByText('No Copilot'), 'in a word, too').toBeTruthy();
  await press(mine.getByRole('button', { name: 'Check again' }));
  expect(host.calls('check_again')).toHaveLength(1);
  const page = mine.queryByRole('button', { name: 'Open your Copilot settings' });
  expect(page !== null).toBe(helps);
  if (!page) return;
  await press(page);
  expect(host.calls('open_link')).toEqual([{ link: { url: 'https://github.com/settings/copilot', words: null, agreed: true } }]);
});

test('a server without Copilot is not asked about it again', async () => {
  const error = { code: 'copilot-not-served' as const, params: {}, retryable: false };
  const { card: mine } = await card({ host: 'git.example.com', copilot: { kind: 'refused', error } });
  expect(mine.getByText('Copilot is not served on git.example.com')).toBeTruthy();
  expect(mine.queryByRole('button', { name: 'Check again' }), 'it would change nothing').toBeNull();
});

test('a plan that was started meanwhile brings the models', async () => {
  const host = ada({ accounts: [{ ...ADA, copilot: copilotOf('no-plan') }] });
  await open(host);
  const before = host.calls('models').length;
  host.change({ accounts: [{ ...ADA, copilot: copilotOf('pro') }] });
  await settled();
  expect(host.calls('models').length).toBe(before + 1);
});
