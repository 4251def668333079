/**
 * An answer on the page: settled blocks are put in once and never touched again, only what follows them is changed.
 *
 * Beside Svelte on purpose: an answer grows sixty times a second, and what a person has selected in it must stay.
 */
import type { Block } from '../bridge';
import { addCaret, decorated } from './decorate';
import { morph } from './morph';
import { linkNotes } from './notes';

/** What an answer shows at one moment. */
export type Shown = {
  blocks: readonly Block[];
  /** The HTML of what is not settled yet. */
  tail: string;
  /** Whether more is being written: there is a caret then. */
  writing: boolean;
};

export class AnswerView {
  readonly #host: HTMLElement;
  /** The settled blocks' HTML, and the nodes each became. */
  #settled: { html: string; nodes: ChildNode[] }[] = [];
  #tail: ChildNode[] = [];
  /** The HTML that the tail was made of, while it ends in a caret. */
  #growing = '';

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Shows the answer as it is now. */
  show({ blocks, tail, writing }: Shown): void {
    let keep = 0;
    while (keep < blocks.length && this.#settled[keep]?.html === blocks[keep]?.html) keep++;
    if (writing && keep === blocks.length && keep === this.#settled.length && this.#append(tail)) return;

    // Everything behind the kept blocks is one run: what was the tail becomes the next block in place.
    const dropped = this.#settled.splice(keep);
    const old = [...dropped.flatMap((block) => block.nodes), ...this.#tail];
    const added = blocks.slice(keep).map((block) => ({ html: block.html, nodes: decorated(block.html, true) }));
    const rest = tail ? decorated(tail, false) : [];
    if (writing) addCaret(rest);

    const live = morph(this.#host, old, [...added.flatMap((block) => block.nodes), ...rest], null);
    let at = 0;
    for (const block of added) {
      const end = at + block.nodes.length;
      this.#settled.push({ html: block.html, nodes: live.slice(at, end) });
      at = end;
    }
    this.#tail = live.slice(at);
    if (added.length > 0 || !writing) linkNotes(this.#host, !writing);
    this.#growing = writing ? tail : '';
  }

  /** Puts words behind the last one, when they are all that is new: by far the most frequent change. */
  #append(tail: string): boolean {
    const more = wordsAdded(this.#growing, tail);
    if (more === null) return false;
    const last = this.#tail.findLast((node) => node instanceof Element);
    const place = last?.querySelector('.caret')?.previousSibling;
    if (!(place instanceof Text)) return false;
    place.appendData(more);
    this.#growing = tail;
    return true;
  }

  /** Forgets everything shown, for instance because its decorations are in another language now. */
  clear(): void {
    this.#host.replaceChildren();
    this.#settled = [];
    this.#tail = [];
    this.#growing = '';
  }
}

/** The tags that close what a piece of HTML has opened, at its very end. */
const CLOSING = /(?:<\/[a-z0-9]+>\s*)+$/;

/** The words by which a piece of HTML grew, or nothing when it changed in any other way. */
export function wordsAdded(before: string, after: string): string | null {
  const end = CLOSING.exec(before)?.[0];
  if (end === undefined || after.length < before.length || !after.endsWith(end)) return null;
  const start = before.slice(0, -end.length);
  // An element that ends where the words begin would take them in.
  if (start.endsWith('>') || !after.startsWith(start)) return null;
  const more = after.slice(start.length, after.length - end.length);
  return /[<&>]/.test(more) ? null : more;
}
