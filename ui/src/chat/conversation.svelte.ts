/** A watched conversation: the snapshot, then patches at a pace that can be read, at most one a frame. */
import { call, failureOf, stream, type Chosen, type ConversationPatch, type ConversationSummary, type Error as Failure, type Turn, type Waiting } from '../bridge';
import { nextFrame } from '../lib/frame';
import { added, applied } from './patch';

/**
 * How long the words on the page stay before more may come, in milliseconds. Reading needs no more, and what a frame
 * with new words costs (layout, painting) is so much that a fast model at every frame would keep a core busy.
 */
const PACE = 48;
/** The same for words that come faster than anyone reads. */
const FLOOD_PACE = 96;
/** So much HTML in one patch is a flood: at the usual pace some 700 words a second. */
const FLOOD = 200;

/** Nothing chosen beside the model. */
export const NOTHING: Chosen = { effort: null, instructions: '' };

export class Conversation {
  readonly id: string;
  /** Its row; none until the snapshot is here. */
  summary = $state.raw<ConversationSummary | null>(null);
  turns = $state.raw<readonly Turn[]>([]);
  /** The model chosen for its next question; none means the account's default. */
  model = $state.raw<string | null>(null);
  /** What else was chosen for it. */
  chosen = $state.raw<Chosen>(NOTHING);
  /** Whether older turns can be had. */
  earlier = $state.raw(false);
  loadingEarlier = $state.raw(false);
  /** The questions that wait for the answer before them. */
  waiting = $state.raw<readonly Waiting[]>([]);
  failure = $state.raw<Failure | null>(null);

  #watch: number | null = null;
  #sequence = 0;
  /** Patches that came before the snapshot they build on. */
  #early: ConversationPatch[] = [];
  /** Counts openings: what belongs to an older one is ignored. */
  #opening = 0;
  /** When more words were last asked for. */
  #asked = -Infinity;
  readonly #onSummary: (summary: ConversationSummary) => void;

  constructor(id: string, onSummary: (summary: ConversationSummary) => void) {
    this.id = id;
    this.#onSummary = onSummary;
  }

  /** The answer being written, if any. */
  get answering(): Turn | null {
    return this.turns.findLast((turn) => turn.state.kind === 'answering') ?? null;
  }

  /** Begins to watch. Answers with the draft that was kept, or nothing when it could not be opened. */
  async open(): Promise<string | null> {
    const opening = ++this.#opening;
    this.failure = null;
    this.#early = [];
    this.#watch = null;
    try {
      const view = await stream('watch_conversation', { conversation: this.id }, (patch) => {
        if (opening === this.#opening) this.#receive(patch);
      });
      if (opening !== this.#opening) {
        await call('unwatch', { watch: view.watch });
        return null;
      }
      this.#watch = view.watch;
      this.#sequence = view.sequence;
      this.summary = view.summary;
      this.turns = view.turns;
      this.model = view.model;
      this.chosen = view.chosen;
      this.earlier = view.earlier;
      this.waiting = view.waiting;
      for (const patch of this.#early.splice(0)) this.#receive(patch);
      return view.draft;
    } catch (thrown) {
      if (opening === this.#opening) this.failure = failureOf(thrown);
      return null;
    }
  }

  /** Stops watching; patches still on their way are ignored. */
  close(): void {
    this.#opening++;
    if (this.#watch !== null) void call('unwatch', { watch: this.#watch }).catch(ignored);
    this.#watch = null;
  }

  /** Fetches the turns before the first one here. */
  async loadEarlier(): Promise<void> {
    const first = this.turns[0];
    if (!this.earlier || this.loadingEarlier || !first) return;
    this.loadingEarlier = true;
    try {
      const older = await call('earlier_turns', { conversation: this.id, before: first.id });
      this.#above(older);
    } catch {
      // The rest is readable; scrolling up asks again.
    } finally {
      this.loadingEarlier = false;
    }
  }

  /** Fetches turns until this one is here. Answers whether it is. */
  async loadBackTo(turn: string): Promise<boolean> {
    const here = (): boolean => this.turns.some((one) => one.id === turn);
    try {
      return await this.#loadUntil(here, (first) => call('turns_back_to', { conversation: this.id, before: first, to: turn }));
    } catch {
      // What is here can be read.
      return false;
    }
  }

  /** Fetches all there are. Answers whether they are here: a fresh snapshot may have begun anew. Rejects with the reason why not. */
  async loadAll(): Promise<boolean> {
    return this.#loadUntil(
      () => !this.earlier,
      (first) => call('earlier_turns', { conversation: this.id, before: first }),
    );
  }

  async #loadUntil(enough: () => boolean, fetch: (first: string) => Promise<Turn[]>): Promise<boolean> {
    const opening = this.#opening;
    try {
      while (!enough() && this.earlier) {
        const first = this.turns[0];
        if (!first) break;
        this.loadingEarlier = true;
        const older = await fetch(first.id);
        if (opening !== this.#opening) return false;
        this.#above(older);
        if (older.length === 0) break;
      }
      return enough();
    } finally {
      this.loadingEarlier = false;
    }
  }

  #above(older: readonly Turn[]): void {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nobody looks at it twice
    const known = new Set(this.turns.map((turn) => turn.id));
    this.turns = [...older.filter((turn) => !known.has(turn.id)), ...this.turns];
    this.earlier = older.length > 0 && older[0]?.parent !== null;
  }

  #receive(patch: ConversationPatch): void {
    const watch = this.#watch;
    if (watch === null) {
      this.#early.push(patch);
      return;
    }
    if (patch.sequence <= this.#sequence) return;
    if (patch.sequence !== this.#sequence + 1) {
      // Something was missed: a fresh snapshot has everything.
      this.close();
      void this.open();
      return;
    }
    this.#sequence = patch.sequence;
    let turns = this.turns;
    const pace = patch.steps.some((step) => step.kind === 'grown' && added(turns, step) >= FLOOD) ? FLOOD_PACE : PACE;
    for (const step of patch.steps) {
      turns = applied(turns, step);
      if (step.kind === 'waiting') this.waiting = step.waiting;
      if (step.kind === 'summary') {
        this.summary = step.summary;
        this.#onSummary(step.summary);
      }
    }
    this.turns = turns;
    const grown = patch.steps.every((step) => step.kind === 'grown');
    if (!patch.steps.some((step) => step.kind === 'grown')) {
      // No words to paint: the first ones need not wait for a frame that shows that they are awaited.
      this.#acknowledge(watch, patch.sequence);
      return;
    }
    nextFrame(() => {
      // What is more than words, the first ones' arrival too, is never held back.
      const early = grown ? this.#asked + pace - performance.now() : 0;
      if (early > 0) setTimeout(() => this.#acknowledge(watch, patch.sequence), early);
      else this.#acknowledge(watch, patch.sequence);
    });
  }

  /** Says that a patch is shown: the next one comes only after this, so there is at most one a frame. */
  #acknowledge(watch: number, sequence: number): void {
    if (this.#watch !== watch) return;
    this.#asked = performance.now();
    void call('acknowledge', { watch, sequence }).catch(ignored);
  }
}

/** A watch that is gone on the other side needs nothing from us. */
function ignored(): void {
  return;
}
