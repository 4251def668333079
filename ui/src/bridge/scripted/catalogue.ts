/** The models of the scenes, and what an account's month is like there. */
import type { AccountChoices, Model, Models, MonthOfUse, Quota } from '../generated';

/** A model with what matters and the rest filled in. */
export function model(given: Partial<Model> & Pick<Model, 'id' | 'name'>): Model {
  return {
    vendor: null,
    multiplier: null,
    inputPrice: null,
    outputPrice: null,
    context: null,
    vision: false,
    efforts: [],
    defaultEffort: null,
    category: null,
    preview: false,
    notices: [],
    withheld: null,
    ...given,
  };
}

/** A list with what matters and the rest filled in. */
export function listOf(given: Partial<Models> & Pick<Models, 'models'>): Models {
  return { withheld: [], auto: false, default: given.models[0]?.id ?? null, missing: null, ...given };
}

/** A quota with what matters and the rest filled in. */
export function quotaOf(given: Partial<Quota>): Quota {
  return { entitlement: 0, remaining: 0, moreIsPaid: false, overage: 0, unlimited: false, inCredits: false, ...given };
}

/** What somebody chose who chose nothing. */
export const NO_CHOICES: AccountChoices = { favourites: [], defaultModel: null, creditLimit: null };

/** What the scenes offer. */
export const MODELS: Models = listOf({
  auto: true,
  models: [
    model({
      id: 'gpt-5.1', name: 'GPT-5.1', vendor: 'OpenAI', inputPrice: 125, outputPrice: 1000, context: 264_000, vision: true,
      efforts: ['low', 'medium', 'high'], defaultEffort: 'medium', category: 'versatile',
    }),
    model({ id: 'sonnet-5', name: 'Claude Sonnet 5', vendor: 'Anthropic', inputPrice: 300, outputPrice: 1500, context: 200_000, vision: true, category: 'powerful' }),
    model({ id: 'mini', name: 'GPT-5 mini', vendor: 'OpenAI', multiplier: 0, context: 264_000, vision: true, efforts: ['low', 'medium', 'high'], defaultEffort: 'medium', category: 'lightweight' }),
    model({
      id: 'opus', name: 'Claude Opus 5', vendor: 'Anthropic', multiplier: 3, context: 200_000, vision: true, category: 'powerful',
      notices: [{ warning: true, text: 'Retires on 1 March. Claude Sonnet 5 takes its place.' }],
    }),
    model({
      id: 'gemini-3-pro', name: 'Gemini 3 Pro', vendor: 'Google', inputPrice: 200, outputPrice: 1200, context: 1_048_576, vision: true, category: 'powerful', preview: true,
      notices: [{ warning: false, text: 'New here, and still changing.' }],
    }),
  ],
  withheld: [
    model({ id: 'haiku', name: 'Claude Haiku 5', vendor: 'Anthropic', inputPrice: 100, outputPrice: 500, context: 200_000, category: 'lightweight', withheld: 'disabled' }),
    model({ id: 'grok', name: 'Grok Code 2', vendor: 'xAI', inputPrice: 20, outputPrice: 150, context: 128_000, category: 'lightweight', withheld: 'notEnabled' }),
  ],
});

/** A month of these accounts. */
export function monthOf(month: string, accounts: readonly { id: string; login: string }[]): MonthOfUse {
  const months = ['2026-11', '2026-10', '2026-09'];
  const uses: [string, number, number, number, number | null][] = [
    ['gpt-5.1', 64, 412_806, 96_240, 147.84],
    ['sonnet-5', 12, 88_410, 20_115, 56.7],
    ['mini', 31, 120_400, 33_870, null],
  ];
  const scale = month === months[0] ? 1 : 0.6;
  const rows = accounts.slice(0, 2).flatMap(({ id, login }, at) =>
    uses.slice(at).map(([model, answers, tokensIn, tokensOut, credits]) => ({
      account: id,
      login,
      model,
      answers: Math.round(answers * scale),
      tokensIn: Math.round(tokensIn * scale),
      tokensOut: Math.round(tokensOut * scale),
      credits: credits === null ? null : credits * scale,
    })),
  );
  return { month, months, rows: months.includes(month) ? rows : [] };
}
