/**
 * Links that leave the window. The core opens one at once, or says why it asks first: what the words of a link say and
 * where it leads are both a model's.
 */
import { call, type Destination } from '../bridge';
import { app } from '../lib/app.svelte';

class Leaving {
  /** The link that is asked about. */
  asked = $state.raw<{ url: string; to: Destination } | null>(null);

  /** Opens a link of an answer, whose words were `words`. */
  async open(url: string, words: string): Promise<void> {
    const opening = call('open_link', { link: { url, words, agreed: false } });
    await app.attempt(opening.then((to) => (this.asked = to && { url, to })));
  }

  /** The person has read where it leads, and opens it. */
  agree(): void {
    const asked = this.asked;
    if (asked) app.openPage(asked.url);
  }

  /** Nobody is asked any more. */
  end(): void {
    this.asked = null;
  }
}

export const leaving = new Leaving();
