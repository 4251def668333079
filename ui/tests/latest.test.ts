/** What is looked for as one types: at once, one at a time, and of what was typed meanwhile the last. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Latest } from '../src/lib/latest';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('one that takes too long holds nobody up', () => {
  const latest = new Latest();
  const begun: string[] = [];
  const never = (name: string) => (): Promise<void> => {
    begun.push(name);
    return new Promise(() => undefined);
  };
  latest.run(never('slow'));
  latest.run(never('quick'));
  vi.advanceTimersByTime(100);
  expect(begun, 'it may still come').toEqual(['slow']);
  vi.advanceTimersByTime(100);
  expect(begun).toEqual(['slow', 'quick']);
});

test('the first begins at once, and of those that come meanwhile only the last one follows', async () => {
  const latest = new Latest();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) => (): Promise<void> => {
    begun.push(name);
    return new Promise((end) => ends.push(end));
  };
  for (const name of ['a', 'ab', 'abc']) latest.run(work(name));
  expect(begun, 'nobody waits for another letter').toEqual(['a']);
  ends[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun, 'what was overtaken is not asked').toEqual(['a', 'abc']);
  latest.run(work('abcd'));
  latest.forget();
  ends[1]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(begun, 'an empty box asks for nothing').toEqual(['a', 'abc']);
  latest.run(work('new'));
  expect(begun.at(-1), 'and the next is begun at once again').toBe('new');
});
