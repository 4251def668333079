import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Code } from '../src/bridge';
import { open, settled, stranger } from './window';

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

test('a stranger is asked to sign in, and one press starts it', async () => {
  const host = stranger();
  await open(host);
  await fireEvent.click(button('Sign in with GitHub'));
  await settled();
  expect(host.calls('sign_in'), 'the press must start one sign-in').toHaveLength(1);
  expect(screen.getByRole('heading', { name: 'Continue in your browser' }), 'the window must say where it goes on').toBeTruthy();
});

test('another host than github.com is named under the button', async () => {
  await open(stranger({ host: 'nordwind.ghe.com' }));
  expect(screen.getByText('on nordwind.ghe.com'), 'nobody should sign in to a host they did not expect').toBeTruthy();
});

test('waiting shows the time left and offers link, browser and cancel', async () => {
  const host = stranger({
    signIn: { kind: 'waiting', host: 'github.com', browserOpened: true, endsAt: Date.now() + 582_500 },
  });
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
  await open(stranger({ signIn: { kind: 'waiting', host: 'github.com', browserOpened: false, endsAt: Date.now() + 1e6 } }));
  expect(screen.getByRole('heading', { name: 'Open the link in a browser' }), 'waiting for nothing would never end').toBeTruthy();
  expect(screen.queryByText('Browser opened'), 'this did not happen').toBeNull();
});

test.each<[Code, RegExp]>([
  ['sign-in-denied', /declined/],
  ['sign-in-expired', /too long/],
  ['sign-in-mismatch', /did not fit/],
  ['offline', /No connection to github\.com/],
])('a sign-in that ended with %s says what, and the way on is on the same screen', async (code, title) => {
  const host = stranger({ signIn: { kind: 'failed', host: 'github.com', error: { code, params: {}, retryable: false } } });
  await open(host);
  expect(screen.getByRole('alert').textContent, 'the reason must be told, and aloud').toMatch(title);
  await fireEvent.click(button('Sign in with GitHub'));
  expect(host.calls('sign_in'), 'trying again must be one press').toHaveLength(1);
});

test('back from a failure leads to the welcome', async () => {
  const host = stranger({ signIn: { kind: 'failed', host: 'github.com', error: { code: 'offline', params: {}, retryable: true } } });
  await open(host);
  await fireEvent.click(button('Back'));
  await settled();
  expect(host.calls('dismiss_sign_in'), 'the failure must be put away in the core, or it would come back').toHaveLength(1);
  expect(screen.queryByRole('alert'), 'what was put away must be gone').toBeNull();
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
