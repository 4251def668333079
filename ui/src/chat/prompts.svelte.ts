/** The saved prompts. */
import { call, failureOf, type Error as Failure, type Prompt } from '../bridge';
import { app } from '../lib/app.svelte';

class Prompts {
  all = $state.raw<readonly Prompt[]>([]);

  /** Fetches them; another window may have changed them. */
  async load(): Promise<void> {
    try {
      this.all = await call('prompts', {});
    } catch (thrown) {
      app.problem = failureOf(thrown);
    }
  }

  /** Keeps one. Answers with why it was not kept, where that is so. */
  async save(prompt: Prompt): Promise<Failure | null> {
    try {
      await call('save_prompt', { prompt });
    } catch (thrown) {
      return failureOf(thrown);
    }
    await this.load();
    return null;
  }

  /** Deletes one. */
  async delete(prompt: Prompt): Promise<void> {
    if (await app.attempt(call('delete_prompt', { prompt: prompt.id }))) await this.load();
  }
}

export const prompts = new Prompts();
