/** Finding in the open chat: the core knows where it stands in all of it, the page shows one place after another. */
import { call, type Finding } from '../bridge';
import type { Conversation } from './conversation.svelte';
import { mark, markMore, rangesOf, unmark } from './highlight';

/** How long after the last key it is looked for, in milliseconds. */
const DELAY = 120;

/** Brings a turn into sight and answers with its article, once it is laid out. */
export type Reveal = (turn: string) => Promise<HTMLElement | null>;

class Find {
  open = $state(false);
  query = $state('');
  /** How many there are in all, and which one is shown, from 1; none is 0. */
  all = $state.raw(0);
  at = $state.raw(0);
  /** Whether the core has answered for what is typed now. */
  known = $state.raw(false);

  #found: readonly Finding[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts what was asked: late answers are ignored. */
  #asked = 0;
  /** Words that a search of all chats has led to; they stay marked until something else is looked for. */
  #sought = false;

  /** Opens the bar. */
  show(): void {
    this.clearSought();
    this.open = true;
  }

  /** Closes the bar and takes the marks away. */
  close(): void {
    clearTimeout(this.#timer);
    this.#asked++;
    this.open = false;
    this.query = '';
    this.#forget();
  }

  /** The person typed. */
  type(query: string, conversation: Conversation, reveal: Reveal): void {
    this.query = query;
    this.known = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(conversation, reveal), DELAY);
  }

  async #look(conversation: Conversation, reveal: Reveal): Promise<void> {
    const asked = ++this.#asked;
    this.#forget();
    if (this.query === '') return;
    let found: Finding[] = [];
    try {
      found = await call('find_in_chat', { conversation: conversation.id, query: this.query });
    } catch {
      // Nothing is found in what cannot be read; the conversation says why.
    }
    if (asked !== this.#asked) return;
    this.#found = found;
    this.all = found.reduce((sum, one) => sum + one.count, 0);
    this.known = true;
    // The last one is what a reader at the end of a chat is nearest to.
    if (this.all > 0) await this.#show(this.all, reveal);
  }

  /** Goes on to the next place, or back to the one before; round at the ends. */
  async step(by: 1 | -1, reveal: Reveal): Promise<void> {
    if (this.all === 0) return;
    await this.#show(((this.at - 1 + by + this.all) % this.all) + 1, reveal);
  }

  async #show(at: number, reveal: Reveal): Promise<void> {
    const asked = this.#asked;
    this.at = at;
    let before = 0;
    const one = this.#found.find((finding) => {
      before += finding.count;
      return at <= before;
    });
    if (!one) return;
    const article = await reveal(one.turn);
    if (asked !== this.#asked || this.at !== at || !article) return;
    // Before anything is measured: where marks are elements, taking them out changes the page.
    unmark('found');
    const shown = rangesOf(article, [this.query]);
    // The page may count otherwise than the core, as with formulas.
    const current = shown[Math.min(at - 1 - (before - one.count), shown.length - 1)] ?? null;
    const log = article.closest('[role="log"]') ?? article;
    mark('found', rangesOf(log, [this.query]).map((range) => (current && same(range, current) ? current : range)), current);
    scrollTo(current ?? article);
  }

  /** Marks the words of a search in a turn that it has led to. */
  seek(article: HTMLElement, words: readonly string[]): void {
    unmark('sought');
    const ranges = rangesOf(article, words);
    mark('sought', ranges, null);
    this.#sought = true;
    scrollTo(ranges[0] ?? article);
  }

  /** Further turns have come on the page: what is looked for is marked in them as well. */
  came(articles: readonly HTMLElement[]): void {
    if (this.open && this.all > 0) markMore('found', articles.flatMap((one) => rangesOf(one, [this.query])));
  }

  /** Takes the marks of a search away. */
  clearSought(): void {
    if (this.#sought) unmark('sought');
    this.#sought = false;
  }

  #forget(): void {
    unmark('found');
    this.#found = [];
    this.all = 0;
    this.at = 0;
  }
}

function same(a: Range, b: Range): boolean {
  return a.startContainer === b.startContainer && a.startOffset === b.startOffset;
}

/** Puts it into the middle of the conversation. */
function scrollTo(place: Range | Element): void {
  const node = place instanceof Range ? place.startContainer.parentElement : place;
  node?.scrollIntoView({ block: place instanceof Range ? 'center' : 'start' });
}

export const find = new Find();
