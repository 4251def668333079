import { fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import type { AppState, Code, SignInRequest, SignInStep, Way } from '../src/bridge';
import { ADA, ada, open, settled, stranger } from './window';

type At<K extends SignInStep['kind']> = Extract<SignInStep, { kind: K }>;

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const box = (): HTMLInputElement => screen.getByRole<HTMLInputElement>('textbox', { name: 'Company host' });
const titled = (name: string): HTMLElement => screen.getByRole('heading', { name });

async function press(name: string): Promise<void> {
  await fireEvent.click(button(name));
  await settled();
}

const request = (way: Way, change: Partial<SignInRequest> = {}): { request: SignInRequest } => ({
  request: { way, host: null, account: null, ...change },
});

const waiting = (change: Partial<At<'waiting'>> = {}): { signIn: SignInStep } => ({
  signIn: { kind: 'waiting', host: 'github.com', account: null, browserOpened: true, startedAt: Date.now(), endsAt: Date.now() + 582_500, ...change },
});

const shown = (change: Partial<At<'code'>> = {}): { signIn: SignInStep } => ({
  signIn: {
    kind: 'code',
    host: 'github.com',
    userCode: 'WDJB-MJHT',
    page: 'https://github.com/login/device',
    browserOpened: true,
    endsAt: Date.now() + 872_500,
    ...change,
  },
});

const failed = (code: Code, change: Partial<At<'failed'>> = {}, params: Record<string, string> = {}): { signIn: SignInStep } => ({
  signIn: { kind: 'failed', host: 'github.com', way: 'browser', account: null, error: { code, params, retryable: false }, ...change },
});

const HOSTS: Partial<AppState> = {
  hosts: [
    { host: 'github.com', client: true },
    { host: 'nordwind.ghe.com', client: true },
    { host: 'git.example.com', client: false },
  ],
};

afterEach(() => vi.useRealTimers());

test('a stranger is asked to sign in, and one press starts it', async () => {
  const host = stranger();
  await open(host);
  await fireEvent.click(button('Sign in with GitHub'));
  await settled();
  expect(host.calls('sign_in'), 'the press must start one sign-in, at the configured host').toEqual([request('browser')]);
  expect(screen.getByRole('heading', { name: 'Continue in your browser' }), 'the window must say where it goes on').toBeTruthy();
});

test('another host than github.com is named under the button', async () => {
  await open(stranger({ host: 'nordwind.ghe.com' }));
  expect(screen.getByText('on nordwind.ghe.com'), 'nobody should sign in to a host they did not expect').toBeTruthy();
});

test('waiting shows the time left and offers link, browser and cancel', async () => {
  const host = stranger(waiting());
  await open(host);
  expect(screen.getByText(/9:4[123]/), 'the attempt ends by itself, so its end must be in sight').toBeTruthy();
  await fireEvent.click(button('Open the browser again'));
  await fireEvent.click(button('Copy sign-in link'));
  await settled();
  expect(host.calls('reopen_browser'), 'a closed tab must be mended').toHaveLength(1);
  expect(host.calls('copy_sign_in_link'), 'the link must reach another browser').toHaveLength(1);
  expect(screen.getAllByText('Copied').length, 'copying leaves no trace, so it must be confirmed').toBeGreaterThan(0);
  expect(button('Copy sign-in link'), 'the button keeps its name while it confirms').toBeTruthy();
  await fireEvent.click(button('Cancel sign-in'));
  await settled();
  expect(button('Sign in with GitHub'), 'cancelling must lead back to the beginning').toBeTruthy();
});

test('without a browser the window says so instead of claiming that one is open', async () => {
  await open(stranger(waiting({ browserOpened: false })));
  expect(screen.getByRole('heading', { name: 'Open the link in a browser' }), 'waiting for nothing would never end').toBeTruthy();
  expect(screen.queryByText('Browser opened'), 'this did not happen').toBeNull();
});

test.each<[Code, RegExp]>([
  ['sign-in-denied', /declined/],
  ['sign-in-expired', /too long/],
  ['sign-in-mismatch', /did not fit/],
  ['offline', /No connection to github\.com/],
])('a sign-in that ended with %s says what, and the way on is on the same screen', async (code, title) => {
  const host = stranger(failed(code));
  await open(host);
  expect(screen.getByRole('alert').textContent, 'the reason must be told, and aloud').toMatch(title);
  await fireEvent.click(button('Sign in with GitHub'));
  expect(host.calls('sign_in'), 'trying again must be one press').toHaveLength(1);
});

test('back from a failure leads to the welcome', async () => {
  const host = stranger(failed('offline'));
  await open(host);
  await fireEvent.click(button('Back'));
  await settled();
  expect(host.calls('dismiss_sign_in'), 'the failure must be put away in the core, or it would come back').toHaveLength(1);
  expect(screen.queryByRole('alert'), 'what was put away must be gone').toBeNull();
});

test('the code is offered by itself when nothing came back for a minute, and not before', async () => {
  const host = stranger(waiting({ host: 'nordwind.ghe.com' }));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  const opening = open(host);
  await vi.advanceTimersByTimeAsync(100);
  await opening;
  await vi.advanceTimersByTimeAsync(59_000);
  expect(screen.queryByRole('button', { name: 'Sign in with a code' }), 'a person who is typing a password is not hurried').toBeNull();
  await vi.advanceTimersByTimeAsync(2000);
  vi.useRealTimers();
  const offer = screen.getByText('Nothing came back?').closest('[role=status]');
  expect(offer, 'the offer comes unasked, so it is announced, politely').toBeTruthy();
  await press('Sign in with a code');
  expect(host.calls('sign_in'), 'at the same host').toEqual([request('code', { host: 'nordwind.ghe.com' })]);
});

test('a sign-in that waits already for a minute offers the code at once', async () => {
  await open(stranger(waiting({ startedAt: Date.now() - 61_000 })));
  expect(button('Sign in with a code'), 'the minute counts from the beginning, not from a reload').toBeTruthy();
});

test('without a browser the code is offered at once', async () => {
  await open(stranger(waiting({ browserOpened: false })));
  expect(button('Sign in with a code'), 'nothing can come back to here').toBeTruthy();
});

test('the code after the browser is for the same account', async () => {
  const host = ada({ accounts: [{ ...ADA, state: 'signInNeeded' }] });
  await open(host);
  await press('Sign in again');
  host.change(waiting({ account: ADA.id, browserOpened: false }));
  await settled();
  await press('Sign in with a code');
  expect(host.calls('sign_in').at(-1), 'whoever else came back would have to be asked about').toEqual(
    request('code', { host: 'github.com', account: ADA.id }),
  );
});

test('a code is asked for, shown, and copied by the core', async () => {
  const host = stranger();
  await open(host);
  await press('Sign in with a code');
  expect(host.calls('sign_in')).toEqual([request('code')]);
  expect(document.activeElement, 'reading goes on at the new title').toBe(titled('Getting a code'));
  expect(button('Cancel sign-in'), 'GitHub may take its time').toBeTruthy();
  host.change(shown());
  await settled();
  expect(document.activeElement, 'and again').toBe(titled('Enter this code on GitHub'));
  const code = screen.getByRole('group', { name: 'Sign-in code' });
  expect(code.textContent, 'as it was given').toContain('WDJB-MJHT');
  expect(code.textContent, 'the address can be typed on another device').toContain('https://github.com/login/device');
  expect(screen.getByText(/14:3[123]/), 'the code ends by itself').toBeTruthy();
  await press('Copy code');
  expect(host.calls('copy_sign_in_code'), 'the clipboard is the core’s').toHaveLength(1);
  expect(screen.getAllByText('Copied').length, 'copying leaves no trace, so it must be confirmed').toBeGreaterThan(1);
  await fireEvent.click(screen.getByText('WDJB-MJHT'));
  await settled();
  expect(host.calls('copy_sign_in_code'), 'a press on the code does the same').toHaveLength(2);
  await press('Open the page again');
  await press('Copy sign-in link');
  expect([host.calls('reopen_browser').length, host.calls('copy_sign_in_link').length], 'a closed tab is mended').toEqual([1, 1]);
  await press('Cancel sign-in');
  expect(titled('A quiet window for GitHub Copilot'), 'cancelling leads back').toBe(document.activeElement);
});

test('without a browser the code’s page is not said to be open', async () => {
  await open(stranger(shown({ browserOpened: false })));
  expect(screen.queryByText('Page opened'), 'this did not happen').toBeNull();
  expect(screen.getByText(/Open this page in any browser/), 'so the person is told to').toBeTruthy();
});

test('a company host is signed in to by Enter, as it was typed', async () => {
  const host = stranger();
  await open(host);
  await press('Use a company host');
  expect(document.activeElement, 'the next thing is the name').toBe(box());
  await fireEvent.input(box(), { target: { value: 'Nordwind.ghe.com' } });
  const form = box().form;
  if (form) await fireEvent.submit(form);
  await settled();
  expect(host.calls('sign_in'), 'the core reads it').toEqual([request('browser', { host: 'Nordwind.ghe.com' })]);
});

test.each(['empty', 'scheme', 'user-info', 'port', 'path', 'look-alike', 'not-ascii', 'malformed', 'sandbox'])(
  'a host refused as %s is told at its field, in words of its own',
  async (reason) => {
    const host = stranger();
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
    host.instead('sign_in', () => { throw { code: 'host-refused', params: { reason }, retryable: false }; });
    await open(host);
    await press('Use a company host');
    await fireEvent.input(box(), { target: { value: 'what was typed' } });
    await press('Sign in with GitHub');
    const told = screen.getByRole('alert');
    expect(box().getAttribute('aria-describedby'), 'the reason belongs to the field').toBe(told.id);
    expect(box().getAttribute('aria-invalid')).toBe('true');
    expect(told.textContent, 'and is its own').not.toContain('cannot tell which GitHub');
    expect(box().value, 'what was typed is there to be corrected').toBe('what was typed');
    expect(document.activeElement, 'right away').toBe(box());
    await fireEvent.input(box(), { target: { value: 'other' } });
    expect(screen.queryByRole('alert'), 'a reason does not outlive what it was about').toBeNull();
  },
);

test('a configured host is chosen by one press, and one without an app takes tokens only', async () => {
  const host = stranger(HOSTS);
  await open(host);
  await press('Use a company host');
  expect(screen.queryByRole('button', { name: 'github.com' }), 'the default host has its own button').toBeNull();
  await press('nordwind.ghe.com');
  expect(box().value).toBe('nordwind.ghe.com');
  await press('Sign in with a code');
  expect(host.calls('sign_in')).toEqual([request('code', { host: 'nordwind.ghe.com' })]);
  await press('Cancel sign-in');
  expect(box().value, 'whoever cancels is where they were').toBe('nordwind.ghe.com');
  await press('git.example.com');
  expect(screen.queryByRole('button', { name: 'Sign in with GitHub' }), 'a way that cannot work is not offered').toBeNull();
  await press('Use a token');
  await press('Use the copied token');
  expect(host.calls('sign_in').at(-1)).toEqual(request('token', { host: 'git.example.com' }));
});

test('Escape and Back lead from the company host to the ways, and the focus to where it came from', async () => {
  await open(stranger());
  await press('Use a company host');
  await fireEvent.keyDown(box(), { key: 'Escape' });
  await settled();
  expect(document.activeElement, 'by Escape').toBe(button('Use a company host'));
  await press('Use a company host');
  await press('Back');
  expect(document.activeElement, 'by the button').toBe(button('Use a company host'));
});

test('a token is made on GitHub, and used from the clipboard without passing through the window', async () => {
  const host = stranger();
  await open(host);
  await press('Use a token');
  expect(document.activeElement).toBe(titled('Use a token'));
  await press('Make a token on github.com');
  expect(host.calls('open_link')).toEqual([{ link: { url: 'https://github.com/settings/personal-access-tokens/new', words: null, agreed: true } }]);
  expect(screen.queryByRole('textbox'), 'a token that is typed would be in the window').toBeNull();
  expect(screen.getByText(/never into this window/), 'and that is said').toBeTruthy();
  expect(screen.getByText(/classic token \(ghp_…\) does not work/), 'nobody makes the wrong one').toBeTruthy();
  await press('Use the copied token');
  expect(host.calls('sign_in')).toEqual([request('token')]);
  expect(screen.getAllByText('Checking the token').length, 'a token is not approved in a browser').toBeGreaterThan(0);
  expect(screen.queryByText('Browser opened')).toBeNull();
});

test('on an Enterprise Server no address is guessed and no Copilot promised', async () => {
  await open(stranger());
  await press('Use a company host');
  await fireEvent.input(box(), { target: { value: 'https://Git.example.com/' } });
  await press('Use a token');
  expect(screen.getByText(/on git\.example\.com, in your developer settings/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: /Make a token/ }), 'its settings may be elsewhere').toBeNull();
  expect(screen.queryByText(/Copilot Requests/), 'there is nothing to permit').toBeNull();
  await press('Back');
  expect(box().value, 'the host is still there').toBe('https://Git.example.com/');
});

test('a host that is refused at the token’s end leads back to its field', async () => {
  const host = stranger();
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
  host.instead('sign_in', () => { throw { code: 'host-refused', params: { reason: 'look-alike' }, retryable: false }; });
  await open(host);
  await press('Use a company host');
  await fireEvent.input(box(), { target: { value: 'evilghe.com' } });
  await press('Use a token');
  expect(screen.queryByRole('button', { name: /Make a token/ }), 'a look-alike gets no link').toBeNull();
  await press('Use the copied token');
  expect(screen.getByRole('alert').textContent).toMatch(/looks like one of GitHub’s own/);
  expect([box().value, document.activeElement]).toEqual(['evilghe.com', box()]);
});

test('a token is not made for nothing: without a host the field says so first', async () => {
  await open(stranger());
  await press('Use a company host');
  await press('Use a token');
  expect(screen.getByRole('alert').textContent).toMatch(/Type the name/);
  expect(document.activeElement).toBe(box());
});

test.each<[Code, Way, string[], string[]]>([
  ['offline', 'browser', ['Sign in with GitHub', 'Sign in with a code', 'Use a token'], ['Use the copied token']],
  ['sign-in-expired', 'code', ['Sign in with a code', 'Sign in with GitHub'], []],
  ['device-flow-disabled', 'code', ['Sign in with GitHub', 'Use a token'], ['Sign in with a code']],
  ['client-missing', 'browser', ['Use the copied token'], ['Sign in with GitHub', 'Sign in with a code']],
  ['token-classic', 'token', ['Make a token on github.com', 'Use the copied token'], ['Use a token']],
  ['token-rejected', 'token', ['Use the copied token', 'Sign in with GitHub'], []],
])('after %s by way of the %s the ways on are those that can help', async (code, way, offered, not) => {
  await open(stranger(failed(code, { way })));
  for (const name of offered) expect(button(name), `${name} can help`).toBeTruthy();
  for (const name of not) expect(screen.queryByRole('button', { name }), `${name} cannot help`).toBeNull();
});

test('trying again repeats the way, the host and the account', async () => {
  const account = { ...ADA, id: 'nordwind.ghe.com/7', host: 'nordwind.ghe.com' };
  const host = ada({ accounts: [account], account: account.id, ...failed('timed-out', { way: 'code', host: account.host, account: account.id }) });
  await open(host);
  expect(titled('ada-lind is not signed in yet'), 'it is about one account').toBeTruthy();
  await press('Sign in with a code');
  expect(host.calls('sign_in')).toEqual([request('code', { host: account.host, account: account.id })]);
});

test('from a failure the token’s steps are for the same account, and lead back out', async () => {
  const host = ada(failed('sign-in-denied', { account: ADA.id }));
  await open(host);
  await press('Use a token');
  expect(titled('Use a token for ada-lind')).toBeTruthy();
  await press('Use the copied token');
  expect(host.calls('sign_in')).toEqual([request('token', { host: 'github.com', account: ADA.id })]);
  await press('Cancel sign-in');
  await press('Back');
  expect(screen.getByRole('textbox', { name: 'Message' }), 'the chats are still there').toBeTruthy();
});

test.each([
  ['redirect_uri_mismatch', /another callback address/],
  ['incorrect_client_credentials', /credentials/],
  ['invalid_client', /registration/],
])('a registration that GitHub does not accept because of %s is told apart', async (error, title) => {
  await open(stranger(failed('client-rejected', {}, { error })));
  expect(screen.getByRole('alert').textContent, 'each has its own remedy').toMatch(title);
});

test('a code’s end is told with its own time', async () => {
  await open(stranger(failed('sign-in-expired', { way: 'code' }, { minutes: '15' })));
  expect(screen.getByRole('alert').textContent).toContain('after 15 minutes');
});

test('a bad configuration is told with file, line, column and what was expected', async () => {
  const params = { file: 'config.toml', line: '4', column: '11', expected: 'a string' };
  await open(stranger({ phase: { kind: 'blocked', error: { code: 'config-invalid', params, retryable: false } } }));
  const told = screen.getByRole('alert').textContent;
  expect(told, 'a person must find the place').toContain('config.toml, line 4, column 11');
  expect(told, 'and know what belongs there').toContain('Expected: a string');
  expect(screen.queryByRole('button', { name: 'Retry' }), 'a retry that cannot help must not be offered').toBeNull();
});

test('a locked keychain is waited for, and can be tried again', async () => {
  const host = stranger({ phase: { kind: 'keychainLocked' } });
  await open(host);
  await fireEvent.click(button('Retry'));
  expect(host.calls('retry_start'), 'unlocking may go unnoticed, so a person can ask').toHaveLength(1);
});

test('without a keychain the window says what that means before anybody signs in', async () => {
  await open(stranger({ keychain: 'absent' }));
  expect(screen.getByText(/No keychain: your sign-in and chats are kept in memory/), 'nobody may lose chats unwarned').toBeTruthy();
  expect(screen.queryByText(/kept in this computer’s keychain/), 'and must not read the opposite below').toBeNull();
});

test('chats that a copy stands in for are told, with the day and the place, until that was read', async () => {
  const from = new Date(2026, 9, 5, 14, 30).getTime();
  await open(ada({ restored: { from, aside: '/home/ada/wingman.db-damaged-1' } }));
  const told = screen.getByText(/Your chats were damaged/);
  expect(told.textContent, 'how much is missing, and where it may still be').toMatch(/Oct 5.*2:30.*wingman\.db-damaged-1/);
  await fireEvent.click(within(told.parentElement ?? document.body).getByRole('button', { name: 'Dismiss' }));
  await settled();
  expect(screen.queryByText(/Your chats were damaged/)).toBeNull();
});

test('the language changes at once and is stored', async () => {
  const host = stranger();
  await open(host);
  await fireEvent.click(button('Language: English'));
  await settled();
  await fireEvent.click(screen.getByRole('option', { name: '简体中文' }));
  await settled();
  expect(button('使用 GitHub 登录'), 'every word must follow').toBeTruthy();
  expect(document.documentElement.lang, 'screen readers and fonts go by this').toBe('zh-CN');
  expect(host.calls('save_settings')[0]?.settings.language, 'the choice must outlive this run').toBe('zh-CN');
});
