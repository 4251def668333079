/** The models that an account may use. */
import { call, failureOf, type Error as Failure, type Model, type Models } from '../bridge';
import { figure, say } from '../messages/say.svelte';
import { helps } from './helps';

/** The id that leaves the choice to Copilot. */
export const AUTO = 'auto';

class ModelList {
  offered = $state.raw<Models | null>(null);
  failure = $state.raw<Failure | null>(null);
  #account: string | null = null;

  /** Fetches another account's models, or the same ones again. */
  async load(account: string): Promise<void> {
    if (account !== this.#account) this.offered = null;
    this.#account = account;
    this.failure = null;
    try {
      const offered = await call('models', { account });
      if (account === this.#account) this.offered = offered;
    } catch (thrown) {
      if (account !== this.#account) return;
      this.failure = failureOf(thrown);
      // A list from before would offer what can no longer be had.
      if (helps(this.failure).account) this.offered = null;
    }
  }

  /** Drops what was offered to another account. */
  leave(account: string): void {
    if (account === this.#account) return;
    this.#account = account;
    this.offered = null;
    this.failure = null;
  }

  /** A model by id. */
  find(id: string | null): Model | null {
    const { models = [], withheld = [] } = this.offered ?? {};
    return [...models, ...withheld].find((model) => model.id === id) ?? null;
  }

  /** What to call a model: its name, or its id when it is no longer in the list. */
  name(id: string): string {
    return this.find(id)?.name ?? (id === AUTO ? say.picker.auto : id);
  }
}

export const models = new ModelList();

/** What a model costs, in a few words; empty when nothing is known. */
export function price(model: Model): string {
  if (model.inputPrice !== null && model.outputPrice !== null) {
    return say.perMillion(figure(model.inputPrice), figure(model.outputPrice));
  }
  if (model.multiplier === 0) return say.included;
  if (model.multiplier !== null) return say.multiplier(figure(model.multiplier));
  return '';
}
