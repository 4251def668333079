/** What the palette offers for what is typed: commands by any language's name for them, and conversations. */
import type { Piece } from '../bridge';
import { desk } from '../chat/desk.svelte';
import { commands, type Command, type CommandGroup } from '../lib/commands';
import type { IconName } from '../lib/icons';
import type { Chord } from '../lib/keys';
import type { Messages } from '../messages/en';
import { tables } from '../messages/languages';
import { chats } from './chats';
import { fit } from './rank';
import { recent, used } from './recent';
import { texts } from './texts.svelte';

/** A line of the palette. */
export type Offer = { id: string; icon: IconName; label: string; keys?: Chord; found?: Found; run: () => void };
/** Where a chat has what is typed: the title, and a few words around it in its text, each with the hits apart. */
export type Found = { title: readonly Piece[]; text: readonly Piece[] };
/** Lines under a heading. */
export type Section = { heading: string; offers: Offer[] };

/** So many commands are shown for a query: who needs more types a letter more. */
const SHOWN = 12;

/** How well a command fits: by its name in any language, since a person may know it by another than the one shown. */
function score(query: string, command: Command): number {
  return Math.max(...[...tables.values()].map((words) => fit(query, command.name(words))));
}

function offer(command: Command, say: Messages): Offer {
  const { id, icon, keys, run } = command;
  const doing = (): void => {
    used(id);
    run();
  };
  return { id, icon, label: command.name(say), ...(keys === undefined ? {} : { keys }), run: doing };
}

/** The chats that have the query in their title or their text, but for those that stand above already. */
function foundIn(query: string, above: readonly { id: string }[]): Offer[] {
  return texts.chats
    .filter(({ summary }) => !above.some(({ id }) => id === summary.id))
    .map(({ summary, title, turns: [first] }) => ({
      id: `found-${summary.id}`,
      icon: 'search',
      label: summary.title,
      found: { title, text: first?.snippet ?? [] },
      run: () => texts.open(summary.id, first?.turn ?? null, query),
    }));
}

/** What fits the query, best first; with none what was used last, and then everything. */
export function offers(query: string, say: Messages): Section[] {
  const possible = commands();
  const titled = chats(query);
  const titles = titled.map((row): Offer => ({ id: `chat-${row.id}`, icon: 'comment', label: row.title, run: () => void desk.open(row.id) }));
  const talks: Section = { heading: say.comfort.chats, offers: titles };
  if (query.trim() !== '') {
    const found = possible.map((command) => ({ command, score: score(query, command) })).filter((one) => one.score > 0);
    found.sort((a, b) => b.score - a.score);
    const best = Math.max(0, ...titled.map((row) => fit(query, row.title)));
    const doing: Section = { heading: say.comfort.commands, offers: found.slice(0, SHOWN).map(({ command }) => offer(command, say)) };
    const first = (found[0]?.score ?? 0) >= best;
    // Last, since it comes late: nothing may move from under a key that is being pressed.
    const deep: Section = { heading: say.comfort.inChats, offers: foundIn(query, titled) };
    return [...(first ? [doing, talks] : [talks, doing]), deep].filter(filled);
  }
  const last = recent().flatMap((id) => possible.filter((command) => command.id === id));
  const others = possible.filter((command) => !last.includes(command));
  const groups = (Object.keys(say.comfort.groups) as CommandGroup[]).map((group) => ({
    heading: say.comfort.groups[group],
    offers: others.filter((command) => command.group === group).map((command) => offer(command, say)),
  }));
  return [{ heading: say.comfort.recent, offers: last.map((command) => offer(command, say)) }, talks, ...groups].filter(filled);
}

const filled = ({ offers }: Section): boolean => offers.length > 0;
