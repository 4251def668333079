/**
 * Reading, as only an engine can show it: the view follows an answer, stays where somebody reads above it, and stands
 * still when a chat is opened again. What others' changelogs tell of, in both engines.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { show } from './audit.js';
import { Browser, Key } from './browser.js';

const LOG = `document.querySelector('.log')`;
const REST = `(${LOG}.scrollHeight - ${LOG}.scrollTop - ${LOG}.clientHeight)`;

/** Looks for a while, after each frame was painted, at where the view is: how far from the end, and from the top. */
const LOOK = `
  const [millis] = arguments;
  return new Promise((done) => {
    const seen = [];
    const end = performance.now() + millis;
    const look = () => {
      const log = document.querySelector('.log');
      if (document.querySelector('.thread article')) seen.push({ rest: log.scrollHeight - log.scrollTop - log.clientHeight, top: log.scrollTop, height: log.scrollHeight });
      if (performance.now() < end) requestAnimationFrame(() => setTimeout(look));
      else done(seen);
    };
    look();
  });`;
type Seen = { rest: number; top: number; height: number };

const ENGINES = [
  { name: 'Chromium', start: () => Browser.chromium() },
  { name: 'WebKitGTK', start: () => Browser.webKit() },
];

describe.each(ENGINES)('reading, in $name', ({ start }) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await start();
    await browser.size(1000, 700);
  });
  afterAll(() => browser.end());

  async function long(): Promise<void> {
    await show(browser, { name: 'long', scene: 'long', steps: ['A limiter for bursty uploads', { see: '.answer' }] }, { theme: 'light' });
    await browser.until(`${REST} <= 1`, 'the end of the chat');
  }

  async function ask(): Promise<void> {
    await browser.until(`document.activeElement?.matches('main textarea')`, 'the composer to have the focus');
    await browser.press('g', 'o', Key.ENTER);
    await browser.until(`document.querySelector('.answer[aria-busy=true] .prose')?.textContent.length > 80`, 'the first words');
  }

  test('a chat stands at its end when it is opened again, and nothing jumps', async () => {
    await long();
    await browser.run(`[...document.querySelectorAll('.chat-link')].find((one) => one.textContent === 'Offsite agenda').click()`);
    await browser.until(`document.querySelector('.topbar-title').textContent === 'Offsite agenda'`, 'the other chat');
    await browser.run(`[...document.querySelectorAll('.chat-link')].find((one) => one.textContent.startsWith('A limiter')).click()`);
    const seen = await browser.run<Seen[]>(LOOK, 700);
    expect(seen.length, 'it was looked at').toBeGreaterThan(3);
    expect(Math.max(...seen.map(({ rest }) => rest)), 'from the first frame on the reader is where the chat ends').toBeLessThanOrEqual(2);
  });

  test('the view follows an answer to its end', async () => {
    await long();
    await ask();
    const seen = await browser.run<Seen[]>(LOOK, 1500);
    expect(seen.at(-1)?.height, 'the answer grew').toBeGreaterThan(seen[0]?.height ?? Infinity);
    expect(Math.max(...seen.map(({ rest }) => rest)), 'and its last line came into sight with the next frame').toBeLessThanOrEqual(64);
    expect(seen.filter(({ rest }) => rest > 2).length, 'and hardly ever').toBeLessThan(seen.length / 4);
  });

  test('who reads above an answer is not pulled down, and comes back by the button', async () => {
    await long();
    await ask();
    await browser.run(`${LOG}.focus()`);
    await browser.press(Key.PAGE_UP);
    await browser.until(`document.querySelector('.jump') !== null`, 'the way back to be offered');
    // A smooth scroll takes its time.
    await browser.driver.sleep(400);
    const seen = await browser.run<Seen[]>(LOOK, 1500);
    expect(seen.at(-1)?.height, 'the answer grew').toBeGreaterThan(seen[0]?.height ?? Infinity);
    const tops = seen.map(({ top }) => top);
    expect(Math.max(...tops) - Math.min(...tops), 'and the words that are read stayed where they are').toBeLessThanOrEqual(1);
    await browser.run(`document.querySelector('.jump').click()`);
    const after = await browser.run<Seen[]>(LOOK, 500);
    expect(after.at(-1)?.rest, 'back at the end, and following').toBeLessThanOrEqual(2);
  });
});
