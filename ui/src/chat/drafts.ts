/** Words on their way into a draft that does not lie on the desk: nothing that was typed may get lost between chats. */
import { call, failureOf } from '../bridge';
import { Conversation } from './conversation.svelte';

/** A draft: a conversation's, or the one of an account's new chat. */
export type Place = { account: string; conversation: string | null };

/** Two texts one below the other; one that is empty leaves no gap. */
export function joined(first: string, then: string): string {
  return [first, then].filter((text) => text !== '').join('\n\n');
}

/** Puts words before what is there. What is a part of the other already, as a draft stored while one typed, is there once. */
export function inFront(words: string, there: string): string {
  if (there.startsWith(words)) return there;
  return words.startsWith(there) ? words : joined(words, there);
}

/** One after the other: each reads what it changes. */
let last: Promise<unknown> = Promise.resolve();

/** Changes a stored draft by what is in it. One that is gone, with its conversation or account, needs no words. */
export function changeDraft(place: Place, changed: (draft: string) => string): Promise<void> {
  const work = last.then(async () => {
    try {
      const draft = await draftIn(place);
      const text = draft === null ? null : changed(draft);
      if (text !== null && text !== draft) await call('save_draft', { ...place, text });
    } catch (thrown) {
      if (failureOf(thrown).code !== 'not-found') throw thrown;
    }
  });
  last = work.catch(() => undefined);
  return work;
}

async function draftIn({ account, conversation }: Place): Promise<string | null> {
  if (conversation === null) return call('draft', { account });
  const view = new Conversation(conversation, () => undefined);
  const draft = await view.open();
  view.close();
  if (view.failure) throw Object.assign(new Error(view.failure.code), view.failure);
  return draft;
}
