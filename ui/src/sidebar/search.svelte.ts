/** Searching all chats as one types: the newest answer counts, whenever it comes. */
import { call, failureOf, type Error as Failure, type FoundConversation } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { app } from '../lib/app.svelte';
import { Latest } from '../lib/latest';

class Search {
  query = $state('');
  found = $state.raw<readonly FoundConversation[]>([]);
  more = $state.raw(false);
  incomplete = $state.raw(false);
  failure = $state.raw<Failure | null>(null);
  /** What the results are of; other than the query while an answer is awaited. */
  answered = $state.raw('');
  /** Goes up when the box should have the focus. */
  focusCalls = $state.raw(0);

  readonly #looks = new Latest();
  #asked = 0;

  /** Whether results stand in the place of the list. */
  get active(): boolean {
    return this.query.trim() !== '';
  }

  /** Asks for the focus to go to the box. */
  focus(): void {
    this.focusCalls++;
  }

  /** The person typed. */
  type(query: string): void {
    this.query = query;
    this.#asked++;
    if (this.active) {
      this.#looks.run(() => this.#look(false));
    } else {
      this.#looks.forget();
      this.#empty();
    }
  }

  clear(): void {
    this.type('');
  }

  /** Fetches more results. */
  async next(): Promise<void> {
    await this.#look(true);
  }

  /** Opens a result, at the turn that was found. */
  open(conversation: string, turn: string | null): void {
    void desk.openAt(conversation, turn, this.query.split(/\s+/).filter(Boolean));
  }

  async #look(more: boolean): Promise<void> {
    const account = app.account?.id;
    if (account === undefined) return;
    const asked = ++this.#asked;
    const query = this.query;
    try {
      const seen = more ? this.found.map((one) => one.summary.id) : [];
      const page = await call('search', { account, query, seen });
      if (asked !== this.#asked) return;
      this.found = more ? [...this.found, ...page.found] : page.found;
      this.more = page.more;
      this.incomplete = page.incomplete;
      this.failure = null;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.found = [];
      this.failure = failureOf(thrown);
    }
    this.answered = query;
  }

  #empty(): void {
    this.found = [];
    this.more = false;
    this.incomplete = false;
    this.failure = null;
    this.answered = '';
  }
}

export const search = new Search();
