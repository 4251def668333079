import { fireEvent, screen, within } from '@testing-library/svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { SearchPage } from '../src/bridge';
import { turn } from '../src/bridge/scripted/host';
import { fold, places } from '../src/chat/fold';
import { mark, rangesOf, unmark } from '../src/chat/highlight';
import { search } from '../src/sidebar/search.svelte';
import { toast } from '../src/sidebar/toast.svelte';
import { ada, open, row, settled } from './window';

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const nav = (): HTMLElement => screen.getByRole('navigation', { name: 'Conversations' });
const titles = (): (string | null)[] => [...nav().querySelectorAll('.chat-title')].map((one) => one.textContent);
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 160));

beforeEach(() => {
  search.clear();
  toast.clear();
  Element.prototype.scrollIntoView = vi.fn();
});

async function type(query: string): Promise<void> {
  await fireEvent.input(screen.getByRole('searchbox', { name: 'Search' }), { target: { value: query } });
  await pause();
  await settled();
}

async function choose(chat: string, item: string): Promise<void> {
  await fireEvent.click(button(`More for “${chat}”`));
  await settled();
  await fireEvent.click(screen.getByRole('menuitem', { name: item }));
  await settled();
}

function answered(id: string, html: string) {
  return turn({ id, role: 'copilot', blocks: [{ kind: { kind: 'text' }, html }] });
}

test('what is typed is searched from the first letter on, and a hit is marked and opened at its turn', async () => {
  const host = ada();
  host.keep({ summary: row('birds', { title: 'About birds' }), turns: [turn({ id: 'q', role: 'you', text: 'where do herons nest' })] });
  host.keep({ summary: row('other', { title: 'About cats' }) });
  await open(host);
  const box = screen.getByRole('searchbox', { name: 'Search' });
  for (const typed of ['h', 'he', 'her']) await fireEvent.input(box, { target: { value: typed } });
  await pause();
  await settled();
  expect(host.calls('search').map((asked) => asked.query), 'at once, where answers come at once').toEqual(['h', 'he', 'her']);
  expect(nav().querySelector('mark')?.textContent, 'what was looked for is marked').toBe('her');
  expect(within(nav()).queryByRole('button', { name: /About cats/ }), 'what does not fit is not there').toBeNull();
  await fireEvent.keyDown(box, { key: 'ArrowDown' });
  expect(document.activeElement?.textContent, 'arrows walk into the results').toContain('About birds');
  await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'ArrowDown' });
  expect(document.activeElement?.textContent, 'and through them').toContain('where do herons nest');
  await fireEvent.click(document.activeElement as HTMLElement);
  await settled();
  expect(host.calls('show_turn'), 'the version that has it comes into sight').toEqual([{ conversation: 'birds', turn: 'q' }]);
  expect(screen.getByRole('log').textContent, 'it is open').toContain('where do herons nest');
  await fireEvent.keyDown(box, { key: 'Escape' });
  await settled();
  expect(titles(), 'Escape leads back to the list').toContain('About cats');
});

test('a late answer never replaces a newer one', async () => {
  const host = ada();
  await open(host);
  const waiting: ((page: SearchPage) => void)[] = [];
  host.instead('search', () => new Promise((resolve) => waiting.push(resolve)));
  const page = (title: string): SearchPage => ({
    found: [{ summary: row(title), title: [{ text: title, hit: true }], turns: [] }],
    more: false,
    incomplete: false,
  });
  await type('first');
  await type('second');
  waiting[1]?.(page('new'));
  await settled();
  waiting[0]?.(page('stale'));
  await settled();
  expect(nav().textContent, 'the answer to what is typed now').toContain('new');
  expect(nav().textContent, 'and no other').not.toContain('stale');
});

test('nothing found is said, and more can be asked for', async () => {
  const host = ada();
  for (let i = 0; i < 25; i++) host.keep({ summary: row(`heron ${i}`, { updatedAt: Date.now() - i }) });
  await open(host);
  await type('nowhere');
  expect(nav().textContent, 'in words').toContain('No chat has “nowhere”');
  await type('heron');
  expect(nav().querySelectorAll('.found-title'), 'twenty at once').toHaveLength(20);
  await fireEvent.click(button('Show more'));
  await settled();
  expect(nav().querySelectorAll('.found-title'), 'then the rest').toHaveLength(25);
  expect(host.calls('search').at(-1)?.seen, 'without those that are shown').toHaveLength(20);
});

test('deleting takes a chat away at once, and several are brought back together', async () => {
  const host = ada();
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'secret' })] });
  host.keep({ summary: row('two', { updatedAt: Date.now() - 1000 }) });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await choose('one', 'Delete');
  expect(titles(), 'gone').toEqual(['two']);
  expect(screen.queryByText('secret'), 'what is deleted is not shown any more').toBeNull();
  expect(screen.getByRole('heading', { name: 'New chat' }), 'and there is somewhere to be').toBeTruthy();
  await choose('two', 'Delete');
  expect(screen.getByText('2 chats deleted'), 'both are spoken of').toBeTruthy();
  const deleted = host.calls('delete_conversations').map(({ conversations }) => conversations);
  expect(deleted, 'the first is kept as long as the second').toEqual([['one'], ['one', 'two']]);
  await fireEvent.click(button('Undo'));
  await settled();
  expect(host.calls('restore_conversations'), 'one way back for both').toEqual([{ conversations: ['one', 'two'] }]);
  expect(titles(), 'and both are back').toEqual(['one', 'two']);
  expect(screen.getByText('secret'), 'the open one is open again').toBeTruthy();
});

test('what does not come back is not said to be back', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  host.keep({ summary: row('two') });
  host.instead('restore_conversations', ({ conversations }) => conversations.slice(1));
  await open(host);
  await choose('one', 'Delete');
  await choose('two', 'Delete');
  await fireEvent.click(button('Undo'));
  await settled();
  expect(screen.getByText('1 of 2 chats brought back, the rest deleted for good'), 'the person is told').toBeTruthy();
});

test('a pinned chat stands above the days, an archived one apart', async () => {
  const host = ada();
  host.keep({ summary: row('new') });
  host.keep({ summary: row('old', { updatedAt: Date.now() - 5000 }) });
  await open(host);
  await choose('old', 'Pin');
  expect(titles(), 'pinned first, however old').toEqual(['old', 'new']);
  expect(within(nav()).getByRole('heading', { name: 'Pinned' }), 'under its own heading').toBeTruthy();
  await choose('new', 'Archive');
  expect(titles(), 'out of the list').toEqual(['old']);
  await fireEvent.click(button('Archived chats'));
  await settled();
  expect(titles(), 'and kept').toEqual(['new']);
  await choose('new', 'Move back to the list');
  await fireEvent.click(button('Back to all chats'));
  await settled();
  expect(titles(), 'back where it was').toEqual(['old', 'new']);
});

test('several chats are selected by mouse or keys and dealt with together', async () => {
  const host = ada();
  for (const [i, id] of ['a', 'b', 'c', 'd'].entries()) host.keep({ summary: row(id, { updatedAt: Date.now() - i * 1000 }) });
  await open(host);
  await fireEvent.click(button('a'), { ctrlKey: true });
  await fireEvent.click(button('c'), { shiftKey: true });
  await settled();
  expect(screen.getByText('3 selected'), 'from one to the other').toBeTruthy();
  expect(host.calls('watch_conversation'), 'and nothing is opened').toHaveLength(0);
  await fireEvent.click(screen.getByRole('checkbox', { name: 'b' }));
  await settled();
  const bar = within(screen.getByRole('toolbar', { name: 'Selected chats' }));
  await fireEvent.click(bar.getByRole('button', { name: 'Delete' }));
  await settled();
  expect(host.calls('delete_conversations'), 'together').toEqual([{ conversations: ['a', 'c'] }]);
  button('b').focus();
  await fireEvent.keyDown(button('b'), { key: 'ArrowDown', shiftKey: true });
  await settled();
  expect(screen.getByText('2 selected'), 'Shift and an arrow take along what they pass').toBeTruthy();
  await fireEvent.keyDown(button('d'), { key: 'Escape' });
  await settled();
  expect(screen.queryByRole('toolbar', { name: 'Selected chats' }), 'Escape ends it').toBeNull();
});

test('an export asks for its format and says how many chats it was', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  await choose('one', 'Export');
  const dialog = within(screen.getByRole('dialog', { name: 'Export this chat' }));
  await fireEvent.click(dialog.getByRole('radio', { name: /^Web page/ }));
  await fireEvent.click(dialog.getByRole('button', { name: 'Export' }));
  await settled();
  const asked = host.calls('export_conversations')[0];
  expect([asked?.conversations, asked?.format, asked?.words.you], 'this chat, as a page, in English').toEqual([['one'], 'html', 'You']);
  expect(screen.getByText('1 chat exported'), 'done').toBeTruthy();
});

test('all chats are exported in the format that is chosen', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  await fireEvent.click(button('Settings'));
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: 'Data' }));
  await settled();
  for (const [format, name] of [['json', null], ['markdown', /^Markdown/], ['html', /^Web page/]] as const) {
    await fireEvent.click(button('Export all chats'));
    await settled();
    const dialog = within(screen.getByRole('dialog', { name: 'Export all chats' }));
    // What is kept or moved is the rule: all of it is there already chosen.
    if (name) await fireEvent.click(dialog.getByRole('radio', { name }));
    await fireEvent.click(dialog.getByRole('button', { name: 'Export' }));
    await settled();
    const asked = host.calls('export_conversations').at(-1);
    expect([asked?.conversations, asked?.format], 'none named are all').toEqual([null, format]);
    expect(screen.queryByRole('dialog', { name: 'Export all chats' }), 'asked once').toBeNull();
  }
  expect(within(screen.getByRole('tabpanel')).getByText('1 chat exported'), 'said where one is').toBeTruthy();
});

test('an import says what came in, what was here and what was left out', async () => {
  const host = ada();
  await open(host);
  await fireEvent.click(button('Settings'));
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: 'Data' }));
  await settled();
  await fireEvent.click(button('Import chats'));
  await settled();
  expect(screen.getByText(/2 chats imported\. 1 were here already\. 3 images or files were left out\./), 'all of it').toBeTruthy();
  host.instead('import_conversations', () => Promise.reject(Object.assign(new Error('x'), { code: 'import-unreadable', params: {}, retryable: false })));
  await fireEvent.click(button('Import chats'));
  await settled();
  expect(screen.getByRole('alert').textContent, 'or why not').toContain('Nothing was changed');
});

/** Somebody reads far below the first turn on the page, so that nothing comes above it by itself. */
function farBelow(): void {
  vi.spyOn(Element.prototype, 'getBoundingClientRect').mockImplementation(function (this: Element) {
    return this.matches('.turns') ? new DOMRect(0, -2000, 600, 3000) : new DOMRect();
  });
}

test('finding in a chat reaches what is not loaded yet', async () => {
  const host = ada();
  farBelow();
  const earlier = [turn({ id: 'e', role: 'you', text: 'an old kingfisher' })];
  host.keep({ summary: row('one'), earlier, turns: [answered('a', '<p>No bird.</p>'), answered('b', '<p>A <b>king</b>fisher, the Kingfisher</p>')] });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
  await settled();
  const box = screen.getByRole('textbox', { name: 'Find in chat' });
  expect(document.activeElement, 'ready to be typed into').toBe(box);
  await fireEvent.input(box, { target: { value: 'kingfisher' } });
  await pause();
  await settled();
  expect(screen.getByText('3 of 3'), 'beginning with what is nearest').toBeTruthy();
  await fireEvent.keyDown(box, { key: 'Enter' });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await settled();
  expect(screen.getByText('1 of 3'), 'round to the first').toBeTruthy();
  expect(screen.getByRole('log').textContent, 'which is fetched').toContain('an old kingfisher');
  await fireEvent.keyDown(box, { key: 'Enter', shiftKey: true });
  await settled();
  expect(screen.getByText('3 of 3'), 'and back').toBeTruthy();
  await fireEvent.keyDown(box, { key: 'Escape' });
  await settled();
  expect(screen.queryByRole('textbox', { name: 'Find in chat' }), 'Escape closes it').toBeNull();
  expect(document.querySelector('mark'), 'and takes the marks away').toBeNull();
  vi.restoreAllMocks();
});

test('printing fetches the whole chat first', async () => {
  const host = ada();
  host.keep({ summary: row('one'), earlier: [turn({ id: 'e', role: 'you', text: 'the beginning' })], turns: [answered('a', '<p>x</p>')] });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.keyDown(document.body, { key: 'p', ctrlKey: true });
  await new Promise((resolve) => setTimeout(resolve, 320));
  await settled();
  expect(screen.getByRole('log').textContent, 'all of it is on the page').toContain('the beginning');
  expect(host.calls('print_page'), 'then it is printed').toHaveLength(1);
});

test('what could not be fetched is not printed as if it were all', async () => {
  const host = ada();
  host.keep({ summary: row('one'), earlier: [turn({ id: 'e', role: 'you', text: 'the beginning' })], turns: [answered('a', '<p>x</p>')] });
  host.instead('earlier_turns', () => Promise.reject(Object.assign(new Error('x'), { code: 'store-failed', params: {}, retryable: true })));
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.keyDown(document.body, { key: 'p', ctrlKey: true });
  await new Promise((resolve) => setTimeout(resolve, 320));
  await settled();
  expect(host.calls('print_page'), 'half a chat').toHaveLength(0);
  expect(screen.getByRole('alert').textContent, 'and why').toContain('cannot be read');
});

test('another chat that was opened meanwhile is not printed in its place', async () => {
  const host = ada();
  let fetched = (): void => undefined;
  host.keep({ summary: row('one'), earlier: [turn({ id: 'e', role: 'you', text: 'the beginning' })], turns: [answered('a', '<p>x</p>')] });
  host.keep({ summary: row('two') });
  host.instead('earlier_turns', () => new Promise((resolve) => (fetched = () => resolve([]))));
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.keyDown(document.body, { key: 'p', ctrlKey: true });
  await settled();
  await fireEvent.click(button('two'));
  await settled();
  fetched();
  await new Promise((resolve) => setTimeout(resolve, 320));
  await settled();
  expect(host.calls('print_page'), 'nobody asked for it').toHaveLength(0);
});

test('texts are compared whatever their case, accents and width', () => {
  const found = (text: string, what: string): string[] => places(fold(text), what).map(([start, end]) => text.slice(start, end));
  expect(found('Die GRÖSSE der Größe', 'größe'), 'as the core compares them').toEqual(['Größe']);
  expect(found('Cafés, ＡＰＩ\n2', 'api 2'), 'a line end is a space').toEqual(['ＡＰＩ\n2']);
  expect(found('😀 naïve 😀', 'naive'), 'places are those of the text').toEqual(['naïve']);
  expect(found('我们的数据库', '数据'), 'anywhere in a line').toEqual(['数据']);
});

test('marks leave the page as it was', () => {
  document.body.innerHTML = '<p>one two <b>tw</b>o</p><p>two</p><p>t</p><p>wo</p>';
  const root = document.body;
  const before = root.innerHTML;
  const ranges = rangesOf(root, ['two']);
  expect(ranges.map((range) => range.toString()), 'across elements, never across paragraphs').toEqual(['two', 'two', 'two']);
  mark('found', ranges, ranges[0] ?? null);
  unmark('found');
  expect(root.innerHTML, 'nothing of it stays').toBe(before);
});
