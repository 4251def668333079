/**
 * Words marked on the page. Where the engine can paint ranges nothing of the page is changed; where it cannot, `mark`
 * elements are put around the words and taken out again, in text that is not being written.
 */
import { fold, places } from './fold';

/** Between these no words belong together. */
const BLOCKS = 'p, li, h1, h2, h3, h4, h5, h6, pre, td, th, blockquote, dt, dd, figcaption, summary, div';
/** What the window itself put there, and what is drawn rather than written. */
const OURS = 'button, .code-head, .alert-kind, .caret, math, footer';

const painted = (): HighlightRegistry | undefined => (typeof Highlight === 'undefined' ? undefined : CSS.highlights);

/** Every place in `root` where one of these stands, in the order of the page. */
export function rangesOf(root: Element, terms: readonly string[]): Range[] {
  const found: Range[] = [];
  for (const run of runs(root)) {
    const folded = fold(run.map((node) => node.data).join(''));
    for (const [start, end] of terms.flatMap((term) => places(folded, term)).sort((a, b) => a[0] - b[0])) {
      const range = document.createRange();
      range.setStart(...pointIn(run, start, false));
      range.setEnd(...pointIn(run, end, true));
      found.push(range);
    }
  }
  return found;
}

/** The text of `root`, one block after another. */
function runs(root: Element): Text[][] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const all: Text[][] = [];
  let home: Element | null = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (!(node instanceof Text) || node.parentElement?.closest(OURS)) continue;
    const block: Element | null = node.parentElement?.closest(BLOCKS) ?? root;
    if (block === home) all.at(-1)?.push(node);
    else all.push([node]);
    home = block;
  }
  return all;
}

function pointIn(run: readonly Text[], at: number, end: boolean): [Text, number] {
  let rest = at;
  for (const node of run) {
    if (rest < node.length || (end && rest === node.length)) return [node, rest];
    rest -= node.length;
  }
  throw new RangeError('a place behind the end of a text');
}

/** Marks these places, and one of them as the one that is meant, where nothing is marked under this name. */
export function mark(name: 'found' | 'sought', ranges: readonly Range[], current: Range | null): void {
  const registry = painted();
  if (registry) {
    registry.set(name, new Highlight(...ranges));
    if (current) registry.set(`${name}-now`, new Highlight(current));
    return;
  }
  surround(name, ranges, current);
}

/** Marks further places under this name, beside those that are marked already. */
export function markMore(name: 'found' | 'sought', ranges: readonly Range[]): void {
  const registry = painted();
  if (!registry) {
    surround(name, ranges, null);
    return;
  }
  const marked = registry.get(name);
  // Those that have left the page are nowhere any more.
  for (const range of marked ?? []) if (range instanceof Range && range.collapsed) marked?.delete(range);
  for (const range of ranges) marked?.add(range);
}

function surround(name: 'found' | 'sought', ranges: readonly Range[], current: Range | null): void {
  // From the end, so that the places before stay where they are.
  for (const range of [...ranges].reverse()) {
    const { startContainer: node } = range;
    // Words in several pieces of text would need several marks.
    if (node !== range.endContainer || !(node instanceof Text) || node.parentElement?.closest('[aria-busy="true"]')) continue;
    const element = document.createElement('mark');
    element.className = `mark-${name}`;
    if (range === current) element.classList.add('mark-now');
    range.surroundContents(element);
  }
}

/** Takes the marks of this name away. */
export function unmark(name: 'found' | 'sought'): void {
  painted()?.delete(name);
  painted()?.delete(`${name}-now`);
  for (const element of document.querySelectorAll(`mark.mark-${name}`)) {
    const parent = element.parentNode;
    element.replaceWith(...element.childNodes);
    parent?.normalize();
  }
}
