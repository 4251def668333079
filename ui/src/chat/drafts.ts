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

/** What is on its way into a draft, by its place. */
const underWay = new Map<string, Promise<unknown>>();

/** Words that could not be stored, until their chat is opened again. */
const unstored = new Map<string, string>();

/** A conversation is known by itself; which account it is of, nobody may know yet. */
function keyOf({ account, conversation }: Place): string {
  return conversation ?? `of ${account}`;
}

/** Notes that something goes into a draft: whoever reads it waits for that, see {@link settled}. */
export function goesInto<T>(place: Place, work: Promise<T>): Promise<T> {
  const key = keyOf(place);
  const all = Promise.allSettled([underWay.get(key), work]);
  underWay.set(key, all);
  void all.then(() => {
    if (underWay.get(key) === all) underWay.delete(key);
  });
  return work;
}

/** Done when all that was on its way into this draft has arrived, at once where nothing is. */
export function settled(place: Place): Promise<unknown> {
  return underWay.get(keyOf(place)) ?? Promise.resolve();
}

/** Words for this draft that could not be stored; whoever takes them has them. */
export function takeUnstored(place: Place): string {
  const words = unstored.get(keyOf(place)) ?? '';
  unstored.delete(keyOf(place));
  return words;
}

/** Changes a stored draft by what is in it. One that is gone, with its conversation or account, needs no words. */
export function changeDraft(place: Place, changed: (draft: string) => string): Promise<void> {
  const work = last.then(async () => {
    try {
      const draft = await draftIn(place);
      const text = draft === null ? null : changed(draft);
      if (text !== null && text !== draft) await call('save_draft', { ...place, text });
    } catch (thrown) {
      if (failureOf(thrown).code === 'not-found') return;
      unstored.set(keyOf(place), changed(takeUnstored(place)));
      throw thrown;
    }
  });
  last = work.catch(() => undefined);
  return goesInto(place, work);
}

async function draftIn({ account, conversation }: Place): Promise<string | null> {
  if (conversation === null) return call('draft', { account });
  const view = new Conversation(conversation, () => undefined);
  const draft = await view.open();
  view.close();
  if (view.failure) throw Object.assign(new Error(view.failure.code), view.failure);
  return draft;
}
