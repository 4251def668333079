/** How long one waits for an answer before the next is asked for beside it, in milliseconds. */
const PATIENCE = 120;

/**
 * Looks for what is typed with the first letter, and does not pile up: while one is looked for only the last of the
 * others waits, until that one is answered or has taken too long.
 */
export class Latest {
  #next: (() => Promise<void>) | null = null;
  #running = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  run(work: () => Promise<void>): void {
    this.forget();
    this.#next = work;
    if (this.#running === 0) void this.#go();
    else this.#timer = setTimeout(() => void this.#go(), PATIENCE);
  }

  /** What waits is not wanted any more. */
  forget(): void {
    clearTimeout(this.#timer);
    this.#next = null;
  }

  async #go(): Promise<void> {
    const work = this.#next;
    if (!work) return;
    this.forget();
    this.#running++;
    try {
      await work();
    } finally {
      this.#running--;
      void this.#go();
    }
  }
}
