/** The list of chats is whole, in whatever order its rows and its pages come. */
import { expect, test } from 'vitest';
import type { ScriptedHost } from '../src/bridge/scripted/host';
import { list } from '../src/sidebar/list.svelte';
import { ada, open, row, settled } from './window';

const NOW = Date.now();
/** Chats by age: `chat-0` is the newest. */
const id = (age: number): string => `chat-${age}`;
const aged = (age: number, change: Partial<ReturnType<typeof row>> = {}): ReturnType<typeof row> => row(id(age), { updatedAt: NOW - age * 1000, ...change });

async function opened(count: number, pinned: readonly number[] = []): Promise<ScriptedHost> {
  const host = ada();
  for (let age = 0; age < count; age++) host.keep({ summary: aged(age, { shelf: pinned.includes(age) ? 'pinned' : 'list' }) });
  await open(host);
  return host;
}

/** Scrolls on until there is no more. */
async function toTheEnd(): Promise<void> {
  for (let page = 0; list.more && page < 20; page++) await list.load();
}

const shown = (): string[] => list.rows.map((one) => one.id);

function everyone(count: number): string[] {
  return Array.from({ length: count }, (_, age) => id(age));
}

test('an old chat that has news of itself hides none of those between', async () => {
  const host = await opened(100);
  await list.load();
  expect(shown(), 'two pages of thirty').toHaveLength(60);
  // Renamed, opened from the search with its draft, restored, imported: its row is told, its time stays.
  host.tell({ kind: 'conversation', summary: aged(95, { title: 'Renamed', draft: true }) });
  await settled();
  await toTheEnd();
  expect(shown(), 'every chat is listed, in its order').toEqual(everyone(100));
});

test('a row that is unpinned goes to its place, also where that is not fetched yet', async () => {
  const host = await opened(100, [90]);
  expect(shown()[0], 'pinned').toBe(id(90));
  host.keep({ summary: aged(90) });
  host.tell({ kind: 'conversation', summary: aged(90) });
  await settled();
  expect(shown(), 'its place is further down than what is here').not.toContain(id(90));
  await toTheEnd();
  expect(shown(), 'and there it is').toEqual(everyone(100));
});

test('pages go on from the last row that stands by its time, not from a pinned one', async () => {
  const host = await opened(70, [69]);
  // All that was fetched goes, and what is pinned stays as the last row.
  for (const one of shown().filter((name) => name !== id(69))) {
    host.kept.delete(one);
    host.tell({ kind: 'conversationGone', id: one });
  }
  await settled();
  await toTheEnd();
  expect(shown(), 'the pinned one, then all that are left').toEqual([id(69), ...everyone(69).slice(30)]);
});

test('when the last row of what was fetched moves up, nothing is skipped', async () => {
  const host = await opened(70);
  const last = shown().at(-1) ?? '';
  const summary = row(last, { updatedAt: NOW + 5000 });
  host.keep({ summary });
  host.tell({ kind: 'conversation', summary });
  await settled();
  await toTheEnd();
  expect(shown(), 'the one with news, then the others').toEqual([last, ...everyone(70).filter((one) => one !== last)]);
});

test('what is told while the first page is on its way makes no hole in it', async () => {
  const host = ada();
  for (let age = 0; age < 70; age++) host.keep({ summary: aged(age) });
  let answer = (): void => undefined;
  host.instead('conversations', ({ before }) => {
    if (before === null) {
      const first = everyone(30).map((_, age) => aged(age));
      return new Promise((resolve) => (answer = () => resolve({ conversations: first, more: true })));
    }
    const from = Number(before.slice(5)) + 1;
    return { conversations: everyone(70).map((_, age) => aged(age)).slice(from, from + 30), more: from + 30 < 70 };
  });
  await open(host);
  host.tell({ kind: 'conversation', summary: aged(66, { title: 'Imported' }) });
  answer();
  await settled();
  await toTheEnd();
  expect(shown(), 'every chat is listed, in its order').toEqual(everyone(70));
});
