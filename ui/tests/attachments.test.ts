import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { Error as Failure, Picked } from '../src/bridge';
import { attachmentOf, turn, type ScriptedHost } from '../src/bridge/scripted/host';
import { ADA, ada, open, row, settled } from './window';

const box = (): HTMLTextAreaElement => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
const type = (text: string): Promise<boolean> => fireEvent.input(box(), { target: { value: text } });
const tray = (): HTMLElement[] => {
  const list = screen.queryByRole('list', { name: 'Attachments' });
  return list ? within(list).getAllByRole('listitem') : [];
};
const names = (): string[] => tray().map((item) => item.querySelector('.chip-name')?.textContent ?? '');
const file = (name: string, content = 'x', kind = 'text/plain'): File => new File([content], name, { type: kind });
const sendable = (): boolean => screen.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled') !== 'true';

/** What the clipboard or the mouse carries. */
function carried(files: File[], types = ['Files']): { types: string[]; files: File[]; dropEffect: string } {
  return { types, files, dropEffect: 'none' };
}

async function event(kind: string, data: unknown): Promise<Event> {
  const happened = new Event(kind, { bubbles: true, cancelable: true });
  Object.defineProperty(happened, 'clipboardData', { value: data });
  box().dispatchEvent(happened);
  await settled();
  return happened;
}

const paste = (files: File[], types?: string[]): Promise<Event> => event('paste', carried(files, types));

/** What the shell tells of a drag. */
async function drag(detail: unknown): Promise<void> {
  window.dispatchEvent(new CustomEvent('wingman-drop', { detail }));
  await settled();
}

/** Files dropped on the window, in the order of their ids. */
async function drop(host: ScriptedHost, ...names: string[]): Promise<void> {
  host.picks = names.flatMap((name, place): Picked[] => [
    { kind: 'reading', place, name },
    { kind: 'read', place, attachment: attachmentOf({ id: `d${place + 1}`, name }) },
  ]);
  await drag({ kind: 'dropped', drop: 7 });
}

function refusal(code: Failure['code'], params: Record<string, string>): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code, params, retryable: false }));
}

test('a pasted screenshot is attached under a name of its own, and the words stay', async () => {
  const host = ada();
  await open(host);
  await type('What is wrong here?');
  const happened = await paste([file('image.png', 'png', 'image/png')]);
  expect(happened.defaultPrevented, 'a picture is not pasted into the words').toBe(true);
  expect(host.calls('attach'), 'its bytes go to the core, for the draft that is open').toEqual([
    { account: ADA.id, conversation: null, name: 'Pasted picture.png', data: btoa('png') },
  ]);
  expect(names(), 'it lies beside the words').toEqual(['Pasted picture.png']);
  expect(box().value, 'which stay').toBe('What is wrong here?');
});

test('pasted text stays text, also where a picture of it comes along', async () => {
  const host = ada();
  await open(host);
  const long = 'line\n'.repeat(5000);
  expect((await event('paste', { types: ['text/plain'], files: [] })).defaultPrevented, `${long.length} letters are the box’s own business`).toBe(false);
  const table = await paste([file('image.png', 'png', 'image/png')], ['text/plain', 'text/html', 'Files']);
  expect(table.defaultPrevented, 'a table is copied for its words').toBe(false);
  expect(host.calls('attach'), 'nothing is attached').toHaveLength(0);
});

test('a screenshot that the page is not shown is fetched by the shell', async () => {
  const host = ada();
  host.copiedPicture = true;
  await open(host);
  await paste([], []);
  expect(host.calls('paste_picture'), 'WebKitGTK says that something is pasted, and not what').toEqual([
    { account: ADA.id, conversation: null, name: 'Pasted picture.png' },
  ]);
  expect(names(), 'there it is').toEqual(['Pasted picture.png']);
  host.copiedPicture = false;
  await paste([], []);
  expect(names(), 'and an empty clipboard leaves nothing behind').toEqual(['Pasted picture.png']);
});

test('files dropped anywhere on the window are attached in their order', async () => {
  const host = ada();
  await open(host);
  await drag({ kind: 'over' });
  expect(screen.getByText('Drop to attach'), 'the whole window is the target').toBeTruthy();
  await drop(host, 'a.log', 'b.csv');
  expect(host.calls('take_dropped'), 'by the number of the drop: no path comes here').toEqual([{ account: ADA.id, conversation: null, drop: 7 }]);
  expect(names(), 'both').toEqual(['a.log', 'b.csv']);
  expect(screen.queryByText('Drop to attach'), 'and the target is gone').toBeNull();
  expect(document.activeElement, 'what comes next are words').toBe(box());
});

test('a drag that leaves the window changes nothing', async () => {
  const host = ada();
  await open(host);
  await drag({ kind: 'over' });
  await drag({ kind: 'left' });
  expect(screen.queryByText('Drop to attach'), 'it went away again').toBeNull();
  expect(host.calls('take_dropped'), 'and nothing was taken').toHaveLength(0);
});

test('files are chosen in the desktop’s own dialog, and those that cannot be read are told by name', async () => {
  const host = ada();
  const attachment = attachmentOf({ id: 'f1', name: 'report.pdf', size: 219_136 });
  host.picks = [
    { kind: 'reading', place: 0, name: 'report.pdf' },
    { kind: 'reading', place: 1, name: 'scan.pdf' },
    { kind: 'read', place: 0, attachment },
    { kind: 'failed', place: 1, error: { code: 'pdf-without-text', params: { name: 'scan.pdf' }, retryable: false } },
  ];
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'Attach' }));
  await settled();
  expect(names(), 'what could be read').toEqual(['report.pdf']);
  expect(tray()[0]?.textContent, 'with its size').toContain('214');
  expect(screen.getByRole('alert').textContent, 'and why the other could not').toContain('scan.pdf has no text in it');
  await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('alert'), 'read and gone').toBeNull();
});

test('while a file is read it is shown as that, nothing is sent, and it can be removed', async () => {
  const host = ada();
  let read = (): void => undefined;
  const attachment = attachmentOf({ id: 'slow', name: 'huge.png' });
  host.instead('attach', () => new Promise((resolve) => (read = () => resolve(attachment))));
  await open(host);
  await type('Look');
  await paste([file('huge.png', 'png', 'image/png')]);
  await vi.waitFor(() => expect(host.calls('attach')).toHaveLength(1));
  expect(tray()[0]?.getAttribute('aria-busy'), 'a screen reader hears that it is not there yet').toBe('true');
  expect(sendable(), 'sent now, the question would go without it').toBe(false);
  expect(screen.getByText('A file is still being read. Then you can send.'), 'a disabled button says why').toBeTruthy();
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send'), 'nor by the keyboard').toHaveLength(0);
  await fireEvent.click(screen.getByRole('button', { name: 'Remove huge.png' }));
  expect(sendable(), 'without it, the question can go').toBe(true);
  read();
  await settled();
  expect(tray(), 'what was removed does not come back').toHaveLength(0);
  expect(host.calls('detach'), 'and is not kept in secret').toEqual([{ attachment: 'slow' }]);
});

test('attachments go with the question, are gone from the tray, and are shown with it', async () => {
  const host = ada();
  await open(host);
  await drop(host, 'notes.txt');
  await type('Sum it up');
  host.contents.set(host.draft(null)[0]?.id ?? '', { kind: 'text', text: 'The burst is 40' });
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send').at(-1)?.question, 'by its id, the bytes are in the core').toMatchObject({ text: 'Sum it up', attachments: ['d1'] });
  const question = screen.getByRole('article', { name: 'You' });
  const shown = within(question).getByRole('button', { name: 'Show notes.txt' });
  expect(screen.getAllByRole('list', { name: 'Attachments' }), 'it moved from the tray to the question').toHaveLength(1);
  shown.focus();
  await fireEvent.click(shown);
  await settled();
  const dialog = screen.getByRole('dialog', { name: 'notes.txt' });
  expect(dialog.textContent, 'it opens as what was sent').toContain('The burst is 40');
  await fireEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
  await settled();
  expect(screen.queryByRole('dialog'), 'closed').toBeNull();
  expect(document.activeElement, 'and the focus is back').toBe(shown);
});

test('a picture opens large, with its name', async () => {
  const host = ada();
  const url = 'data:image/png;base64,iVBORw0KGgo=';
  const attachments = [attachmentOf({ id: 'p', name: 'trace.png' })];
  host.contents.set('p', { kind: 'image', url });
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'This?', attachments })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  const button = screen.getByRole('button', { name: 'Show trace.png' });
  expect(button.querySelector('img')?.getAttribute('src'), 'the small picture').toBe(url);
  await fireEvent.click(button);
  await settled();
  expect(screen.getByRole('img', { name: 'trace.png' }).getAttribute('src'), 'and the large one').toBe(url);
});

test('a picture alone is a question', async () => {
  const host = ada();
  await open(host);
  expect(sendable(), 'nothing is nothing').toBe(false);
  await drop(host, 'photo.jpg');
  expect(sendable(), 'a picture says enough').toBe(true);
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send').at(-1)?.question.text, 'without a word').toBe('');
  expect(screen.getByRole('article', { name: 'You' }).querySelector('.said-text'), 'and no empty bubble').toBeNull();
});

test('every draft keeps its own attachments through a change of chats', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  host.draft('one').push(attachmentOf({ id: 'k', name: 'kept.png' }));
  await open(host);
  await drop(host, 'new.txt');
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  expect(names(), 'what was attached there before').toEqual(['kept.png']);
  await fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
  await settled();
  expect(names(), 'and here').toEqual(['new.txt']);
});

test('a file that is read while another chat is opened lies where it was attached', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  let read = (): void => undefined;
  const attachment = attachmentOf({ id: 'late', name: 'late.png' });
  host.instead('attach', () => new Promise((resolve) => (read = () => resolve(attachment))));
  await open(host);
  await paste([file('late.png', 'png', 'image/png')]);
  await vi.waitFor(() => expect(host.calls('attach')).toHaveLength(1));
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  host.draft(null).push(attachment);
  read();
  await settled();
  expect(names(), 'it does not follow the person around').toEqual([]);
  await fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
  await settled();
  expect(names(), 'it waits').toEqual(['late.png']);
});

test('what a model does not take is told before anything is sent, with another model as the way on', async () => {
  const host = ada();
  host.instead('send', () => refusal('model-without-vision', { model: 'GPT-5.1' }));
  await open(host);
  await drop(host, 'photo.jpg');
  await type('What is this?');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(screen.getByRole('alert').textContent, 'who, and what can be done').toContain('GPT-5.1 does not take pictures');
  expect([box().value, ...names()], 'the draft keeps everything').toEqual(['What is this?', 'photo.jpg']);
  await fireEvent.click(screen.getByRole('button', { name: 'Choose another model' }));
  await settled();
  expect(screen.getByRole('listbox', { name: /model/i }), 'the next step is one click away').toBeTruthy();
});

test('a file that is too large is refused with both sizes, unread', async () => {
  const host = ada();
  await open(host);
  const huge = file('film.mkv');
  Object.defineProperty(huge, 'size', { value: 5_000_000_000 });
  await paste([huge]);
  expect(host.calls('attach'), 'nobody waits for five gigabytes').toHaveLength(0);
  const told = screen.getByRole('alert').textContent;
  expect(told, 'which').toContain('film.mkv is too large');
  expect(told, 'and how much goes').toContain('32 MB');
});

test('a question that waits keeps its attachments, and gives them back with its words', async () => {
  const host = ada();
  const state = { kind: 'answering', since: Date.now(), holdup: null } as const;
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), turn({ id: 'a', role: 'copilot', state })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  await drop(host, 'next.txt');
  await vi.waitFor(() => expect(names()).toEqual(['next.txt']));
  await type('And this?');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(tray(), 'it waits with the question').toHaveLength(0);
  expect(screen.getByText('And this? · next.txt'), 'which says so').toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Take back to edit' }));
  await settled();
  expect([box().value, ...names()], 'taken back, nothing is lost').toEqual(['And this?', 'next.txt']);
});

test('the tray is walked by keyboard, and removing never loses the focus', async () => {
  const host = ada();
  await open(host);
  await drop(host, 'a.txt', 'b.txt');
  const first = screen.getByRole('button', { name: 'Remove a.txt' });
  first.focus();
  await fireEvent.click(first);
  await settled();
  expect(document.activeElement, 'the next one').toBe(screen.getByRole('button', { name: 'Remove b.txt' }));
  await fireEvent.click(screen.getByRole('button', { name: 'Remove b.txt' }));
  await settled();
  expect(document.activeElement, 'after the last, the words').toBe(box());
  expect(host.calls('detach').map(({ attachment }) => attachment), 'both are gone for good').toEqual(['d1', 'd2']);
});
