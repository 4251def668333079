/** What the palette finds in all chats, loaded or not: the same search as the list's. */
import { call, type FoundConversation } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { app } from '../lib/app.svelte';
import { Latest } from '../lib/latest';

/** So many chats are shown: who needs more has the search of the list. */
const SHOWN = 8;

class Texts {
  /** What is looked for; empty when nothing is. */
  #query = $state.raw('');
  #found = $state.raw<{ query: string; chats: readonly FoundConversation[] }>({ query: '', chats: [] });
  readonly #looks = new Latest();

  /** Whether the answer for what is typed is still to come. */
  get looking(): boolean {
    return this.#query !== this.#found.query;
  }

  /** The chats that have it; none while that is not known, since Enter would open what was asked for before. */
  get chats(): readonly FoundConversation[] {
    return this.looking ? [] : this.#found.chats;
  }

  /** The person typed. */
  type(typed: string): void {
    const query = typed.trim();
    this.#query = query;
    if (query === '') this.#found = { query, chats: [] };
    if (this.looking) this.#looks.run(() => this.#look(query));
    else this.#looks.forget();
  }

  /** Opens one, at the turn in which it was found. */
  open(conversation: string, turn: string | null, query: string): void {
    void desk.openAt(conversation, turn, query.split(/\s+/).filter(Boolean));
  }

  async #look(query: string): Promise<void> {
    const account = app.account?.id;
    // The commands are worth having without it: what fails here finds nothing, and the list's own search says why.
    const page = account === undefined ? null : await call('search', { account, query, seen: [] }).catch(() => null);
    if (query === this.#query) this.#found = { query, chats: page?.found.slice(0, SHOWN) ?? [] };
  }
}

export const texts = new Texts();
