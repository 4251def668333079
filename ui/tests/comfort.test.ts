/** How the window looks and answers to keys: each setting has an effect at once, and is remembered. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { turn } from '../src/bridge/scripted/host';
import { asSent, languageOf } from '../src/chat/typing';
import { app } from '../src/lib/app.svelte';
import { capsOf, pressed } from '../src/lib/keys';
import { ada, open, row, settled, stranger } from './window';

const root = document.documentElement;
const box = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message' });

async function appearance(host = ada()): Promise<ReturnType<typeof ada>> {
  await open(host);
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: 'Appearance' }));
  await settled();
  return host;
}

async function pick(name: string, label: string): Promise<void> {
  const select = screen.getByRole<HTMLSelectElement>('combobox', { name });
  const at = [...select.options].findIndex((option) => option.text === label);
  select.selectedIndex = at;
  await fireEvent.change(select);
  await settled();
}

test('colours, density, font and width have an effect at once and are kept', async () => {
  const host = await appearance();
  await pick('Colours', 'High contrast');
  await pick('Density', 'Compact');
  await pick('Font', 'Serif, in chats');
  await pick('Width of text', 'Wide');
  expect(root.dataset, 'styles and Primer’s values go by these').toMatchObject({
    lightTheme: 'light_high_contrast',
    darkTheme: 'dark_high_contrast',
    contrast: 'more',
    density: 'compact',
    font: 'serif',
    width: 'wide',
  });
  expect(host.state.settings.appearance, 'the next start has them').toMatchObject({ palette: 'highContrast', density: 'compact', font: 'serif', width: 'wide' });
  expect(localStorage.getItem('look'), 'read by theme.js before anything is painted').toContain('light_high_contrast');
});

test('what is not installed is not offered', async () => {
  await appearance();
  const fonts = [...screen.getByRole<HTMLSelectElement>('combobox', { name: 'Font' }).options].map((option) => option.text);
  expect(fonts, 'a face that is not there would change nothing').toEqual(['System', 'Serif, in chats', 'Monospace, in chats']);
});

test('spelling and motion are switches', async () => {
  const host = await appearance();
  await fireEvent.click(screen.getByRole('switch', { name: 'Check spelling' }));
  await fireEvent.click(screen.getByRole('switch', { name: 'Reduce motion' }));
  await settled();
  expect(box().getAttribute('spellcheck'), 'the box that is typed into').toBe('false');
  expect(root.dataset.motion, 'the styles go by this').toBe('reduced');
  expect(host.state.settings.appearance, 'kept').toMatchObject({ spelling: false, motion: 'reduced' });
});

test('keys zoom between 80 and 200 %, everywhere, and the size is shown', async () => {
  const host = stranger();
  await open(host);
  for (let i = 0; i < 9; i++) await fireEvent.keyDown(document.body, { key: '+', ctrlKey: true });
  await settled();
  expect(root.style.fontSize, 'everything is measured in this').toBe('200%');
  expect(screen.getByText('Zoom: 200%'), 'a person sees how far they are').toBeTruthy();
  for (let i = 0; i < 9; i++) await fireEvent.keyDown(document.body, { key: '-', ctrlKey: true });
  expect(root.style.fontSize, 'the other end').toBe('80%');
  await fireEvent.keyDown(document.body, { key: '0', ctrlKey: true });
  expect(root.style.fontSize, 'back').toBe('');
  await settled();
  expect(host.state.settings.appearance.zoom, 'kept').toBe(100);
});

test('a state from before a setting was stored does not undo it', async () => {
  const host = ada();
  await open(host);
  const before = host.state;
  let stored: () => void = () => undefined;
  host.instead('save_settings', () => new Promise<null>((resolve) => (stored = () => resolve(null))));
  await fireEvent.keyDown(document.body, { key: '+', ctrlKey: true });
  host.tell({ kind: 'conversation', summary: row('one') });
  host.change({ settings: before.settings });
  expect(root.style.fontSize, 'the next press builds on this one').toBe('110%');
  stored();
  await settled();
});

test('the list of keys is that of the commands, by the platform’s names', async () => {
  await open(ada());
  await fireEvent.keyDown(document.body, { key: '?', shiftKey: true });
  await settled();
  const text = screen.getByRole('tabpanel').textContent.replace(/\s/g, '');
  for (const words of ['New chatCtrlN', 'Commands and chatsCtrlK', 'Copy the last answerCtrlShiftC', 'Stop the answerEsc', 'Zoom inCtrl+', 'SettingsCtrl,']) {
    expect(text, 'what works is listed').toContain(words.replace(/\s/g, ''));
  }
  expect(capsOf('mod+shift+c'), 'as they are on this keyboard').toEqual(['Ctrl', 'Shift', 'C']);
  expect(screen.getByRole('button', { name: 'New chat', hidden: true }).getAttribute('aria-keyshortcuts'), 'a button tells its key').toBe('Control+N');
});

test('a key is found on a keyboard of other letters', () => {
  const key = (init: KeyboardEventInit): KeyboardEvent => new KeyboardEvent('keydown', { ctrlKey: true, ...init });
  expect(pressed('mod+n', key({ key: 'т', code: 'KeyN' })), 'Cyrillic').toBe(true);
  expect(pressed('mod+,', key({ key: '，', code: 'Comma' })), 'Chinese punctuation').toBe(true);
  expect(pressed('mod+z', key({ key: 'y', code: 'KeyZ' })), 'a German Y is no Z, wherever it lies').toBe(false);
  expect(pressed('mod+n', key({ key: 'n', shiftKey: true })), 'another chord').toBe(false);
});

test('a question mark that is typed is a question mark', async () => {
  await open(ada());
  await fireEvent.keyDown(box(), { key: '?', shiftKey: true });
  await settled();
  expect(screen.queryByRole('dialog'), 'the box takes it').toBeNull();
});

test('a pasted text keeps its backslashes, indentation and blank lines to the end', () => {
  const code = '    fn a() {\n\n\n\t\\d+\\n\n    }';
  expect(asSent(`\n  \n${code}\n\n`), 'only empty lines around it are stray').toBe(code);
  expect(asSent('  one line '), 'there a space is stray').toBe('one line');
});

test('the language of a text is told by its script', () => {
  expect(['你好', 'こんにちは', '안녕', 'hello'].map(languageOf), 'faces and spelling go by it').toEqual(['zh', 'ja', 'ko', undefined]);
});

test('typing while an answer streams is never written over, and the focus stays', async () => {
  const host = ada();
  const state = { kind: 'answering', since: Date.now(), holdup: null } as const;
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), turn({ id: 'a', role: 'copilot', state })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  let written = 0;
  const own = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');
  const text = box();
  text.value = 'Typed';
  await fireEvent.input(text);
  Object.defineProperty(text, 'value', {
    configurable: true,
    get: () => own?.get?.call(text) as string,
    set: (value: string) => {
      written++;
      own?.set?.call(text, value);
    },
  });
  for (let i = 0; i < 20; i++) host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [], tail: `<p>${'word '.repeat(i)}</p>` }]);
  await settled();
  expect(written, 'a box that is written to loses its caret, its composition and its history').toBe(0);
  expect([text.value, document.activeElement === text], 'the person goes on').toEqual(['Typed', true]);
});

test('a selection that is drawn out of a dialog’s field does not close it; a click beside it does', async () => {
  await open(ada());
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  await settled();
  const dialog = screen.getByRole('dialog', { name: 'Settings' });
  // The click of such a drag is that of the innermost element that has both of its ends.
  await fireEvent.pointerDown(screen.getByRole('tab', { name: 'Appearance' }));
  await fireEvent.click(dialog);
  await settled();
  expect(dialog.isConnected, 'what was typed into it would be lost').toBe(true);
  await fireEvent.pointerDown(dialog);
  await fireEvent.click(dialog);
  await settled();
  expect(dialog.isConnected, 'that was meant').toBe(false);
});

test('the key that copies the last answer says so, each time', async () => {
  const host = ada();
  const blocks = [{ kind: { kind: 'text' } as const, html: '<p>Words</p>' }];
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), turn({ id: 'a', role: 'copilot', blocks })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  const said: boolean[] = [];
  const heard = (): boolean => [...document.querySelectorAll('[aria-live="polite"]')].some((one) => one.textContent.trim() === 'Copied');
  const watch = new MutationObserver(() => said.push(heard()));
  watch.observe(document.body, { childList: true, characterData: true, subtree: true });
  for (let times = 0; times < 2; times++) {
    await fireEvent.keyDown(document.body, { key: 'C', ctrlKey: true, shiftKey: true });
    await settled();
    await settled();
  }
  watch.disconnect();
  expect(host.calls('copy_answer'), 'twice').toHaveLength(2);
  const changes = said.filter((one, at) => one && one !== said[at - 1]);
  expect(changes, 'taken away before it is said again, or nobody hears it').toHaveLength(2);
});

test('what was copied by its key is not said again when the answer comes back on the page', async () => {
  const host = ada();
  const answered = turn({ id: 'a', role: 'copilot', blocks: [{ kind: { kind: 'text' }, html: '<p>Words</p>' }] });
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), answered] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  const sign = (): string | undefined => within(screen.getByRole('article', { name: 'Copilot' })).getByRole('button', { name: 'Copy' }).innerHTML;
  const before = sign();
  await fireEvent.keyDown(document.body, { key: 'C', ctrlKey: true, shiftKey: true });
  await settled();
  expect(sign(), 'its button shows it').not.toBe(before);
  host.patch('one', [{ kind: 'path', turns: ['q'] }]);
  await settled();
  host.patch('one', [{ kind: 'turn', turn: answered }]);
  await settled();
  expect(sign(), 'nothing was copied since').toBe(before);
});

test('a problem is told in one language, down to its full stops', async () => {
  await open(ada({ settings: { language: 'zh-CN' } }));
  app.problem = { code: 'keychain-failed', params: {}, retryable: true };
  await settled();
  const text = screen.getByRole('alert').textContent.trim();
  expect(text, 'a Chinese sentence').toContain('密钥环拒绝了请求。内容');
  expect(text, 'and no English one').not.toMatch(/\. /);
  app.problem = null;
});
