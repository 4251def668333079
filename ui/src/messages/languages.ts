/**
 * The languages that have words. A further one is one more file here, named by its tag (`de.ts`, `pt-BR.ts`), that
 * exports an object of words; nothing else has to know of it. What it leaves out is said in English, and
 * `npm run messages` lists it.
 */
import { en, type Messages } from './en';

/** A language's words, all of them or some. */
export type Words = Partial<Messages> & Pick<Messages, 'languageName'>;

/** The tag of a language that has words; the setting `system` becomes one of these. */
export type Spoken = string;

const FILES = import.meta.glob<Record<string, unknown>>(
  ['./[a-z][a-z].ts', './[a-z][a-z]-[A-Z][A-Z].ts', './[a-z][a-z][a-z].ts', './[a-z][a-z]-[A-Z][a-z][a-z][a-z].ts'],
  { eager: true },
);

const group = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `words` with what is missing in them taken from `whole`, in every group. */
export function filled<T>(whole: T, words: unknown): T {
  if (!group(whole)) return typeof words === typeof whole ? (words as T) : whole;
  const given = group(words) ? words : {};
  return Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, filled(value, given[key])])) as T;
}

/** What each file itself says, English first. */
export const written: ReadonlyMap<Spoken, Words> = new Map(
  Object.entries(FILES)
    .map(([path, module]): [Spoken, unknown] => [path.slice(2, -3), Object.values(module).find(isWords)])
    .filter((entry): entry is [Spoken, Words] => entry[1] !== undefined)
    .sort(([a], [b]) => Number(b === 'en') - Number(a === 'en') || a.localeCompare(b)),
);

function isWords(value: unknown): value is Words {
  return group(value) && typeof value.languageName === 'string';
}

/** Every language with all its words. */
export const tables: ReadonlyMap<Spoken, Messages> = new Map(
  [...written].map(([tag, words]) => [tag, tag === 'en' ? en : filled(en, words)]),
);

/** The words of a language; English where it has none. */
export function wordsOf(tag: Spoken): Messages {
  return tables.get(tag) ?? en;
}

/** Which of our languages serves a person who reads these, most wanted first. */
export function bestOf(wanted: readonly string[]): Spoken {
  for (const tag of wanted) {
    if (tables.has(tag)) return tag;
    const language = tag.split('-')[0]?.toLowerCase();
    const near = [...tables.keys()].find((one) => one.split('-')[0]?.toLowerCase() === language);
    if (near !== undefined) return near;
  }
  return 'en';
}

const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi']);

/** In which direction a language is written. */
export function directionOf(tag: Spoken): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(tag.split('-')[0] ?? '') ? 'rtl' : 'ltr';
}
