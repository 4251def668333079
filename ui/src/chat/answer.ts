/**
 * An answer on the page: settled blocks are put in once and never touched again, only what follows them is changed.
 *
 * Beside Svelte on purpose: an answer grows sixty times a second, and what a person has selected in it must stay.
 */
import type { Block } from '../bridge';
import { addCaret, decorated } from './decorate';
import { morph } from './morph';

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

  constructor(host: HTMLElement) {
    this.#host = host;
  }

  /** Shows the answer as it is now. */
  show({ blocks, tail, writing }: Shown): void {
    let keep = 0;
    while (keep < blocks.length && this.#settled[keep]?.html === blocks[keep]?.html) keep++;

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
  }

  /** Forgets everything shown, for instance because its decorations are in another language now. */
  clear(): void {
    this.#host.replaceChildren();
    this.#settled = [];
    this.#tail = [];
  }
}
