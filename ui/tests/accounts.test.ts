/** Several accounts: choosing, adding, signing in again, leaving. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Account, Code, SignInStep } from '../src/bridge';
import { turn, type ScriptedHost } from '../src/bridge/scripted/host';
import { ADA, ada, open, row, settled, spoken } from './window';

const HOME: Account = { ...ADA, id: 'nordwind.ghe.com/7', host: 'nordwind.ghe.com' };
const LIN: Account = { ...ADA, id: 'github.com/8', login: 'linxiao', state: 'signInNeeded' };

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const item = (name: string): HTMLElement => screen.getByRole('menuitem', { name });
const card = (name: RegExp) => within(screen.getByRole('listitem', { name }));

async function press(target: HTMLElement): Promise<void> {
  // As a pointer or a key does it: what is pressed has the focus.
  target.focus();
  await fireEvent.click(target);
  await settled();
}

async function menu(host: ScriptedHost): Promise<void> {
  await open(host);
  await press(screen.getByRole('button', { name: /^Account: ada-lind/ }));
}

async function settings(host: ScriptedHost): Promise<void> {
  await open(host);
  await press(button('Settings'));
}

test('the account menu tells one login on two hosts apart, and who must sign in again', async () => {
  const host = ada({ accounts: [ADA, HOME, LIN] });
  await menu(host);
  const names = screen.getAllByRole('menuitemradio').map(spoken);
  expect(names, 'login, host and state, aloud and in sight').toEqual([
    'ada-lind on github.com, signed in',
    'ada-lind on nordwind.ghe.com, signed in',
    'linxiao on github.com, sign in again',
  ]);
  expect(screen.getAllByRole('menuitemradio').map((one) => one.getAttribute('aria-checked')), 'and which is in use').toEqual(['true', 'false', 'false']);
  await press(screen.getByRole('menuitemradio', { name: /nordwind/ }));
  expect(host.calls('use_account')).toEqual([{ account: HOME.id }]);
});

test('another account is added by the same ways, and left without signing in', async () => {
  const host = ada();
  await menu(host);
  await press(item('Add account'));
  expect(document.activeElement, 'reading goes on there').toBe(screen.getByRole('heading', { name: 'Add an account' }));
  for (const name of ['Sign in with GitHub', 'Use a company host', 'Sign in with a code', 'Use a token']) {
    expect(button(name), 'nothing less than on the first day').toBeTruthy();
  }
  await press(button('Back'));
  expect(screen.getByRole('textbox', { name: 'Message' }), 'nothing happened').toBeTruthy();

  await press(screen.getByRole('button', { name: /^Account: ada-lind/ }));
  await press(item('Add account'));
  await fireEvent.keyDown(document.body, { key: 'Escape' });
  await settled();
  expect(screen.getByRole('textbox', { name: 'Message' }), 'Escape does the same').toBeTruthy();
  expect(host.calls('sign_in')).toHaveLength(0);
});

test('cancelling leads back to the ways; signing in leads to the chats', async () => {
  const host = ada();
  await menu(host);
  await press(item('Add account'));
  await press(button('Sign in with GitHub'));
  await press(button('Cancel sign-in'));
  expect(screen.getByRole('heading', { name: 'Add an account' }), 'another way can be tried').toBeTruthy();
  await press(button('Sign in with GitHub'));
  host.change({ accounts: [ADA, HOME], account: HOME.id, signIn: { kind: 'idle' } });
  await settled();
  expect(screen.getByRole('button', { name: /^Account: ada-lind/ }).textContent, 'the new account is in use').toContain(HOME.host);
});

test('an account that needs it signs in again as itself, wherever that is offered', async () => {
  const host = ada({ accounts: [{ ...HOME, state: 'signInNeeded' }, ADA], account: HOME.id });
  const request = { way: 'browser', host: HOME.host, account: HOME.id };
  await open(host);
  await press(button('Sign in again'));
  await press(button('Cancel sign-in'));
  await press(button('Settings'));
  const mine = card(/nordwind/);
  await press(mine.getByRole('button', { name: 'Sign in again' }));
  expect(host.calls('sign_in'), 'from the chat and from the settings').toEqual([{ request }, { request }]);
});

test('at a host without an app, signing in again goes to the token’s steps', async () => {
  const host = ada({ accounts: [{ ...ADA, state: 'signInNeeded' }], hosts: [{ host: 'github.com', client: false }] });
  await open(host);
  await press(button('Sign in again'));
  expect(screen.getByRole('heading', { name: 'Use a token for ada-lind' }), 'the browser could only fail').toBeTruthy();
  await press(button('Back'));
  expect(screen.getByRole('textbox', { name: 'Message' })).toBeTruthy();
});

test('somebody else than was asked for is told, and the person decides', async () => {
  const signIn: SignInStep = { kind: 'other', host: HOME.host, asked: 'ada-lind', came: 'linxiao', way: 'browser', account: HOME.id };
  const host = ada({ accounts: [ADA, HOME], signIn });
  await open(host);
  const told = screen.getByRole('alert').textContent;
  expect(told, 'who was asked for').toContain('ada-lind');
  expect(told, 'who came').toContain('linxiao');
  await press(button('Try again'));
  expect(host.calls('sign_in'), 'the one on this host').toEqual([{ request: { way: 'browser', host: HOME.host, account: HOME.id } }]);
  host.change({ signIn });
  await settled();
  await press(button('Keep linxiao'));
  expect(host.calls('keep_account')).toHaveLength(1);
  host.change({ signIn });
  await settled();
  await press(button('Cancel sign-in'));
  expect(host.calls('cancel_sign_in'), 'nothing is kept').toHaveLength(1);
});

test('the settings say what each account is and what it lacks', async () => {
  const host = ada({ accounts: [{ ...ADA, missingScopes: ['read:org', 'user:email'] }, LIN] });
  await settings(host);
  const mine = card(/ada-lind/);
  expect(mine.getByText('In use')).toBeTruthy();
  expect(mine.getByText(/read:org was not granted: checks of your organisation/), 'what it means, not only its name').toBeTruthy();
  expect(mine.getByText(/user:email was not granted/), 'others too').toBeTruthy();
  expect(mine.getByRole('button', { name: 'Sign in again' }), 'and the way to mend it').toBeTruthy();
  expect(card(/linxiao/).getByText('Sign in again to use this account')).toBeTruthy();
  await press(card(/linxiao/).getByRole('button', { name: 'Use this account' }));
  expect(host.calls('use_account'), 'its chats can be read').toEqual([{ account: LIN.id }]);
});

test('signing out asks first, and the focus is not lost with the card', async () => {
  const host = ada({ accounts: [ADA, HOME] });
  await settings(host);
  await press(card(/nordwind/).getByRole('button', { name: 'Sign out' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Sign out ada-lind on nordwind.ghe.com?' }));
  expect(host.calls('sign_out'), 'not yet').toHaveLength(0);
  await press(dialog.getByRole('button', { name: 'Sign out' }));
  expect(host.calls('sign_out')).toEqual([{ account: HOME.id }]);
  expect(document.activeElement, 'the button went with its card').toBe(screen.getByRole('heading', { name: 'Accounts' }));
});

test('forgetting an account says what goes, asks, and takes its chats from the list', async () => {
  const host = ada({ accounts: [ADA, HOME] });
  host.keep({ summary: row('mine') });
  await settings(host);
  await press(card(/github\.com/).getByRole('button', { name: 'Forget this account' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Forget ada-lind on github.com?' }));
  expect(dialog.getByText(/sign-in, its chats, its drafts and what Copilot remembers.*cannot be undone/), 'in clear words').toBeTruthy();
  await press(dialog.getByRole('button', { name: 'Cancel' }));
  expect(host.calls('forget_account'), 'who hesitates loses nothing').toHaveLength(0);
  await press(card(/github\.com/).getByRole('button', { name: 'Forget this account' }));
  await press(within(screen.getByRole('dialog', { name: /^Forget/ })).getByRole('button', { name: 'Forget this account' }));
  expect(host.calls('forget_account')).toEqual([{ account: ADA.id }]);
  expect(host.kept.size).toBe(0);
});

test('everybody is signed out at once, from the menu and from the settings, after a question', async () => {
  const host = ada({ accounts: [ADA, HOME] });
  await menu(host);
  await press(item('Sign out all'));
  await press(within(screen.getByRole('dialog')).getByRole('button', { name: 'Cancel' }));
  await press(button('Settings'));
  await press(button('Sign out all'));
  await press(within(screen.getByRole('dialog', { name: 'Sign out all accounts?' })).getByRole('button', { name: 'Sign out all' }));
  expect(host.calls('sign_out_all')).toHaveLength(1);
  expect(document.activeElement, 'back at the beginning').toBe(screen.getByRole('heading', { name: 'A quiet window for GitHub Copilot' }));
});

test('one account alone has no “all” to sign out', async () => {
  await menu(ada());
  expect(screen.queryByRole('menuitem', { name: 'Sign out all' }), 'two words for one thing').toBeNull();
});

test.each<Code>(['copilot-not-served', 'no-copilot'])('where models would be chosen, %s says why not and offers another account', async (code) => {
  const host = ada({ accounts: [ADA, HOME, LIN] });
  host.instead('models', ({ account }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
    if (account === ADA.id) throw { code, params: { login: ADA.login, host: ADA.host }, retryable: false };
    return host.models;
  });
  await open(host);
  const told = within(screen.getByRole('alert'));
  expect(told.queryByRole('button', { name: /linxiao/ }), 'one that cannot be used is no help').toBeNull();
  expect(told.queryByRole('button', { name: 'Retry' }) !== null, 'a plan can be started, a server cannot change').toBe(code === 'no-copilot');
  await press(button('Model for the next message: not available'));
  expect(screen.getByRole('option', { name: 'Switch to ada-lind on nordwind.ghe.com' }), 'in the list of models too').toBeTruthy();
  await press(told.getByRole('button', { name: 'Switch to ada-lind on nordwind.ghe.com' }));
  expect(host.calls('use_account')).toEqual([{ account: HOME.id }]);
  expect(screen.queryByRole('alert'), 'that account can').toBeNull();
});

test('a question that Copilot does not serve offers another account under it, once', async () => {
  const error = { code: 'copilot-not-served' as const, params: { host: 'git.example.com' }, retryable: false };
  const host = ada();
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
  host.instead('models', () => { throw error; });
  host.keep({ summary: row('asked'), turns: [turn({ id: 'a', role: 'copilot', state: { kind: 'failed', error } })] });
  await open(host);
  await press(button('asked'));
  const told = within(screen.getByRole('alert'));
  expect(told.getByText('Copilot is not served on git.example.com')).toBeTruthy();
  await press(told.getByRole('button', { name: 'Add account' }));
  expect(screen.getByRole('heading', { name: 'Add an account' })).toBeTruthy();
});
