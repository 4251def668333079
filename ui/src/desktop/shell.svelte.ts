/** This window among others, and what the desktop made of the settings. */
import { call, stream, type DesktopSettings, type DesktopState, type WindowMessage } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { app } from '../lib/app.svelte';

/** What is asked of the shell and not answered changes nothing that a person sees. */
function ignored(): void {
  return;
}

class Shell {
  /** What the desktop made of the settings; none until the shell has said so. */
  state = $state.raw<DesktopState | null>(null);

  /** Listens to the shell. Done once the window knows what it was opened for. */
  async start(): Promise<void> {
    try {
      const start = await stream('watch_window', {}, (message) => this.#receive(message));
      this.state ??= start.desktop;
      if (start.conversation !== null) desk.expect(start.conversation);
    } catch {
      // A window that hears nothing of the shell chats all the same.
    }
  }

  /** Changes a setting of the desktop. */
  set(change: Partial<DesktopSettings>): void {
    const settings = app.state?.settings.desktop;
    if (settings) app.set({ desktop: { ...settings, ...change } });
  }

  /** Opens one more window, for a conversation or for a new chat. */
  open(conversation: string | null): void {
    void app.attempt(call('new_window', { conversation }));
  }

  /** Says which conversation is in front of the person. */
  shows(conversation: string | null): void {
    void call('show_conversation', { conversation }).catch(ignored);
  }

  #receive(message: WindowMessage): void {
    if (message.kind === 'desktop') this.state = message.state;
    else if (message.kind === 'open') void desk.go(message.conversation, message.account);
    else if (message.kind === 'newChat') void desk.begin();
    else desk.sentElsewhere(message.conversation);
  }
}

export const shell = new Shell();
