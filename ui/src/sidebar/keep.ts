/** What is done with whole chats, one or many, and the way back from it. */
import { call } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { app } from '../lib/app.svelte';
import { say } from '../messages/say.svelte';
import { list } from './list.svelte';
import { toast } from './toast.svelte';

/** What the way back of the deletions so far would bring back: several of them are undone together. */
let gone: { chats: string[]; open: string | null } = { chats: [], open: null };

/** Deletions that are under way: the next one belongs to them, and the way back waits for them. */
let underWay = 0;
let latest: Promise<unknown> = Promise.resolve();

export function remove(chats: readonly string[]): void {
  if (toast.undo !== undo && underWay === 0) gone = { chats: [], open: null };
  const open = desk.conversation?.id;
  gone = { chats: [...gone.chats, ...chats], open: open !== undefined && chats.includes(open) ? open : gone.open };
  list.deselect();
  underWay += 1;
  // All of them once more: what is undone together is kept for as long as the last of them.
  latest = app.attempt(call('delete_conversations', { conversations: gone.chats })).then((done) => {
    underWay -= 1;
    // Taken back already, while it was under way.
    if (done && gone.chats.length > 0) toast.say(say.find.deleted(gone.chats.length), undo);
  });
}

function undo(): void {
  const { chats, open } = gone;
  gone = { chats: [], open: null };
  // Nothing that is brought back now may be deleted by what was asked before.
  const restored = latest.then(() => call('restore_conversations', { conversations: chats }));
  void app.attempt(
    restored.then((back) => {
      if (back.length < chats.length) toast.say(say.find.broughtBack(back.length, chats.length));
      if (open !== null && back.includes(open) && desk.conversation === null && desk.text === '') void desk.open(open);
    }),
  );
}

export function archive(chats: readonly string[], archived: boolean): void {
  list.deselect();
  const conversations = [...chats];
  void app.attempt(call('archive_conversations', { conversations, archived })).then((done) => {
    if (done && archived) toast.say(say.find.archivedNow(chats.length), () => archive(chats, false));
  });
}

export function pin(chats: readonly string[], pinned: boolean): void {
  list.deselect();
  void app.attempt(call('pin_conversations', { conversations: [...chats], pinned }));
}
