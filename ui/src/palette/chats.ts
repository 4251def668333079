/** The conversations that the palette finds. */
import type { ConversationSummary } from '../bridge';
import { list } from '../sidebar/list.svelte';
import { fit } from './rank';

/** So many of them are shown; more are found in the list itself. */
const SHOWN = 8;
/** So many of the latest before anything is typed: the commands are to be seen as well. */
const LATEST = 4;

/** The conversations whose titles fit, best first; with no query the latest. */
export function chats(query: string): readonly ConversationSummary[] {
  const found = list.rows.map((row) => ({ row, score: fit(query, row.title) })).filter(({ score }) => score > 0);
  const searching = query.trim() !== '';
  // The rows come newest first, and sorting keeps that among equals.
  if (searching) found.sort((a, b) => b.score - a.score);
  return found.slice(0, searching ? SHOWN : LATEST).map(({ row }) => row);
}
