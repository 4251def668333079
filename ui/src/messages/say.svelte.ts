/** The words in the person's language. `say.newChat` in a component follows the language when it changes. */
import type { Error as Failure, Language } from '../bridge';
import { en, type Messages } from './en';
import type { ErrorWords } from './en-errors';
import { zhCN } from './zh-CN';

/** A language that has words; the setting `system` becomes one of these. */
export type Spoken = Exclude<Language, 'system'>;

const TABLES: Record<Spoken, Messages> = { en, 'zh-CN': zhCN };

let spoken = $state.raw<Spoken>(ofSystem());

function ofSystem(): Spoken {
  const first = navigator.languages.find((tag) => /^(zh|en)\b/i.test(tag)) ?? 'en';
  return /^zh/i.test(first) ? 'zh-CN' : 'en';
}

/** The words. */
export const say: Messages = new Proxy(en, {
  get: (_, key: keyof Messages) => TABLES[spoken][key],
});

/** The language now in use. */
export function language(): Spoken {
  return spoken;
}

/** A language's own name, in that language. */
export function languageName(of: Spoken): string {
  return TABLES[of].languageName;
}

/** Follows the setting, and tells the page, which chooses faces and hyphenation by it. */
export function speak(setting: Language): void {
  spoken = setting === 'system' ? ofSystem() : setting;
  document.documentElement.lang = spoken;
}

/** What to tell about a failure. */
export function explain(failure: Failure): ErrorWords {
  const values = { ...failure.params };
  const until = Number(values.until);
  if (values.until !== undefined && Number.isFinite(until)) values.until = clock(until);
  return say.errors[failure.code](values);
}

/** A point of time to wait for: the hour today, else with the day. */
export function clock(millis: number): string {
  const date = new Intl.DateTimeFormat(spoken);
  const today = date.format(millis) === date.format(Date.now());
  return new Intl.DateTimeFormat(spoken, {
    ...(today ? {} : { day: 'numeric', month: 'short' }),
    hour: 'numeric',
    minute: '2-digit',
  }).format(millis);
}

/** A day within a year from now, as the language writes it. */
export function day(millis: number): string {
  return new Intl.DateTimeFormat(spoken, { day: 'numeric', month: 'long' }).format(millis);
}

/** A number as the language writes it, with at most two digits after the point. */
export function figure(value: number): string {
  return new Intl.NumberFormat(spoken, { maximumFractionDigits: 2 }).format(value);
}
