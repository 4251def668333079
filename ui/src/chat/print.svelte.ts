/** Printing the open chat: all of it, so older turns are fetched first. */
import { tick } from 'svelte';
import { call } from '../bridge';
import { app } from '../lib/app.svelte';
import { nextFrame } from '../lib/frame';
import type { Conversation } from './conversation.svelte';

class Printing {
  /** Older turns are being fetched for it. */
  waiting = $state.raw(false);
}

export const printing = new Printing();

export async function printChat(conversation: Conversation): Promise<void> {
  if (printing.waiting) return;
  printing.waiting = true;
  await conversation.loadAll();
  printing.waiting = false;
  await tick();
  await new Promise<void>((resolve) => nextFrame(resolve));
  await app.attempt(call('print_page', {}));
}
