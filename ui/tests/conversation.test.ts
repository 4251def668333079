import { fireEvent, screen, within } from '@testing-library/svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Block, Turn } from '../src/bridge';
import { type ScriptedHost, turn } from '../src/bridge/scripted/host';
import { wordsAdded } from '../src/chat/answer';
import { ada, open, row, settled } from './window';

const text = (html: string): Block => ({ kind: { kind: 'text' }, html });
const code = (source: string): Block => ({
  kind: { kind: 'code', language: 'rust' },
  html: `<figure class="code" data-language="rust"><figcaption class="code-head"><span>rust</span></figcaption><pre dir="ltr" role="group" tabindex="0"><code>${source}</code></pre></figure>`,
});
const answering = { kind: 'answering', since: Date.now(), holdup: null } as const;

let frames: FrameRequestCallback[] = [];
/** Lets the next frame come. */
function frame(): void {
  for (const run of frames.splice(0)) run(0);
}

beforeEach(() => {
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (run: FrameRequestCallback) => frames.push(run));
});
afterEach(() => vi.unstubAllGlobals());

async function opened(turns: Turn[], change: Partial<Parameters<ScriptedHost['keep']>[0]> = {}): Promise<ScriptedHost> {
  const host = ada();
  host.keep({ summary: row('one'), turns, ...change });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  return host;
}

const asked = turn({ id: 'q', role: 'you', text: 'Why?' });
const answer = (change: Partial<Turn> = {}): Turn => turn({ id: 'a', role: 'copilot', ...change });
const copilot = (): HTMLElement => screen.getByRole('article', { name: 'Copilot' });
const prose = (): Element => copilot().querySelector('.prose') ?? copilot();

test('an answer grows patch by patch, and what has settled is the same on the page afterwards', async () => {
  const host = await opened([asked, answer({ state: answering })]);
  host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [text('<p>First.</p>')], tail: '<p>Sec</p>' }]);
  await settled();
  const first = prose().children[0];
  const writing = prose().children[1]?.firstChild;
  expect(writing?.textContent, 'the tail is shown while it is written').toBe('Sec');

  host.patch('one', [{ kind: 'grown', turn: 'a', keep: 1, blocks: [], tail: '<p>Second, <em>lo</em></p>' }]);
  await settled();
  expect(prose().children[0], 'a settled block is never touched again').toBe(first);
  expect(prose().children[1]?.firstChild, 'text that only grew is the same node, so a selection in it stays').toBe(writing);

  host.patch('one', [{ kind: 'grown', turn: 'a', keep: 1, blocks: [text('<p>Second, <em>longer</em>.</p>')], tail: '' }]);
  await settled();
  expect(prose().children[1]?.firstChild, 'settling keeps the node too').toBe(writing);
  expect(prose().innerHTML, 'the page shows what was said, and no caret once nothing is unsettled').toBe(
    '<p>First.</p><p>Second, <em>longer</em>.</p>',
  );
});

test('a selection in the part that stays survives while more text arrives', async () => {
  const host = await opened([asked, answer({ state: answering, tail: '<p>The quick brown</p>' })]);
  const node = prose().querySelector('p')?.firstChild as Text;
  const range = document.createRange();
  range.setStart(node, 4);
  range.setEnd(node, 9);
  host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [], tail: '<p>The quick brown fox</p>' }]);
  await settled();
  expect(node.data, 'the text has grown in place').toBe('The quick brown fox');
  expect([range.startOffset, range.endOffset, range.startContainer], 'and the selection holds the same word').toEqual([4, 9, node]);
});

test('the final text replaces what it corrects and keeps the rest', async () => {
  const host = await opened([asked, answer({ state: answering, blocks: [text('<p>Kept.</p>'), text('<p>Wrnog.</p>')] })]);
  const kept = prose().children[0];
  host.patch('one', [{ kind: 'turn', turn: answer({ blocks: [text('<p>Kept.</p>'), text('<p>Wrong.</p>'), text('<p>More.</p>')] }) }]);
  await settled();
  expect(prose().textContent, 'the final message wins').toBe('Kept.Wrong.More.');
  expect(prose().children[0], 'what was right already is not put in again').toBe(kept);
});

test('each patch is acknowledged once, at a frame, and not before', async () => {
  const host = await opened([asked, answer({ state: answering })]);
  host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [], tail: '<p>a</p>' }]);
  await settled();
  expect(host.calls('acknowledge'), 'the window has not shown it yet').toHaveLength(0);
  frame();
  frame();
  await settled();
  expect(host.calls('acknowledge'), 'shown: the next may come').toEqual([{ watch: 1, sequence: 1 }]);
});

test('the second words wait until the first could be read, and no longer', async () => {
  const host = await opened([asked, answer({ state: answering })]);
  const grow = async (tail: string): Promise<void> => {
    host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [], tail }]);
    await Promise.resolve();
    frame();
  };
  await grow('<p>a</p>');
  await grow('<p>a b</p>');
  expect(host.calls('acknowledge'), 'the first words are never held back, the second ones are').toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(host.calls('acknowledge'), 'a moment later more may come').toHaveLength(2);
});

test('words that come faster than anyone reads are shown more at a time', async () => {
  const host = await opened([asked, answer({ state: answering })]);
  const grow = async (tail: string): Promise<void> => {
    host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [], tail }]);
    await Promise.resolve();
    frame();
  };
  await grow('<p>a</p>');
  await grow(`<p>${'a '.repeat(400)}</p>`);
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(host.calls('acknowledge'), 'at the usual pace a frame for each would keep a core busy').toHaveLength(1);
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(host.calls('acknowledge'), 'a tenth of a second is not felt').toHaveLength(2);
});

test.each([
  ['<p>a <em>b</em> c</p>', '<p>a <em>b</em> c d</p>', ' d'],
  ['<ul><li>a</li><li>b</li></ul>', '<ul><li>a</li><li>b c</li></ul>', ' c'],
  ['<p>a</p>', '<p>a</p>', ''],
  ['<p>a <em>b</em></p>', '<p>a <em>b</em> c</p>', null],
  ['<p><em>b</em></p>', '<p><em>b</em>c</p>', null],
  ['<p>a</p>', '<p>a <em>b</em></p>', null],
  ['<p>a</p>', '<p>a &amp; b</p>', null],
  ['<p>a</p>', '<h1>a b</h1>', null],
  ['<p>a b</p>', '<p>a</p>', null],
  ['', '<p>a</p>', null],
])('%s → %s grew by the words %j', (before, after, more) => {
  expect(wordsAdded(before, after), 'only words may be put in behind the last one').toBe(more);
});

test('an answer that grew word by word is the same as one that came at once', async () => {
  const whole = 'One *two* three four & five <b> six `seven` eight.'.split(' ');
  const host = await opened([asked, answer({ state: answering })]);
  const html = (count: number): string => {
    const words = whole.slice(0, count).map((word) => word.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'));
    return `<p>${words.join(' ').replace(/\*(\w+)\*/, '<em>$1</em>').replace(/`(\w+)`/, '<code>$1</code>')}</p>\n`;
  };
  for (let count = 1; count <= whole.length; count++) {
    host.patch('one', [{ kind: 'grown', turn: 'a', keep: 0, blocks: [], tail: html(count) }]);
    await settled();
    const shown = prose().innerHTML.replace('<span class="caret"></span>', '');
    expect(shown, `after ${count} words`).toBe(html(count));
    expect(prose().querySelectorAll('.caret'), 'the caret goes with the last word').toHaveLength(1);
  }
});

test('a retry’s path takes the failed answer away', async () => {
  const error = { code: 'offline', params: { host: 'github.com' }, retryable: true } as const;
  const host = await opened([asked, answer({ state: { kind: 'failed', error } })]);
  const told = screen.getByRole('alert');
  expect(told.textContent, 'the reason stands where the answer would be').toContain('No connection to github.com');
  await fireEvent.click(within(told).getByRole('button', { name: 'Retry' }));
  await settled();
  expect(host.calls('retry'), 'one press asks again').toEqual([{ conversation: 'one' }]);
  expect(screen.queryByRole('alert'), 'the failure is not on the path any more').toBeNull();
  expect(screen.getByRole('article', { name: 'You' }), 'the question is').toBeTruthy();
});

test('patches of a conversation that was left are ignored', async () => {
  const host = await opened([asked, answer({ state: answering })]);
  await fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
  await settled();
  expect(host.calls('unwatch'), 'leaving stops the watch').toEqual([{ watch: 1 }]);
  host.raw(1, { sequence: 1, steps: [{ kind: 'turn', turn: answer({ blocks: [text('<p>late</p>')] }) }] });
  await settled();
  frame();
  expect(screen.queryByText('late'), 'nothing late may appear in another chat').toBeNull();
  expect(host.calls('acknowledge'), 'nor be acknowledged').toHaveLength(0);
});

test('a patch that was missed is mended by watching again', async () => {
  const host = await opened([asked]);
  host.kept.get('one')?.turns.push(answer({ blocks: [text('<p>whole</p>')] }));
  host.raw(1, { sequence: 5, steps: [] });
  await settled();
  expect(host.calls('watch_conversation'), 'a fresh snapshot has everything').toHaveLength(2);
  expect(copilot().textContent, 'and it is shown').toContain('whole');
});

test('a link opens in the browser and never in the window', async () => {
  const html = '<p><a href="https://example.org/a" rel="noreferrer noopener">here</a></p>';
  const host = await opened([asked, answer({ blocks: [text(html)] })]);
  const link = screen.getByRole('link', { name: 'here' });
  const navigates = await fireEvent.click(link);
  const middle = await fireEvent(link, new MouseEvent('auxclick', { button: 1, bubbles: true, cancelable: true }));
  expect([navigates, middle], 'the page itself must stay').toEqual([false, false]);
  expect(host.calls('open_link'), 'the core decides what may be opened').toEqual([
    { link: { url: 'https://example.org/a', words: 'here', agreed: false } },
    { link: { url: 'https://example.org/a', words: 'here', agreed: false } },
  ]);
  expect(link.title, 'where it leads must be in sight before').toBe('https://example.org/a');
});

test('finished code can be copied as it is; code being written has no button yet', async () => {
  const source = 'let <span class="t-constant">x</span> = 1;\n';
  const host = await opened([asked, answer({ blocks: [code(source)], tail: code('let y').html, state: answering })]);
  const buttons = screen.getAllByRole('button', { name: 'Copy code' });
  expect(buttons, 'only what is finished').toHaveLength(1);
  for (const button of buttons) await fireEvent.click(button);
  expect(host.calls('copy_text'), 'the program, without label or markup').toEqual([{ text: 'let x = 1;\n' }]);
});

test('under an answer stand its copy button, model and costs, only those known', async () => {
  const host = await opened([asked, answer({ blocks: [text('<p>42</p>')], model: 'gpt', tokens: 1204 })]);
  expect(copilot().querySelector('.cost')?.textContent, 'no credits are made up').toBe('GPT-5.1 · 1,204 tokens');
  await fireEvent.click(screen.getByRole('button', { name: 'Copy' }));
  expect(host.calls('copy_answer'), 'the core has the Markdown').toEqual([{ turn: 'a' }]);
});

test('begin and end of an answer are said politely, its words are not read out', async () => {
  const host = await opened([asked]);
  expect(screen.getByRole('log', { name: 'Conversation' }).getAttribute('aria-live'), 'the log itself is silent').toBe('off');
  const said = (): string => screen.getAllByRole('status').map((one) => one.textContent).join();
  host.patch('one', [{ kind: 'turn', turn: answer({ state: answering }) }]);
  await settled();
  expect(said(), 'the beginning').toContain('Copilot is answering');
  host.patch('one', [{ kind: 'turn', turn: answer({ blocks: [text('<p>42</p>')] }) }]);
  await settled();
  expect(said(), 'the end').toContain('Copilot has answered');
  expect(said(), 'not the answer').not.toContain('42');
});

test('another model than asked for, and an answer cut off, are told beside the answer', async () => {
  const notices: Turn['notices'] = [{ kind: 'modelReplaced', asked: 'opus', chosen: 'gpt' }, { kind: 'cutOff' }];
  await opened([asked, answer({ blocks: [text('<p>42</p>')], notices })]);
  expect(copilot().textContent, 'nothing is replaced silently').toContain('opus is not offered to this account. GPT-5.1 answered instead.');
  expect(copilot().textContent, 'an unfinished answer is not taken for a finished one').toContain('reached the model’s limit');
});

test('scrolling up brings the turns before', async () => {
  const host = await opened([asked], { earlier: [turn({ id: 'q0', role: 'you', text: 'Long ago' })] });
  await fireEvent.scroll(screen.getByRole('log', { name: 'Conversation' }));
  for (let i = 0; i < 3; i++) {
    frame();
    await settled();
  }
  expect(host.calls('earlier_turns'), 'those before the first one here').toEqual([{ conversation: 'one', before: 'q' }]);
  expect(screen.getAllByRole('article').map((one) => one.textContent.trim()), 'and they stand before it').toEqual(['Long ago', 'Why?']);
});

test('turns that could not be fetched are asked for again when somebody scrolls, and not by themselves', async () => {
  const host = await opened([asked], { earlier: [turn({ id: 'q0', role: 'you', text: 'Long ago' })] });
  host.instead('earlier_turns', () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what the core answers is no Error
    throw { code: 'store-failed', params: {}, retryable: true };
  });
  const asks = async (): Promise<number> => {
    for (let i = 0; i < 8; i++) {
      frame();
      await settled();
    }
    return host.calls('earlier_turns').length;
  };
  const log = screen.getByRole('log', { name: 'Conversation' });
  await fireEvent.scroll(log);
  expect(await asks(), 'a database that says no is not asked in each frame').toBe(1);
  await fireEvent.scroll(log);
  expect(await asks()).toBe(2);
});

test('the end is followed while the reader is there, and only then', async () => {
  await opened([asked]);
  const log = screen.getByRole('log', { name: 'Conversation' });
  let height = 1000;
  Object.defineProperties(log, { scrollHeight: { get: () => height }, clientHeight: { get: () => 500 } });
  const scroll = async (top: number): Promise<void> => {
    log.scrollTop = top;
    await fireEvent.scroll(log);
    await settled();
  };
  const jump = (): HTMLElement | null => screen.queryByRole('button', { name: 'Jump to latest' });

  await scroll(500);
  height = 1500;
  await scroll(500);
  expect(jump(), 'the answer grew, the reader did not leave').toBeNull();
  await fireEvent.keyDown(log, { key: 'PageUp' });
  await scroll(300);
  expect(jump(), 'the reader went up to read').not.toBeNull();
  jump()?.focus();
  await scroll(1000);
  expect(jump(), 'it stays while it has the focus, or Tab would leave out what comes after it').toBe(document.activeElement);
  jump()?.blur();
  await settled();
  expect(jump(), 'and goes when the focus went on').toBeNull();

  await fireEvent.keyDown(log, { key: 'PageUp' });
  await scroll(300);
  height = 2000;
  await scroll(300);
  expect(log.scrollTop, 'and is left alone there').toBe(300);
  await fireEvent.click(jump() ?? log);
  await settled();
  expect([log.scrollTop, jump()], 'one press leads back to the end').toEqual([2000, null]);
});

test('an answer that gets shorter and then longer is still followed', async () => {
  const resized: (() => void)[] = [];
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly observe = vi.fn();
      readonly disconnect = vi.fn();
      constructor(run: () => void) {
        resized.push(run);
      }
    },
  );
  await opened([asked, answer({ state: answering })]);
  const log = screen.getByRole('log');
  let height = 2000;
  let top = 0;
  Object.defineProperties(log, {
    clientHeight: { value: 500 },
    scrollHeight: { get: () => height },
    // As a browser does: never past the end.
    scrollTop: { get: () => top, set: (to: number) => (top = Math.min(to, height - 500)) },
  });
  const laidOut = (to: number): void => {
    height = to;
    log.scrollTop = top;
    for (const run of resized) run();
  };
  laidOut(2000);
  await fireEvent.scroll(log);
  // The browser moves the view up with the text, and says so only when more has come.
  laidOut(1900);
  height = 2100;
  await fireEvent.scroll(log);
  // WebKit may answer with the place of a moment ago.
  log.scrollTop = 1500;
  await fireEvent.scroll(log);
  await settled();
  expect(screen.queryByRole('button', { name: 'Jump to latest' }), 'the reader has not left').toBeNull();
  expect(log.scrollTop, 'and is put back to the end').toBe(1600);
});

test('one turn of the wheel leaves the end, however little it has moved', async () => {
  await opened([asked, answer({ state: answering })]);
  const log = screen.getByRole('log');
  Object.defineProperty(log, 'clientHeight', { value: 500 });
  Object.defineProperty(log, 'scrollHeight', { value: 2000 });
  log.scrollTop = 1500;
  await fireEvent.scroll(log);
  await fireEvent.wheel(log, { deltaY: -3 });
  await settled();
  expect(screen.queryByRole('button', { name: 'Jump to latest' }), 'the next words must not win').not.toBeNull();
});

test('25 KB in 1,264 pieces keep the settled part untouched and end as one whole answer', async () => {
  const host = await opened([asked, answer({ state: answering })]);
  const words = 'lorem ipsum dolor si ';
  let tail = '';
  let keep = 0;
  for (let piece = 1; piece <= 1264; piece++) {
    tail += words;
    const settles = piece % 20 === 0;
    host.patch('one', [
      { kind: 'grown', turn: 'a', keep, blocks: settles ? [text(`<p>${tail}</p>`)] : [], tail: settles ? '' : `<p>${tail}</p>` },
    ]);
    if (settles) {
      keep++;
      tail = '';
    }
  }
  await settled();
  expect(prose().querySelectorAll('p'), 'every paragraph is there once').toHaveLength(64);
  expect(prose().textContent, 'and every word').toHaveLength(1264 * words.length);
});
