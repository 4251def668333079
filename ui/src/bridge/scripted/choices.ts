/** What a person chooses beside their words, in the scripted world. */
import type { Answer, Arguments, CallName } from '../bridge';
import type { Account, Chosen, Error as Failure, MonthOfUse, Prompt } from '../generated';
import { monthOf } from './catalogue';

type Names = Extract<
  CallName,
  'choose_for_account' | 'choose_for_conversation' | 'instructions' | 'save_instructions' | 'prompts' | 'save_prompt' | 'delete_prompt' | 'usage'
>;
type Handlers = { [N in Names]: (args: Arguments<N>) => Answer<N> };

/** The part of the world that they are about. */
type World = {
  accounts: () => readonly Account[];
  change: (accounts: Account[]) => void;
  chosen: (conversation: string, chosen: Chosen) => void;
};

/** What is kept of them. */
export type Choices = { instructions: string; prompts: Prompt[]; usage: (month: string) => MonthOfUse };

/** The commands about them, in this world. */
export function choiceHandlers(kept: Choices, world: World): Handlers {
  return {
    choose_for_account: ({ account, chosen }) => {
      world.change(world.accounts().map((one) => (one.id === account ? { ...one, choices: chosen } : one)));
      return null;
    },
    choose_for_conversation: ({ conversation, chosen }) => {
      world.chosen(conversation, chosen);
      return null;
    },
    instructions: () => kept.instructions,
    save_instructions: ({ text }) => {
      kept.instructions = text.trim();
      return null;
    },
    prompts: () => [...kept.prompts].sort((a, b) => a.name.localeCompare(b.name)),
    save_prompt: ({ prompt }) => {
      const name = prompt.name.trim().replace(/^\/+/, '');
      const refuse = (failure: Failure): never => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
        throw failure;
      };
      if (name === '' || /[\s/]/.test(name)) refuse({ code: 'name-refused', params: {}, retryable: false });
      const same = (one: Prompt): boolean => one.name.toLowerCase() === name.toLowerCase() && one.id !== prompt.id;
      if (kept.prompts.some(same)) refuse({ code: 'name-taken', params: { name }, retryable: false });
      const stored = { ...prompt, name, id: prompt.id === '' ? `p${kept.prompts.length + 1}` : prompt.id };
      kept.prompts = [...kept.prompts.filter((one) => one.id !== stored.id), stored];
      return stored;
    },
    delete_prompt: ({ prompt }) => {
      kept.prompts = kept.prompts.filter((one) => one.id !== prompt);
      return null;
    },
    usage: ({ month }) => kept.usage(month ?? monthOf('', []).months[0] ?? ''),
  };
}
