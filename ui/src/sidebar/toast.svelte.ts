/** A word at the edge of the window about what was just done, and perhaps the way back. It goes by itself. */

/** How long it stays, in milliseconds: less than the core keeps what was deleted. */
const STAYS = 10_000;

class Toast {
  text = $state.raw('');
  undo = $state.raw<(() => void) | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  say(text: string, undo: (() => void) | null = null): void {
    clearTimeout(this.#timer);
    this.text = text;
    this.undo = undo;
    this.#timer = setTimeout(() => this.clear(), STAYS);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.text = '';
    this.undo = null;
  }
}

export const toast = new Toast();
