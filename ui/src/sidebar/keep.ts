/** What is done with whole chats, one or many, and the way back from it. */
import { call } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { app } from '../lib/app.svelte';
import { say } from '../messages/say.svelte';
import { list } from './list.svelte';
import { toast } from './toast.svelte';

/** What the way back of the deletions so far would bring back: several of them are undone together. */
let gone: { chats: string[]; open: string | null } = { chats: [], open: null };

export function remove(chats: readonly string[]): void {
  if (toast.undo !== undo) gone = { chats: [], open: null };
  const open = desk.conversation?.id;
  gone = { chats: [...gone.chats, ...chats], open: open !== undefined && chats.includes(open) ? open : gone.open };
  list.deselect();
  void app.attempt(call('delete_conversations', { conversations: [...chats] })).then((done) => {
    if (done) toast.say(say.find.deleted(gone.chats.length), undo);
  });
}

function undo(): void {
  const { chats, open } = gone;
  gone = { chats: [], open: null };
  void app.attempt(call('restore_conversations', { conversations: chats })).then((done) => {
    if (done && open !== null && desk.conversation === null && desk.text === '') void desk.open(open);
  });
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
