/**
 * Whether a key belongs to an input method. Its Enter takes a candidate and must never send.
 *
 * Browsers differ: most mark the key as composing or give it code 229; WebKit ends the composition first and then
 * sends the same Enter as an ordinary key, in the same moment.
 */

/** How long after a composition's end an Enter still belongs to it, in milliseconds. */
const SAME_MOMENT = 50;
const PROCESSED_BY_METHOD = 229;

export class InputMethod {
  #composing = false;
  /** Where it composes, if that was said: a box that goes away in the middle of it may never say that it ended. */
  #box: EventTarget | null = null;
  #endedAt = -Infinity;

  start(box: EventTarget | null = null): void {
    this.#composing = true;
    this.#box = box;
  }

  /** `at` is the event's time stamp. */
  end(at: number): void {
    this.#composing = false;
    this.#endedAt = at;
  }

  /** Whether the key is the input method's. */
  owns(event: KeyboardEvent): boolean {
    // The only way to hear of code 229 is the old property.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    const code = event.keyCode;
    const composing = this.#composing && (this.#box === null || this.#box === event.target);
    return composing || event.isComposing || code === PROCESSED_BY_METHOD || event.timeStamp - this.#endedAt < SAME_MOMENT;
  }

  /** Keeps an Enter of the method's from submitting the form of its box, which no handler of keys would hear of. */
  guard(event: KeyboardEvent): void {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement && this.owns(event)) event.preventDefault();
  }
}

/** The window's. Whoever does something at a key asks it first, wherever the key was pressed. */
export const inputMethod = new InputMethod();
