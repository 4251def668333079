/** What the desktop is told of the page: the window's title, the chat in front of the person, the words in their language. */
import { untrack } from 'svelte';
import { call } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { app } from '../lib/app.svelte';
import { hooks } from '../lib/panels.svelte';
import { say } from '../messages/say.svelte';
import { shell } from './shell.svelte';

/** Tells it for as long as the component lives that calls this. */
export function followDesk(): void {
  hooks.newWindow = () => shell.open(null);

  $effect(() => {
    const title = desk.conversation?.summary?.title ?? null;
    document.title = title === null ? 'Wingman' : say.shell.windowTitle(title);
  });

  const ready = $derived(app.state?.phase.kind === 'ready');
  const chatting = $derived(ready && app.account !== null);
  $effect(() => {
    const conversation = desk.conversation?.id ?? null;
    if (!chatting) return;
    untrack(() => {
      // A new chat is said with the question for its draft.
      if (conversation !== null) shell.shows(conversation);
    });
  });

  $effect(() => {
    const words = {
      open: say.shell.trayOpen,
      newChat: say.shell.trayNewChat,
      quit: say.shell.trayQuit,
      answered: say.shell.answered,
      failed: say.shell.failed,
    };
    // Before the settings are known the language may be another.
    if (ready) void call('desktop_words', { words }).catch(() => undefined);
  });
}
