/** Groups conversations by the day on which something was last said in them. */
import type { ConversationSummary } from '../bridge';
import { month } from '../messages/say.svelte';

/** Rows under one heading. */
export type DayGroup = { heading: string; rows: ConversationSummary[] };

/** The headings that are words; months are named by the language itself. */
export type DayWords = { today: string; yesterday: string; lastDays: string };

const DAY = 86_400_000;

/** Groups `rows`, which are newest first, as seen at `now`. `language` names the months. */
export function byDay(rows: readonly ConversationSummary[], now: Date, words: DayWords, language: string): DayGroup[] {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  // Rounded, because a day is 23 or 25 hours long when the clocks change.
  const daysAgo = (then: Date): number =>
    Math.round((midnight.getTime() - new Date(then.getFullYear(), then.getMonth(), then.getDate()).getTime()) / DAY);
  const heading = (millis: number): string => {
    const then = new Date(millis);
    const days = daysAgo(then);
    if (days <= 0) return words.today;
    if (days === 1) return words.yesterday;
    if (days <= 7) return words.lastDays;
    return month(millis, now, language);
  };

  const groups: DayGroup[] = [];
  for (const row of rows) {
    const name = heading(row.updatedAt);
    const last = groups.at(-1);
    if (last?.heading === name) last.rows.push(row);
    else groups.push({ heading: name, rows: [row] });
  }
  return groups;
}
