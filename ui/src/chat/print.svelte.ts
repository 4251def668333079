/** Printing the open chat: all of it, so older turns are fetched first. */
import { tick } from 'svelte';
import { call } from '../bridge';
import { app } from '../lib/app.svelte';
import { nextFrame } from '../lib/frame';
import type { Conversation } from './conversation.svelte';
import { desk } from './desk.svelte';

/** How often it is begun anew when the chat is told afresh meanwhile. */
const TRIES = 5;

class Printing {
  /** Older turns are being fetched for it. */
  waiting = $state.raw(false);
  /** The chat that has all its turns on the page: what a printer takes from it, it may take late. */
  whole = $state.raw<Conversation | null>(null);
}

export const printing = new Printing();

export async function printChat(conversation: Conversation): Promise<void> {
  if (printing.waiting) return;
  printing.waiting = true;
  const whole = await loaded(conversation);
  printing.waiting = false;
  if (!whole) return;
  printing.whole = conversation;
  await tick();
  await new Promise<void>((resolve) => nextFrame(resolve));
  // What is printed is the page: it must still be this chat’s.
  if (desk.conversation === conversation) await app.attempt(call('print_page', {}));
}

/** Fetches all of it; a part is not printed as if it were the whole. Answers whether it is here and still open. */
async function loaded(conversation: Conversation): Promise<boolean> {
  let whole = false;
  const loading = async (): Promise<void> => {
    for (let tries = 0; tries < TRIES && !whole && desk.conversation === conversation; tries++) whole = await conversation.loadAll();
  };
  return (await app.attempt(loading())) && whole;
}
