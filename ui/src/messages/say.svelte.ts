/** The words in the person's language. `say.newChat` in a component follows the language when it changes. */
import type { Error as Failure, Language } from '../bridge';
import { en, type Messages } from './en';
import type { ErrorWords } from './en-errors';
import { bestOf, directionOf, wordsOf, type Spoken } from './languages';

let spoken = $state.raw<Spoken>(bestOf(navigator.languages));

/** The words. */
export const say: Messages = new Proxy(en, {
  get: (_, key: keyof Messages) => wordsOf(spoken)[key],
});

/** The language now in use. */
export function language(): Spoken {
  return spoken;
}

/** Follows the setting, and tells the page, which chooses faces, hyphenation and direction by it. */
export function speak(setting: Language): void {
  const wanted = bestOf(setting === 'system' ? navigator.languages : [setting]);
  if (wanted !== spoken) spoken = wanted;
  document.documentElement.lang = wanted;
  document.documentElement.dir = directionOf(wanted);
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

/** A day with its year, in words. */
export function fullDay(millis: number): string {
  return new Intl.DateTimeFormat(spoken, { dateStyle: 'long' }).format(millis);
}

/** A day within a year from now, as the language writes it. */
export function day(millis: number): string {
  return new Intl.DateTimeFormat(spoken, { day: 'numeric', month: 'long' }).format(millis);
}

/** The same where there is little room, with the year in place of the day where it is another. */
export function briefDay(millis: number): string {
  const year = new Intl.DateTimeFormat(spoken, { year: 'numeric' });
  const other = year.format(millis) !== year.format(Date.now());
  return new Intl.DateTimeFormat(spoken, other ? { month: 'short', year: 'numeric' } : { day: 'numeric', month: 'short' }).format(millis);
}

/** A large number in few signs, as the language writes it: 264K, or 26万. */
export function roughly(value: number): string {
  return new Intl.NumberFormat(spoken, { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}

/** Credits as the language writes them. What is more than nothing is never shown as nothing. */
export function creditsOf(value: number): string {
  return value > 0 && value < 0.005 ? say.usage.lessThan(figure(0.01)) : figure(value);
}

/** A month (`2026-11`) by its name. */
export function monthName(month: string): string {
  const at = Date.parse(`${month}-01T00:00:00Z`);
  if (Number.isNaN(at)) return month;
  return new Intl.DateTimeFormat(spoken, { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(at);
}

/** A number as the language writes it, with at most two digits after the point. */
export function figure(value: number): string {
  return new Intl.NumberFormat(spoken, { maximumFractionDigits: 2 }).format(value);
}

/** The name of a month, with its year when that is not `now`'s. */
export function month(millis: number, now: Date, tag: Spoken = spoken): string {
  const year = new Intl.DateTimeFormat('en', { year: 'numeric' });
  const same = year.format(millis) === year.format(now);
  return new Intl.DateTimeFormat(tag, same ? { month: 'long' } : { month: 'long', year: 'numeric' }).format(millis);
}

/** A share, where 1 is the whole. */
export function percent(share: number): string {
  return new Intl.NumberFormat(spoken, { style: 'percent', maximumFractionDigits: 0 }).format(share);
}

/** Names in a row, the last by *and* or *or*. */
export function listed(names: readonly string[], by: 'and' | 'or'): string {
  return new Intl.ListFormat(spoken, { type: by === 'and' ? 'conjunction' : 'disjunction' }).format(names);
}
