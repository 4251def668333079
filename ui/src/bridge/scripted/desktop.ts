/** The desktop around the scripted host's window: it remembers what is set and says what a test tells it to. */
import type { Commands, DesktopSettings, DesktopState, WindowMessage } from '../generated';

export const DESKTOP_SETTINGS: DesktopSettings = {
  shortcut: null,
  tray: true,
  closeToTray: false,
  alwaysOnTop: false,
  notify: 'title',
};

type Handlers = {
  [N in
    | 'show_conversation'
    | 'new_window'
    | 'desktop_words'
    | 'check_desktop'
    | 'start_at_login'
    | 'record_shortcut']: (args: Commands[N]['arguments']) => Commands[N]['answer'];
};

export class ScriptedDesktop {
  state: DesktopState = {
    tray: 'shown',
    shortcut: 'off',
    startsAtLogin: null,
    staysBelow: false,
    notifications: null,
    summonCommand: '/usr/bin/wingman --show',
  };
  /** What the window was opened for. */
  conversation: string | null = null;
  #window: (message: WindowMessage) => void = () => undefined;
  #login = false;

  watch(receive: (message: WindowMessage) => void): Commands['watch_window']['answer'] {
    this.#window = receive;
    return { conversation: this.conversation, desktop: this.state };
  }

  /** Tells the window something. */
  tell(message: WindowMessage): void {
    this.#window(message);
  }

  /** The desktop is now this, and the window hears of it. */
  change(change: Partial<DesktopState>): void {
    this.state = { ...this.state, ...change };
    this.tell({ kind: 'desktop', state: this.state });
  }

  readonly handlers: Handlers = {
    show_conversation: () => null,
    new_window: () => null,
    desktop_words: () => null,
    check_desktop: () => {
      this.change({ startsAtLogin: this.#login, notifications: this.state.notifications ?? true });
      return null;
    },
    start_at_login: ({ on }) => {
      this.#login = on;
      this.change({ startsAtLogin: on });
      return null;
    },
    record_shortcut: () => null,
  };
}
