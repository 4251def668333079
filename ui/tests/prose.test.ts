import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { Block, Turn } from '../src/bridge';
import { type ScriptedHost, turn } from '../src/bridge/scripted/host';
import { fileName } from '../src/chat/files';
import { ada, open, row, settled } from './window';

const text = (html: string): Block => ({ kind: { kind: 'text' }, html });
const code = (language: string, source: string): Block => ({
  kind: { kind: 'code', language },
  html: `<figure class="code" data-language="${language}"><figcaption class="code-head"><span>${language}</span></figcaption><pre dir="ltr" role="group" tabindex="0"><code>${source}</code></pre></figure>`,
});
const answer = (id: string, blocks: Block[]): Turn => turn({ id, role: 'copilot', blocks });

async function opened(...turns: Turn[]): Promise<ScriptedHost> {
  const host = ada();
  host.keep({ summary: row('one'), turns });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  return host;
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });

test('code can be copied, saved under a fitting name, and wrapped', async () => {
  const host = await opened(answer('a', [code('rust', 'fn main() {\n    a();\n}\n')]));
  await fireEvent.click(button('Copy code'));
  expect(host.calls('copy_text'), 'to the letter, indentation and all').toEqual([{ text: 'fn main() {\n    a();\n}\n' }]);
  await fireEvent.click(button('Save code'));
  expect(host.calls('save_code'), 'the name is a proposal for the dialog').toEqual([{ text: 'fn main() {\n    a();\n}\n', name: 'code.rs' }]);
  const wrap = button('Wrap lines');
  await fireEvent.click(wrap);
  expect(wrap.getAttribute('aria-pressed'), 'a switch says how it stands').toBe('true');
  expect(wrap.closest('.code')?.classList.contains('code-wrapped'), 'and its code is wrapped').toBe(true);
  await fireEvent.click(wrap);
  expect(wrap.closest('.code')?.classList.contains('code-wrapped'), 'and no more').toBe(false);
});

test('an answer is copied as Markdown, and with Shift as plain text', async () => {
  const host = await opened(answer('a', [text('<p>Words</p>')]));
  await fireEvent.click(button('Copy'));
  await fireEvent.click(button('Copy'), { shiftKey: true });
  expect(host.calls('copy_answer'), 'as it was written').toEqual([{ turn: 'a' }]);
  expect(host.calls('copy_answer_plain'), 'as what it says').toEqual([{ turn: 'a' }]);
});

test.each([
  ['rust', 'code.rs'],
  ['TypeScript', 'code.ts'],
  ['toml', 'code.toml'],
  ['c++', 'code.cpp'],
  [undefined, 'code.txt'],
  ['../../etc', 'code.txt'],
])('a file of %s is proposed as %s', (language, name) => {
  expect(fileName(language), 'a name and never a place').toBe(name);
});

test('a link to a heading goes there within its own answer and leaves the window where it is', async () => {
  const heading = '<h2 dir="auto" data-anchor="the-end">The end</h2>';
  const link = '<p><a href="#the-end" rel="noreferrer noopener">down</a> <a href="#the-end-1">second</a> <a href="#nowhere">no</a></p>';
  const host = await opened(answer('a', [text(heading)]), answer('b', [text(link), text(heading), text(heading)]));
  const [first, second] = [...document.querySelectorAll<HTMLElement>('article:last-of-type [data-anchor]')];
  const scrolled = vi.fn();
  for (const place of document.querySelectorAll<HTMLElement>('[data-anchor]')) place.scrollIntoView = () => void scrolled(place);
  await fireEvent.click(screen.getByText('down'));
  expect(scrolled, 'not to the other answer’s heading of the same words').toHaveBeenLastCalledWith(first);
  expect(document.activeElement, 'and reading goes on from there').toBe(first);
  await fireEvent.click(screen.getByText('second'));
  expect(scrolled, 'the second of the same words has a number').toHaveBeenLastCalledWith(second);
  await fireEvent.click(screen.getByText('no'));
  expect(scrolled, 'a name that nothing has leads nowhere').toHaveBeenCalledTimes(2);
  expect(host.calls('open_link'), 'and none of them is opened in the browser').toEqual([]);
});

test('a footnote named before its note becomes a mark when the note comes, and an expression stays one', async () => {
  const name = (label: string): string => `<span class="footnote-name">[^${label}]</span>`;
  const host = await opened(turn({ id: 'a', role: 'copilot', blocks: [text(`<p>See${name('src')} and ${name('a-z')}</p>`)], state: { kind: 'answering', since: 0, holdup: null } }));
  expect(document.querySelector('.footnote-name')?.textContent, 'until then it is what was written').toBe('[^src]');
  const note = '<div class="footnote" dir="auto" data-anchor="fn-src"><sup class="footnote-mark"><a href="#ref-src">src</a></sup><p>There</p></div>';
  host.patch('one', [{ kind: 'grown', turn: 'a', keep: 1, blocks: [text(note)], tail: '' }]);
  await settled();
  expect(screen.getByRole('link', { name: 'Footnote src' }).getAttribute('href'), 'it leads to its note').toBe('#fn-src');
  expect(screen.getByRole('link', { name: 'Back from footnote src to the text' }), 'which leads back').toBeTruthy();
  expect(document.querySelector('.footnote-name')?.textContent, 'an expression has no note').toBe('[^a-z]');
});

test('a mark whose note never comes leads nowhere once the answer is over', async () => {
  const mark = (label: string): string => `<sup class="footnote-mark" data-anchor="ref-${label}"><a href="#fn-${label}">${label}</a></sup>`;
  const note = '<div class="footnote" data-anchor="fn-1"><sup class="footnote-mark"><a href="#ref-1">1</a></sup><p>There</p></div>';
  await opened(answer('a', [text(`<p>a${mark('1')} b${mark('2')}</p>`), text(note)]));
  expect(screen.getByRole('link', { name: 'Footnote 1' }), 'one that has its note is a link').toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Footnote 2' }), 'one that has none is a number').toBeNull();
  expect(document.querySelector('[data-anchor="ref-2"]')?.textContent, 'and still to be read').toBe('2');
});

test('a formula at the end of what is being written has the caret behind it', async () => {
  const formula = '<span class="math" dir="ltr"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">x</annotation></semantics></math></span>';
  await opened(turn({ id: 'a', role: 'copilot', tail: `<p>so ${formula}</p>`, state: { kind: 'answering', since: 0, holdup: null } }));
  expect(document.querySelector('.caret')?.parentElement?.localName, 'and never inside of it').toBe('p');
});

/** The frame, with a page in it that takes messages: nothing is loaded in tests. */
function drawn(): HTMLIFrameElement | null {
  const frame = document.querySelector('iframe');
  if (frame) Object.defineProperty(frame, 'contentWindow', { value: { postMessage: vi.fn() } });
  return frame;
}

test('a diagram is drawn when it is asked for and in a frame that may run scripts and nothing else', async () => {
  await opened(answer('a', [code('mermaid', 'graph TD; A--&gt;B')]));
  expect(document.querySelector('iframe'), 'never by itself').toBeNull();
  await fireEvent.click(button('Draw the diagram'));
  const frame = drawn();
  expect(frame?.getAttribute('sandbox'), 'no origin, no window, no forms').toBe('allow-scripts');
  expect(frame?.closest('.code')?.classList.contains('code-drawn'), 'the code makes room').toBe(true);

  const told = (data: unknown, source: unknown): boolean => window.dispatchEvent(Object.assign(new Event('message'), { data, source }));
  told({ kind: 'drawn', width: 10, height: 10, svg: '<svg/>' }, window);
  await settled();
  expect(screen.queryByRole('button', { name: 'Save drawing' }), 'what another window says is not heard').toBeNull();
  told({ kind: 'drawn', width: 300, height: 150, svg: '<svg/>' }, frame?.contentWindow);
  await settled();
  expect(frame?.style.aspectRatio, 'the picture has its size').toBe('300 / 150');
  expect(button('Save drawing'), 'and can be kept').toBeTruthy();

  await fireEvent.click(button('Show code'));
  expect(document.querySelector('iframe'), 'closing it takes the frame away').toBeNull();
  expect(button('Draw the diagram'), 'and it can be drawn again').toBeTruthy();
});

test('a diagram that cannot be drawn says why, as words, and shows its code', async () => {
  await opened(answer('a', [code('mermaid', 'nonsense')]));
  await fireEvent.click(button('Draw the diagram'));
  const frame = drawn();
  window.dispatchEvent(Object.assign(new Event('message'), { data: { kind: 'failed', reason: 'line 1: <img src=x>' }, source: frame?.contentWindow }));
  await settled();
  const notice = screen.getByRole('alert');
  expect(notice.textContent, 'what it says is text').toContain('This diagram cannot be drawnline 1: <img src=x>');
  expect(notice.querySelector('img'), 'and nothing else').toBeNull();
  expect(document.querySelector('.code-drawn, iframe'), 'the code is there to read').toBeNull();
});

test('a diagram that would hold up the window is refused before anything is drawn', async () => {
  await opened(answer('a', [code('mermaid', 'A--B\n'.repeat(1_001)), code('mermaid', `A["${'x'.repeat(50_000)}"]`)]));
  for (const draw of screen.getAllByRole('button', { name: 'Draw the diagram' })) await fireEvent.click(draw);
  const why = 'This diagram cannot be drawnIt is too long: up to 1,000 lines and 50,000 characters can be drawn.';
  expect(screen.getAllByRole('alert').map((notice) => notice.textContent), 'both say why').toEqual([why, why]);
  expect(document.querySelector('iframe, .code-drawn'), 'no frame was made, and the code is there to read').toBeNull();
});

test('a formula in a selection is copied as its LaTeX', async () => {
  const formula = (latex: string, display = ''): string =>
    `<span class="math${display}"><math><semantics><mi>x</mi><annotation encoding="application/x-tex">${latex}</annotation></semantics></math></span>`;
  await opened(answer('a', [text(`<p>so ${formula('x^2')} and ${formula('\\frac{a}{b}', ' math-display')}</p>`)]));
  const paragraph = document.querySelector('.prose p') ?? document.body;
  getSelection()?.selectAllChildren(paragraph);
  const set = vi.fn();
  const event = Object.assign(new Event('copy', { bubbles: true, cancelable: true }), { clipboardData: { setData: set } });
  paragraph.dispatchEvent(event);
  expect(set, 'with the marks that make it one').toHaveBeenCalledWith('text/plain', 'so $x^2$ and $$\\frac{a}{b}$$');
  expect(event.defaultPrevented, 'in place of what the browser would copy').toBe(true);
});
