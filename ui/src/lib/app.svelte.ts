/** What the core says of the application, and what the window asks of it as a whole. */
import {
  call,
  failureOf,
  stream,
  type Account,
  type AppEvent,
  type AppState,
  type Appearance,
  type Error as Failure,
  type Settings,
} from '../bridge';
import { speak } from '../messages/say.svelte';
import { follow } from './look';

type Listener = (event: Exclude<AppEvent, { kind: 'state' }>) => void;

class App {
  state = $state.raw<AppState | null>(null);
  /** Why the core could not even be asked. */
  failure = $state.raw<Failure | null>(null);
  /** Something that went wrong outside a conversation; shown until dismissed. */
  problem = $state.raw<Failure | null>(null);

  /** The account in use. */
  readonly account: Account | null = $derived.by(() => {
    const state = this.state;
    return state?.accounts.find((account) => account.id === state.account) ?? null;
  });

  #listener: Listener = () => undefined;
  /** How many states were taken so far. */
  #taken = 0;
  /** How many changes of settings are on their way. */
  #saving = 0;

  /** Watches the core. `listener` hears of conversations. */
  async start(listener: Listener): Promise<void> {
    this.#listener = listener;
    this.state = null;
    this.failure = null;
    this.problem = null;
    const before = this.#taken;
    try {
      const state = await stream('watch_app', {}, (event) => this.#receive(event));
      // An event that overtook the answer is newer than it.
      if (this.#taken === before) this.#take(state);
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Runs a command whose failure is told at the top of the window. Answers whether it worked. */
  async attempt(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      return true;
    } catch (thrown) {
      this.problem = failureOf(thrown);
      return false;
    }
  }

  /** Opens a page that the window itself names. */
  openPage(url: string): void {
    void this.attempt(call('open_link', { link: { url, words: null, agreed: true } }));
  }

  /** Changes a setting, at once in the window and then in the core. */
  set(change: Partial<Settings>): void {
    if (!this.state) return;
    const settings = { ...this.state.settings, ...change };
    this.#take({ ...this.state, settings });
    this.#saving++;
    void this.attempt(call('save_settings', { settings })).then(() => this.#saving--);
  }

  /** Changes how the window looks. */
  look(change: Partial<Appearance>): void {
    if (this.state) this.set({ appearance: { ...this.state.settings.appearance, ...change } });
  }

  #receive(event: AppEvent): void {
    // While a setting is on its way, a state from before it must not undo it: the next step of a zoom builds on it.
    const settings = this.#saving > 0 ? this.state?.settings : undefined;
    if (event.kind === 'state') this.#take(settings ? { ...event.state, settings } : event.state);
    else this.#listener(event);
  }

  #take(state: AppState): void {
    this.#taken++;
    this.state = state;
    speak(state.settings.language);
    follow(state.settings);
  }
}

export const app = new App();
