/** The desktop around the chat, on the scripted host: windows, the page of its settings, keys that are chosen. */
import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { attachmentOf, turn } from '../src/bridge/scripted/host';
import type { ScriptedHost } from '../src/bridge/scripted/host';
import { pressed, printed } from '../src/desktop/keys';
import { shell } from '../src/desktop/shell.svelte';
import { ADA, ada, open, row, settled } from './window';

afterEach(() => {
  shell.state = null;
});

async function page(host: ScriptedHost): Promise<void> {
  await open(host);
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: 'Desktop' }));
  await settled();
}

const toggle = (name: string): HTMLInputElement => screen.getByRole('switch', { name });
const message = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message' });

function withChat(id = 'a'): ScriptedHost {
  const host = ada();
  host.keep({ summary: row(id), turns: [turn({ id: `${id}-0`, role: 'you', text: 'Hello' })] });
  return host;
}

test('a window that was opened for a chat begins with it, and says so in its title', async () => {
  const host = withChat();
  host.desktop.conversation = 'a';
  await open(host);
  expect(screen.getByRole('heading', { level: 1 }).textContent, 'no detour over a new chat').toBe('a');
  expect(document.title, 'windows are told apart by their titles').toBe('a – Wingman');
  expect(host.calls('draft'), 'nor does it take the words of one').toEqual([]);
  expect(host.calls('show_conversation'), 'the shell knows what is in front of the person').toEqual([{ conversation: 'a' }]);
  await fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
  await settled();
  expect(document.title, 'a new chat has no title yet').toBe('Wingman');
});

test('a chat opens in a new window from its menu, and a new chat by the keyboard', async () => {
  const host = withChat();
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'More for “a”' }));
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Open in a new window' }));
  await fireEvent.keyDown(document.body, { key: 'N', ctrlKey: true, shiftKey: true });
  await settled();
  expect(host.calls('new_window'), 'each in one of its own').toEqual([{ conversation: 'a' }, { conversation: null }]);
});

test('a notification that was clicked leads to its chat, whoever’s it is', async () => {
  const host = withChat();
  const other = { ...ADA, id: 'github.com/8', login: 'ada-work' };
  host.change({ accounts: [ADA, other] });
  host.keep({ summary: row('b', { account: other.id }) });
  await open(host);
  host.desktop.tell({ kind: 'open', conversation: 'a', account: ADA.id });
  await settled();
  expect(document.title, 'at once').toBe('a – Wingman');
  host.desktop.tell({ kind: 'open', conversation: 'b', account: other.id });
  await settled();
  expect(host.calls('use_account'), 'its account comes into use').toEqual([{ account: other.id }]);
  expect(document.title, 'and then its chat').toBe('b – Wingman');
  host.desktop.tell({ kind: 'newChat' });
  await settled();
  expect(document.title, 'the tray begins a new one').toBe('Wingman');
});

test('what lay beside the words is gone with them when another window sends', async () => {
  const host = ada();
  host.keep({ summary: row('a') });
  host.draft('a').push(attachmentOf({ id: 'f1', name: 'plan.txt' }));
  host.desktop.conversation = 'a';
  await open(host);
  expect(screen.queryByRole('button', { name: 'Remove plan.txt' }), 'it lies in the draft').not.toBeNull();
  host.draft('a').length = 0;
  host.desktop.tell({ kind: 'sent', conversation: 'a' });
  await settled();
  expect(screen.queryByRole('button', { name: 'Remove plan.txt' }), 'it was sent').toBeNull();
});

test('what was typed here stays when another window sends, and what was only read from there goes', async () => {
  const host = ada();
  host.keep({ summary: row('a'), draft: 'from the database' });
  host.desktop.conversation = 'a';
  await open(host);
  expect(message().value, 'the draft is shown').toBe('from the database');
  host.desktop.tell({ kind: 'sent', conversation: 'b' });
  await settled();
  expect(message().value, 'another chat’s question is none of this one').toBe('from the database');
  host.desktop.tell({ kind: 'sent', conversation: 'a' });
  await settled();
  expect(message().value, 'it has been asked: a second time would be a mistake').toBe('');
  await fireEvent.input(message(), { target: { value: 'my own' } });
  host.desktop.tell({ kind: 'sent', conversation: 'a' });
  await settled();
  expect(message().value, 'words of this window are nobody else’s').toBe('my own');
  expect(host.calls('save_draft').at(-1)?.text, 'and are stored anew, since the other took the draft along').toBe('my own');
});

test('each switch is saved, and says where the desktop does not follow', async () => {
  const host = ada();
  await page(host);
  await fireEvent.click(toggle('Keep running in the tray when the last window closes'));
  await fireEvent.click(toggle('Keep windows above others'));
  await settled();
  const saved = host.calls('save_settings').at(-1)?.settings.desktop;
  expect(saved, 'both, and nothing else is lost').toMatchObject({ closeToTray: true, alwaysOnTop: true, tray: true, notify: 'title' });
  host.desktop.change({ staysBelow: true, tray: 'absent', notifications: false });
  await settled();
  const text = screen.getByRole('tabpanel').textContent;
  expect(text, 'a window that stays below').toContain('did not follow');
  expect(text, 'no tray').toContain('This desktop shows no tray');
  expect(text, 'and what that means for closing').toContain('closing the last window ends Wingman');
  expect(text, 'nobody who shows notifications').toContain('Nothing on this desktop shows notifications');
  await fireEvent.click(toggle('Show how the answer begins'));
  await settled();
  expect(host.calls('save_settings').at(-1)?.settings.desktop.notify, 'a preview is a person’s own choice').toBe('preview');
  await fireEvent.click(toggle('Show Wingman in the tray'));
  await settled();
  expect(toggle('Keep running in the tray when the last window closes').disabled, 'without a tray nothing stays in it').toBe(true);
});

test('starting at login shows what the system says, not what was clicked', async () => {
  const host = ada();
  host.instead('start_at_login', () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
    throw { code: 'login-start-failed', params: { reason: 'read-only' }, retryable: false };
  });
  await page(host);
  expect(toggle('Start when you log in').checked, 'as the system has it').toBe(false);
  await fireEvent.click(toggle('Start when you log in'));
  await settled();
  expect(toggle('Start when you log in').checked, 'nothing has changed').toBe(false);
  expect(screen.getByText(/^Starting at login was not changed/), 'and that is said').toBeTruthy();
});

test('keys are chosen by pressing them, and none are taken meanwhile', async () => {
  const host = ada();
  await page(host);
  await fireEvent.click(screen.getByRole('button', { name: 'Choose keys' }));
  await settled();
  const field = screen.getByRole('button', { name: 'Keys that summon Wingman' });
  expect(document.activeElement, 'the next key counts').toBe(field);
  expect(host.calls('record_shortcut'), 'the shell lets them through to the page').toEqual([{ recording: true }]);
  await fireEvent.keyDown(field, { code: 'KeyW', key: 'w' });
  await settled();
  expect(screen.getByRole('tabpanel').textContent, 'no program may take a letter').toContain('lost to every other program');
  await fireEvent.keyDown(field, { code: 'KeyW', key: 'w', ctrlKey: true, altKey: true });
  await settled();
  expect(host.calls('save_settings').at(-1)?.settings.desktop.shortcut, 'as the shell reads them').toBe('Control+Alt+KeyW');
  expect(host.calls('record_shortcut').at(-1), 'and it takes them again').toEqual({ recording: false });
  host.desktop.change({ shortcut: 'taken' });
  await settled();
  expect(screen.getByRole('tabpanel').textContent, 'another program has them').toContain('Another program already uses these keys');
  host.desktop.change({ shortcut: 'wayland' });
  await settled();
  expect(screen.getByRole('tabpanel').textContent, 'what to do instead').toContain('/usr/bin/wingman --show');
  await fireEvent.click(screen.getByRole('button', { name: 'Clear the keys' }));
  await settled();
  expect(host.calls('save_settings').at(-1)?.settings.desktop.shortcut, 'they can be given back').toBe(null);
});

test('Escape keeps the keys that were set', async () => {
  const host = ada();
  await page(host);
  await fireEvent.click(screen.getByRole('button', { name: 'Choose keys' }));
  await settled();
  await fireEvent.keyDown(screen.getByRole('button', { name: 'Keys that summon Wingman' }), { code: 'Escape', key: 'Escape' });
  await settled();
  expect(host.calls('save_settings'), 'nothing was chosen').toEqual([]);
  expect(screen.getByRole('dialog'), 'and the settings stay open').toBeTruthy();
});

test('the tray and notifications speak the language of the page', async () => {
  const host = ada();
  await open(host);
  const quit = (): string | undefined => host.calls('desktop_words').at(-1)?.words.quit;
  expect(quit(), 'they have no words of their own').toBe('Quit');
  host.change({ settings: { ...host.state.settings, language: 'zh-CN' } });
  await settled();
  expect(quit(), 'and follow it').toBe('退出');
});

test('keys are read by their place on the keyboard, and shown as they are printed', () => {
  const key = (code: string, held: Partial<KeyboardEventInit> = {}) => pressed(new KeyboardEvent('keydown', { code, ...held }));
  expect(key('Space', { ctrlKey: true, shiftKey: true }), 'in one order').toEqual({ kind: 'keys', keys: 'Control+Shift+Space' });
  expect(key('F9'), 'a function key may stand alone').toEqual({ kind: 'keys', keys: 'F9' });
  expect(key('KeyA', { shiftKey: true }), 'a capital letter may not').toEqual({ kind: 'bare' });
  expect(key('ControlLeft', { ctrlKey: true }), 'a modifier is only the beginning').toEqual({ kind: 'waiting' });
  expect(printed('Control+Super+KeyK', false), 'on a PC').toEqual(['Ctrl', 'Super', 'K']);
  expect(printed('Control+Super+BracketLeft', true), 'on a Mac').toEqual(['⌃', '⌘', '[']);
});
