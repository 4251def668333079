/** Signing in where an organization manages the computer: only what it allows is offered, and who decides is said. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Account, AppState, Code, KnownHost, Language, Managed, SignInStep, Way } from '../src/bridge';
import { freshState } from '../src/bridge/scripted/host';
import { MANAGED } from '../src/bridge/scripted/managed';
import { ADA, ada, open, settled, stranger } from './window';

const WORK: Account = { ...ADA, id: 'nordwind.ghe.com/7', host: 'nordwind.ghe.com' };
const ALL: Way[] = ['browser', 'code', 'token'];
const ONE: KnownHost[] = [{ host: 'nordwind.ghe.com', client: true }];
const TWO: KnownHost[] = [...ONE, { host: 'git.example.com', client: false }];

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const absent = (name: string): boolean => screen.queryByRole('button', { name }) === null;
const spoken = (language: Language): Partial<AppState> => ({ settings: { ...freshState().settings, language, theme: 'light' } });
const policy = (change: Partial<Managed> = {}): Managed => ({ ...MANAGED, ...change });
/** What the policy leaves of the ways and the hosts. */
const leaves = (ways: Way[], hosts = ONE, change: Partial<AppState> = {}): Partial<AppState> => ({
  ways,
  hosts,
  host: 'nordwind.ghe.com',
  otherHosts: false,
  managed: MANAGED,
  ...change,
});

async function press(target: HTMLElement | string): Promise<void> {
  const pressed = typeof target === 'string' ? button(target) : target;
  // As a pointer or a key does it: what is pressed has the focus.
  pressed.focus();
  await fireEvent.click(pressed);
  await settled();
}

/** Which of the ways and of the hosts can be chosen now. */
function offered(): string[] {
  const names = ['Sign in with GitHub', 'Sign in with a code', 'Use a token', 'Use a company host'];
  return names.filter((name) => !absent(name));
}

test.each<[Way[], string[]]>([
  [ALL, ['Sign in with GitHub', 'Sign in with a code', 'Use a token']],
  [['browser'], ['Sign in with GitHub']],
  [['code', 'token'], ['Sign in with a code', 'Use a token']],
  [['token'], ['Use a token']],
])('of the ways only %s are offered, and the first of them is the large button', async (ways, names) => {
  await open(stranger(leaves(ways)));
  expect(offered(), 'what is not allowed must not be found out by trying').toEqual(names);
  expect(button(names[0] ?? '').classList.contains('button-primary'), 'one way is the one for nearly everybody').toBe(true);
});

test('the large button goes its own way, and the focus comes back to it', async () => {
  const host = stranger(leaves(['token']));
  await open(host);
  await press('Use a token');
  expect(screen.getByRole('heading', { name: 'Use a token' }), 'a token has steps of its own').toBe(document.activeElement);
  expect(host.calls('sign_in'), 'and nothing is asked before them').toHaveLength(0);
  await press('Back');
  expect(document.activeElement, 'reading goes on where it was').toBe(button('Use a token'));
});

test('a code in the first place is asked for by one press', async () => {
  const host = stranger(leaves(['code']));
  await open(host);
  await press('Sign in with a code');
  expect(host.calls('sign_in')).toEqual([{ request: { way: 'code', host: null, account: null } }]);
});

test('who manages this computer is said on the first screen, by name or without, in both languages', async () => {
  const host = stranger(leaves(ALL));
  await open(host);
  expect(screen.getByText('Managed by Nordwind'), 'whose rules these are').toBeTruthy();
  host.change({ managed: policy({ name: null }) });
  await settled();
  expect(screen.getByText('Managed by your organisation'), 'a policy need not give a name').toBeTruthy();
  host.change({ managed: policy(), ...spoken('zh-CN') });
  await settled();
  expect(screen.getByText('由 Nordwind 管理'), 'a Latin name stands apart').toBeTruthy();
  host.change({ managed: policy({ name: '北风公司' }) });
  await settled();
  expect(screen.getByText('由北风公司管理'), 'a Chinese one does not').toBeTruthy();
});

test('with one host there is no other to choose', async () => {
  await open(stranger(leaves(ALL, ONE)));
  expect(absent('Use a company host'), 'a page with nothing to choose is a dead end').toBe(true);
});

test('with several hosts one is chosen and none is typed', async () => {
  const host = stranger(leaves(['browser', 'code'], [...ONE, { host: 'octo.ghe.com', client: true }]));
  await open(host);
  await press('Use a company host');
  expect(screen.queryByRole('textbox'), 'what is typed could only be refused').toBeNull();
  const choice = within(screen.getByRole('group', { name: 'Company host' }));
  expect(choice.getByRole('radio', { name: 'octo.ghe.com' }), 'the default host has its button on the page before').toBe(document.activeElement);
  expect(choice.getByRole<HTMLInputElement>('radio', { name: 'octo.ghe.com' }).checked).toBe(true);
  await press('Sign in with GitHub');
  expect(host.calls('sign_in')).toEqual([{ request: { way: 'browser', host: 'octo.ghe.com', account: null } }]);
  await press('Cancel sign-in');
  await fireEvent.click(screen.getByRole('radio', { name: 'nordwind.ghe.com' }));
  await press('Sign in with a code');
  expect(host.calls('sign_in').at(-1), 'the other is as good').toEqual({ request: { way: 'code', host: 'nordwind.ghe.com', account: null } });
});

test('a host without an app where no token is allowed says why there is no way in', async () => {
  await open(stranger(leaves(['browser', 'code'], TWO)));
  await press('Use a company host');
  expect(offered(), 'neither of them can work there').toEqual([]);
  expect(screen.getByRole('status').textContent).toContain('No OAuth App is set up for git.example.com, and Nordwind does not allow tokens.');
  await fireEvent.click(screen.getByRole('radio', { name: 'nordwind.ghe.com' }));
  await settled();
  expect(offered(), 'on the other they do').toEqual(['Sign in with GitHub', 'Sign in with a code']);
});

test('with a host that is typed only the allowed ways stand below the field', async () => {
  await open(stranger({ ways: ['code', 'token'], managed: MANAGED }));
  await press('Use a company host');
  await fireEvent.input(screen.getByRole('textbox', { name: 'Company host' }), { target: { value: 'octo.ghe.com' } });
  expect(offered()).toEqual(['Sign in with a code', 'Use a token']);
});

test('a host that is not allowed is told at its field, with those that are', async () => {
  const host = stranger({ managed: MANAGED });
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
  host.instead('sign_in', () => { throw { code: 'host-not-allowed', params: { host: 'github.com', hosts: 'nordwind.ghe.com, octo.ghe.com' }, retryable: false }; });
  await open(host);
  await press('Use a company host');
  const box = screen.getByRole<HTMLInputElement>('textbox', { name: 'Company host' });
  await fireEvent.input(box, { target: { value: 'github.com' } });
  await press('Sign in with GitHub');
  const told = screen.getByRole('alert');
  expect(told.textContent).toBe('Your organisation allows sign-in only at nordwind.ghe.com or octo.ghe.com.');
  expect(box.getAttribute('aria-describedby'), 'the reason belongs to the field').toBe(told.id);
  expect([box.value, document.activeElement], 'and what was typed is there to be corrected').toEqual(['github.com', box]);
});

test('a host that is not allowed any more is told at the choice', async () => {
  const host = stranger(leaves(ALL, [...ONE, { host: 'octo.ghe.com', client: true }]));
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
  host.instead('sign_in', () => { throw { code: 'host-not-allowed', params: { host: 'octo.ghe.com', hosts: 'nordwind.ghe.com' }, retryable: false }; });
  await open(host);
  await press('Use a company host');
  await press('Sign in with GitHub');
  expect(screen.getByRole('group', { name: 'Company host' }).getAttribute('aria-describedby')).toBe(screen.getByRole('alert').id);
  await fireEvent.click(screen.getByRole('radio', { name: 'nordwind.ghe.com' }));
  expect(screen.queryByRole('alert'), 'a reason does not outlive what it was about').toBeNull();
});

test('a way that is not allowed is told with those that are, in both languages', async () => {
  const host = stranger({ managed: MANAGED });
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
  host.instead('sign_in', () => { throw { code: 'way-not-allowed', params: { way: 'browser', ways: 'code,token' }, retryable: false }; });
  await open(host);
  await press('Sign in with GitHub');
  expect(screen.getByRole('alert').textContent).toContain('Your organisation lets you sign in with a code or with a token only.');
  host.change(spoken('zh-CN'));
  await settled();
  expect(screen.getByRole('alert').textContent).toContain('你的组织只允许以下登录方式：设备码、令牌。');
});

test('who waits in vain is offered the code only where it is allowed', async () => {
  const signIn: SignInStep = { kind: 'waiting', host: 'nordwind.ghe.com', account: null, browserOpened: false, startedAt: Date.now() - 61_000, endsAt: Date.now() + 500_000 };
  const host = stranger(leaves(['browser'], ONE, { signIn }));
  await open(host);
  expect(absent('Sign in with a code'), 'it would be refused').toBe(true);
  expect(screen.queryByText('No browser on this computer?'), 'a question without an answer is not asked').toBeNull();
  host.change({ ways: ['browser', 'code'] });
  await settled();
  expect(button('Sign in with a code')).toBeTruthy();
});

test.each<[Code, Way, Way[], string[]]>([
  ['offline', 'browser', ['browser', 'code'], ['Sign in with GitHub', 'Sign in with a code']],
  ['offline', 'browser', ['browser'], ['Sign in with GitHub']],
  ['device-flow-disabled', 'code', ['browser', 'code'], ['Sign in with GitHub']],
  ['device-flow-disabled', 'code', ['code'], []],
  ['client-missing', 'browser', ['browser', 'code'], []],
  ['way-not-allowed', 'token', ['browser', 'code'], ['Sign in with GitHub', 'Sign in with a code']],
  ['host-not-allowed', 'browser', ['browser', 'code'], []],
])('after %s (%s) of the ways %s only those that can help are offered', async (code, way, ways, names) => {
  const signIn: SignInStep = { kind: 'failed', host: 'nordwind.ghe.com', way, account: null, error: { code, params: {}, retryable: false } };
  await open(stranger(leaves(ways, ONE, { signIn })));
  expect(offered(), 'a way that is refused is no way on').toEqual(names);
  expect(button('Back'), 'there is always one').toBeTruthy();
  const told = screen.getByRole('alert').textContent;
  if (!ways.includes('token')) expect(told, 'nor is it advised').not.toContain('A token needs none');
  if (!ways.includes('browser')) expect(told).not.toContain('through the browser');
});

test.each<[Way[], boolean, Way | 'steps']>([
  [['code', 'token'], true, 'code'],
  [['token'], true, 'steps'],
  [ALL, false, 'steps'],
])('signing in again goes the first way of %s that can work there', async (ways, client, way) => {
  const host = ada({ accounts: [{ ...WORK, state: 'signInNeeded' }], account: WORK.id, ...leaves(ways, [{ host: WORK.host, client }]) });
  await open(host);
  await press('Sign in again');
  if (way === 'steps') expect(screen.getByRole('heading', { name: 'Use a token for ada-lind' })).toBeTruthy();
  else expect(host.calls('sign_in')).toEqual([{ request: { way, host: WORK.host, account: WORK.id } }]);
});

test.each<[Language, RegExp, string]>([
  ['en', /not your fault.*whoever manages this computer.*an administrator must correct/, 'Retry'],
  ['zh-CN', /不是你的问题.*管理本机的人.*管理员改正/, '重试'],
])('a mistake in the policy is told to whom it is not the fault of, with the place (%s)', async (language, words, retry) => {
  const params = { file: '/etc/wingman/policy.toml', line: '7', column: '12', expected: 'a list of hosts' };
  const host = stranger({ phase: { kind: 'blocked', error: { code: 'policy-invalid', params, retryable: true } }, ...spoken(language) });
  await open(host);
  const told = screen.getByRole('alert').textContent;
  expect(told, 'what to do about it').toMatch(words);
  for (const part of ['/etc/wingman/policy.toml', '7', '12', 'a list of hosts']) expect(told, 'an administrator finds the place').toContain(part);
  await press(retry);
  expect(host.calls('retry_start'), 'once it is mended').toHaveLength(1);
});

test('a policy that cannot be read at all has a file and no place in it', async () => {
  const error = { code: 'policy-invalid' as const, params: { file: '/etc/wingman/policy.toml' }, retryable: true };
  await open(stranger({ phase: { kind: 'blocked', error } }));
  expect(screen.getByText('/etc/wingman/policy.toml'), 'no gap is shown for what is not known').toBeTruthy();
});
