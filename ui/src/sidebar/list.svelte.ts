/** The list of an account's conversations, newest first, a page at a time; or of those that were put away. */
import { call, failureOf, type AppEvent, type ConversationSummary, type Error as Failure } from '../bridge';

class ConversationList {
  rows = $state.raw<readonly ConversationSummary[]>([]);
  more = $state.raw(false);
  loading = $state.raw(false);
  /** False until the first page is here. */
  ready = $state.raw(false);
  failure = $state.raw<Failure | null>(null);
  /** Whether those that were put away are shown. */
  archive = $state.raw(false);
  /** The rows that something is to be done with together. */
  selected = $state.raw<readonly string[]>([]);
  #account: string | null = null;
  /** Where a selection with Shift begins. */
  #anchor: string | null = null;
  /** Counts what is shown: late pages of something else are ignored. */
  #showing = 0;
  /** How far down the list was fetched: the last of its rows that is in its place by time, as it was then. */
  #end: Pick<ConversationSummary, 'id' | 'updatedAt'> | null = null;

  /** Shows another account's conversations. */
  async show(account: string): Promise<void> {
    this.#account = account;
    this.archive = false;
    await this.#begin();
  }

  /** Goes to those that were put away, or back. */
  async showArchive(archive: boolean): Promise<void> {
    this.archive = archive;
    await this.#begin();
  }

  async #begin(): Promise<void> {
    this.#showing++;
    this.rows = [];
    this.more = false;
    this.#end = null;
    this.ready = false;
    this.loading = false;
    this.deselect();
    await this.load();
  }

  /** Fetches the next page. */
  async load(): Promise<void> {
    const account = this.#account;
    if (account === null || this.loading) return;
    const showing = this.#showing;
    this.loading = true;
    this.failure = null;
    try {
      // Pinned ones stand where they do by no time: what is below one of them says nothing about the list.
      const before = this.rows.findLast(inPlace)?.id ?? null;
      const page = await call(this.archive ? 'archived_conversations' : 'conversations', { account, before });
      if (showing !== this.#showing) return;
      this.more = page.more;
      this.#end = page.conversations.findLast(inPlace) ?? this.#end;
      this.#merge(page.conversations);
      this.ready = true;
    } catch (thrown) {
      if (showing === this.#showing) this.failure = failureOf(thrown);
    } finally {
      if (showing === this.#showing) this.loading = false;
    }
  }

  /** Hears what happened to a conversation. */
  receive(event: Exclude<AppEvent, { kind: 'state' }>): void {
    if (event.kind === 'conversationGone') this.#drop(event.id);
    else this.put(event.summary);
  }

  /** Takes a row's newest state. */
  put(summary: ConversationSummary): void {
    if (summary.account !== this.#account) return;
    if ((summary.shelf === 'archive') === this.archive) this.#merge([summary]);
    else this.#drop(summary.id);
  }

  /** Takes a row into the selection, or out of it; with `to`, all rows from the last one to this. */
  select(id: string, to = false): void {
    const rows = this.rows.map((row) => row.id);
    const from = to && this.#anchor !== null ? rows.indexOf(this.#anchor) : -1;
    const at = rows.indexOf(id);
    if (from >= 0) {
      const passed = rows.slice(Math.min(from, at), Math.max(from, at) + 1);
      this.selected = [...this.selected.filter((one) => !passed.includes(one)), ...passed];
    } else {
      this.selected = this.selected.includes(id) ? this.#without(id) : [...this.selected, id];
      this.#anchor = id;
    }
  }

  /** Ends the selection. */
  deselect(): void {
    this.#anchor = null;
    if (this.selected.length > 0) this.selected = [];
  }

  #drop(id: string): void {
    this.rows = this.rows.filter((row) => row.id !== id);
    if (this.selected.includes(id)) this.selected = this.#without(id);
  }

  #without(id: string): string[] {
    return this.selected.filter((one) => one !== id);
  }

  #merge(newer: readonly ConversationSummary[]): void {
    const ids = new Set(newer.map((row) => row.id));
    const above = (row: ConversationSummary): number => (inPlace(row) ? 0 : 1);
    this.rows = [...this.rows.filter((row) => !ids.has(row.id)), ...newer]
      .filter((row) => !this.#below(row))
      .sort((a, b) => above(b) - above(a) || b.updatedAt - a.updatedAt);
    if (this.selected.length > 0) this.selected = this.selected.filter((one) => this.rows.some((row) => row.id === one));
  }

  /**
   * Whether a row comes with a page that is still to be fetched. However one hears of it, it stays out until then: the
   * next page begins below the last row here, and everything between would never be listed.
   */
  #below(row: ConversationSummary): boolean {
    const end = this.#end;
    if (!this.more || end === null || !inPlace(row)) return false;
    return row.updatedAt < end.updatedAt || (row.updatedAt === end.updatedAt && row.id < end.id);
  }
}

/** Whether a row stands where its time puts it. */
function inPlace(row: ConversationSummary): boolean {
  return row.shelf !== 'pinned';
}

export const list = new ConversationList();
