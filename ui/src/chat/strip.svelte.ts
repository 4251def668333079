/**
 * Which turns of a chat are on the page. A page of two thousand turns is slow in every frame, so only those around what
 * is in sight are there; what was taken off leaves its height behind. A turn that was never on the page has none, as
 * one that is still in the database. Ours, as lists for long tables put their rows where they stand one by one, and turns
 * are read across: selected, found in, printed.
 */
import type { Turn } from '../bridge';

/** So many are there when a chat opens: more than a screen of them. */
const FIRST = 8;
/** So many come around a turn that one goes to. */
const AROUND = 3;
/** When more than this come at once, as another version's do, they are put on the page one after the other. */
const MANY = 24;

export class Strip {
  readonly #turns: () => readonly Turn[];
  /** The first one on the page; none is {@link FIRST} before the end. */
  #first = $state.raw<string | null>(null);
  /** The last one on the page; none is the end, wherever that is by now. */
  #last = $state.raw<string | null>(null);
  /** All of them, to be printed. */
  #whole = $state.raw(false);
  /** How much room those take that were on the page, in pixels. Changed only together with what is on it. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- as said
  readonly #heights = new Map<string, number>();
  /** Those that there were when it was last looked at. */
  #known: readonly string[] = [];

  constructor(turns: () => readonly Turn[]) {
    this.#turns = turns;
  }

  /** The place of the first turn on the page. */
  readonly from = $derived.by(() => {
    const turns = this.#turns();
    if (this.#whole) return 0;
    const at = this.#first === null ? -1 : turns.findIndex(({ id }) => id === this.#first);
    return at < 0 ? Math.max(0, this.to - FIRST) : at;
  });

  /** The place after the last one on the page. */
  readonly to: number = $derived.by(() => {
    const turns = this.#turns();
    if (this.#whole || this.#last === null) return turns.length;
    return turns.findIndex(({ id }) => id === this.#last) + 1 || turns.length;
  });

  /** The turns on the page. */
  readonly shown = $derived.by(() => this.#turns().slice(this.from, this.to));

  /** The room above them, in pixels. */
  readonly above = $derived.by(() => this.#room(0, this.from));

  /** The room below them, in pixels. */
  readonly below = $derived.by(() => this.#room(this.to, this.#turns().length));

  get atEnd(): boolean {
    return this.to === this.#turns().length;
  }

  /** Whether all of them are there. */
  get whole(): boolean {
    return this.#whole;
  }

  /**
   * Holds what is on the page when turns have come at either end, or others are in the place of some: then one stays
   * where the new ones begin. Before the page changes.
   */
  hold(): void {
    const turns = this.#turns();
    const known = this.#known;
    this.#known = turns.map(({ id }) => id);
    if (this.#whole) return;
    let { from } = this;
    if (known.length > 0 && this.#first !== null && turns[from]?.id !== this.#first) from = Math.max(0, branching(known, this.#known) - AROUND);
    const shown = this.#last === null ? known.length - Math.max(0, known.indexOf(this.#first ?? '')) : MANY;
    const to = known.length > 0 && this.to - from > shown + MANY ? from + MANY : this.to;
    this.#set(from, to);
  }

  /** Puts one more on the page, before the first one or after the last. */
  more(where: 'above' | 'below'): void {
    if (where === 'above') this.#set(this.from - 1, this.to);
    else this.#set(this.from, this.to + 1);
  }

  /** Takes off those whose heights are given, from that end of the page. */
  less(where: 'above' | 'below', heights: readonly number[]): void {
    const { from, to } = this;
    const first = where === 'above' ? from : to - heights.length;
    heights.forEach((height, index) => {
      const turn = this.#turns()[first + index];
      if (turn) this.#heights.set(turn.id, height);
    });
    if (where === 'above') this.#set(from + heights.length, to);
    else this.#set(from, to - heights.length);
  }

  /** Goes to a turn that may be far from the page. */
  goTo(place: number): void {
    if (place < this.from || place >= this.to) this.#set(place - AROUND, place + FIRST);
  }

  /** Goes to what lies so many pixels into the room above or below the page; answers with the turn's place there. */
  goInto(where: 'above' | 'below', pixels: number): number {
    const turns = this.#turns();
    let place = where === 'above' ? 0 : this.to;
    const last = (where === 'above' ? this.from : turns.length) - 1;
    for (let end = 0; place < last; place++) {
      end += this.#heights.get(turns[place]?.id ?? '') ?? 0;
      if (end > pixels) break;
    }
    this.#set(place - AROUND, place + FIRST);
    return place - this.from;
  }

  /** Goes to the end. */
  goToEnd(): void {
    if (!this.atEnd) this.#set(this.#turns().length - FIRST, this.#turns().length);
  }

  /** Has all of them there from now on. */
  all(): void {
    this.#whole = true;
  }

  #set(from: number, to: number): void {
    const turns = this.#turns();
    this.#last = to >= turns.length ? null : (turns[to - 1]?.id ?? null);
    this.#first = turns[Math.max(0, from)]?.id ?? null;
  }

  #room(from: number, to: number): number {
    let room = 0;
    for (const { id } of this.#turns().slice(from, to)) room += this.#heights.get(id) ?? 0;
    return room;
  }
}

/** Where the turns of one way through a chat are others than those of the way before. */
function branching(before: readonly string[], now: readonly string[]): number {
  const begin = Math.max(0, now.indexOf(before[0] ?? ''));
  let same = 0;
  while (same < before.length && before[same] === now[begin + same]) same++;
  return begin + same;
}
