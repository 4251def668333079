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
  #endedAt = -Infinity;

  start(): void {
    this.#composing = true;
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
    return (
      this.#composing || event.isComposing || code === PROCESSED_BY_METHOD || event.timeStamp - this.#endedAt < SAME_MOMENT
    );
  }
}
