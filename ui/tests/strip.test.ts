/** Which turns of a chat are on the page, without a page: it has no layout here, so heights are given. */
import { SvelteMap } from 'svelte/reactivity';
import { expect, test } from 'vitest';
import type { Turn } from '../src/bridge';
import { turn } from '../src/bridge/scripted/host';
import { Strip } from '../src/chat/strip.svelte';

const many = (from: number, to: number): Turn[] => Array.from({ length: to - from }, (_, at) => turn({ id: `t${from + at}`, role: 'you' }));
const tall = (count: number): number[] => Array.from({ length: count }, () => 100);

/** A chat of so many turns; what is in it may change. */
function chat(count: number): { turns: Turn[]; strip: Strip } {
  const kept = { turns: many(0, count) };
  return Object.assign(kept, { strip: new Strip(() => kept.turns) });
}
const ids = ({ strip }: { strip: Strip }): [string | undefined, string | undefined] => [strip.shown[0]?.id, strip.shown.at(-1)?.id];

test('a chat opens with its last turns, and with all of a short one', () => {
  expect(ids(chat(2000)), 'the end of a long one').toEqual(['t1992', 't1999']);
  expect(ids(chat(3)), 'all of a short one').toEqual(['t0', 't2']);
  expect(chat(0).strip.shown, 'and nothing of none').toEqual([]);
});

test('what is taken off leaves its room behind, and takes it along when it comes back', () => {
  const long = chat(40);
  for (let i = 0; i < 12; i++) long.strip.more('above');
  long.strip.less('below', tall(6));
  expect([ids(long), long.strip.below, long.strip.atEnd], 'six turns of a hundred pixels').toEqual([['t20', 't33'], 600, false]);
  long.strip.more('below');
  expect([ids(long), long.strip.below], 'one of them is back').toEqual([['t20', 't34'], 500]);
  long.strip.less('above', tall(10));
  expect([ids(long), long.strip.above], 'at the other end as well').toEqual([['t30', 't34'], 1000]);
  for (let i = 0; i < 50; i++) long.strip.more('below');
  expect([ids(long), long.strip.below, long.strip.atEnd], 'no further than there are turns').toEqual([['t30', 't39'], 0, true]);
});

test('one goes to where a turn is, or to where one has scrolled in the room it left', () => {
  const long = chat(100);
  long.strip.goTo(50);
  expect(ids(long), 'with some around it').toEqual(['t47', 't57']);
  long.strip.goTo(52);
  expect(ids(long), 'who is there already stays').toEqual(['t47', 't57']);
  long.strip.goTo(1);
  expect(ids(long), 'none before the first').toEqual(['t0', 't8']);
  long.strip.goToEnd();
  expect(ids(long)).toEqual(['t92', 't99']);

  const read = chat(100);
  for (let i = 0; i < 92; i++) read.strip.more('above');
  read.strip.less('above', tall(80));
  read.strip.goInto('above', 4_050);
  expect(ids(read), 'the forty-first turn is there').toEqual(['t37', 't47']);
  expect(read.strip.above, 'and stands where it stood').toBe(3_700);
  read.strip.goInto('below', 1e9);
  expect(read.strip.atEnd, 'below all of them is the end').toBe(true);
});

/** A chat whose turns change, and its strip, which is told of it as the page tells it. */
function living(turns: Turn[]): { strip: Strip; turns: (now: Turn[]) => void } {
  const kept = new SvelteMap([['turns', turns]]);
  const strip = new Strip(() => kept.get('turns') ?? []);
  strip.hold();
  return {
    strip,
    turns: (now) => {
      kept.set('turns', now);
      strip.hold();
    },
  };
}

test('what comes at either end leaves the others where they are', () => {
  const { strip, turns } = living(many(0, 40));
  strip.goTo(20);
  strip.less('above', tall(1));
  expect(ids({ strip })).toEqual(['t18', 't27']);
  turns(many(-24, 41));
  expect([ids({ strip }), strip.above], 'turns from the database, and a new one at the end').toEqual([['t18', 't27'], 100]);
  strip.goToEnd();
  turns(many(-24, 43));
  expect(ids({ strip }), 'who is at the end sees what comes, and keeps what is above').toEqual(['t33', 't42']);
  strip.all();
  turns(many(-24, 44));
  expect(ids({ strip }), 'all of it, for a printer').toEqual(['t-24', 't43']);
  expect(strip.whole).toBe(true);
});

test('another version is shown from where it begins, and no more of it than a page holds', () => {
  const one = living(many(0, 40));
  one.strip.goTo(20);
  one.turns([...many(0, 24), ...many(100, 103)]);
  expect(ids(one), 'what is the same stays, then its end').toEqual(['t17', 't102']);
  one.turns([...many(0, 10), ...many(200, 203)]);
  expect(ids(one), 'what was on the page is in neither').toEqual(['t7', 't202']);

  const short = living([...many(0, 6), ...many(100, 102)]);
  short.turns(many(0, 1500));
  expect(ids(short), 'a long one is not put there at once').toEqual(['t0', 't23']);
  expect(short.strip.atEnd, 'so its end is not there').toBe(false);

  const first = living(many(100, 140));
  for (let i = 0; i < 40; i++) first.strip.more('above');
  first.turns(many(200, 240));
  expect(ids(first)[0], 'another first question is at the beginning').toBe('t200');
});
