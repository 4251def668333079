/** The list of an account's conversations, newest first, a page at a time. */
import { call, failureOf, type AppEvent, type ConversationSummary, type Error as Failure } from '../bridge';

class ConversationList {
  rows = $state.raw<readonly ConversationSummary[]>([]);
  more = $state.raw(false);
  loading = $state.raw(false);
  /** False until the first page is here. */
  ready = $state.raw(false);
  failure = $state.raw<Failure | null>(null);
  #account: string | null = null;

  /** Shows another account's conversations. */
  async show(account: string): Promise<void> {
    this.#account = account;
    this.rows = [];
    this.more = false;
    this.ready = false;
    this.loading = false;
    await this.load();
  }

  /** Fetches the next page. */
  async load(): Promise<void> {
    const account = this.#account;
    if (account === null || this.loading) return;
    this.loading = true;
    this.failure = null;
    try {
      const before = this.rows.at(-1)?.id ?? null;
      const page = await call('conversations', { account, before });
      if (account !== this.#account) return;
      this.#merge(page.conversations);
      this.more = page.more;
      this.ready = true;
    } catch (thrown) {
      if (account === this.#account) this.failure = failureOf(thrown);
    } finally {
      if (account === this.#account) this.loading = false;
    }
  }

  /** Hears what happened to a conversation. */
  receive(event: Exclude<AppEvent, { kind: 'state' }>): void {
    if (event.kind === 'conversationGone') this.rows = this.rows.filter((row) => row.id !== event.id);
    else this.put(event.summary);
  }

  /** Takes a row's newest state. */
  put(summary: ConversationSummary): void {
    if (summary.account === this.#account) this.#merge([summary]);
  }

  #merge(newer: readonly ConversationSummary[]): void {
    const ids = new Set(newer.map((row) => row.id));
    this.rows = [...this.rows.filter((row) => !ids.has(row.id)), ...newer].sort((a, b) => b.updatedAt - a.updatedAt);
  }
}

export const list = new ConversationList();
