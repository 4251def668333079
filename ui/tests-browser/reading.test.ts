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

const LAST = `[...document.querySelectorAll('.turns .said-text')].at(-1)?.textContent`;

/** Whether there is a turn in the middle of what is in sight. */
const FILLED = `
  const filled = (log) => {
    const { top, height } = log.getBoundingClientRect();
    return [0.25, 0.5, 0.75].some((part) => [...document.querySelectorAll('.turns > article')].some((one) => {
      const box = one.getBoundingClientRect();
      return box.top <= top + height * part && box.bottom >= top + height * part;
    }));
  };`;

/**
 * Scrolls to one end, a third of a screen in every second frame, and says what was seen on the way: the most turns on
 * the page, how often there was nothing to read, and where what is read moved by anything but what was scrolled.
 */
const WALK = `
  const [way] = arguments;
  const log = document.querySelector('.log');
  ${FILLED}
  const frames = (count) => new Promise((done) => {
    const next = () => (count-- > 0 ? requestAnimationFrame(next) : setTimeout(done));
    next();
  });
  return (async () => {
    const seen = { most: 0, blank: 0, jumps: [], first: '', last: '' };
    log.dispatchEvent(new WheelEvent('wheel', { deltaY: way, bubbles: true }));
    for (let still = 0, step = 0; still < 12 && step < 3000; step++) {
      const middle = log.getBoundingClientRect().top + log.clientHeight / 2;
      const read = [...document.querySelectorAll('.turns > article')].find((one) => one.getBoundingClientRect().bottom > middle);
      const before = read?.getBoundingClientRect().top;
      const top = log.scrollTop;
      log.scrollTop += Math.round((way * log.clientHeight) / 3);
      const moved = read ? before - read.getBoundingClientRect().top : 0;
      await frames(2);
      still = log.scrollTop === top && moved === 0 ? still + 1 : 0;
      const rest = log.scrollHeight - log.scrollTop - log.clientHeight;
      // Near to the end it is followed, so the last bit is nobody's jump.
      if (rest > 1 && read?.isConnected && Math.abs(before - read.getBoundingClientRect().top - moved) > 2) seen.jumps.push(step + ': ' + (before - read.getBoundingClientRect().top - moved));
      if (!filled(log)) seen.blank++;
      seen.most = Math.max(seen.most, document.querySelectorAll('.turns > article').length);
    }
    const said = [...document.querySelectorAll('.turns .said-text')].map((one) => one.textContent);
    seen.first = said[0];
    seen.last = said.at(-1);
    return seen;
  })();`;
type Walked = { most: number; blank: number; jumps: string[]; first: string; last: string };

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

  test('a long chat is read up to its beginning: nothing jumps, nothing is blank, and few turns are on the page', async () => {
    await long();
    const walked = await browser.run<Walked>(WALK, -1);
    expect(walked.first, 'its beginning was reached').toBe('Question 0');
    expect(walked.jumps, 'what is read moves by what was scrolled and by nothing else').toEqual([]);
    expect(walked.blank, 'there is always something to read').toBe(0);
    expect(walked.most, 'the others are off the page').toBeLessThanOrEqual(60);

    const back = await browser.run<Walked>(WALK, 1);
    expect(back.last, 'its end was reached again').toBe('Question 118');
    expect(back.jumps, 'downwards as well').toEqual([]);
    expect(back.blank).toBe(0);
    expect(back.most).toBeLessThanOrEqual(60);
  });

  test('who goes far by the scroll bar or a key reads there at once', async () => {
    await long();
    // A database takes its time, if a short one.
    await browser.run(`
      const own = scripted.call.bind(scripted);
      scripted.call = (...what) => new Promise((done) => setTimeout(done, 5)).then(() => own(...what));`);
    await browser.run(`${LOG}.focus()`);
    await browser.press(Key.HOME);
    await browser.until(`${LOG}.scrollTop === 0 && document.querySelector('.turns .said-text').textContent === 'Question 0'`, 'the beginning');
    await browser.press(Key.PAGE_DOWN);
    await browser.until(`${LOG}.scrollTop > 400`, 'the next page');
    await browser.press(Key.END);
    await browser.until(`${REST} <= 1 && ${LAST} === 'Question 118'`, 'the end');
    // As the bar is dragged: to a place, whatever is there.
    for (const part of [0.5, 0.2, 0.8]) {
      await browser.run(`${LOG}.scrollTop = ${LOG}.scrollHeight * ${part}`);
      await browser.driver.sleep(300);
      expect(await browser.run<boolean>(`const log = ${LOG}; ${FILLED}; return filled(log)`), `at ${part} of it there are words`).toBe(true);
    }
    await browser.run(`document.querySelector('.jump').click()`);
    await browser.until(`${REST} <= 1 && ${LAST} === 'Question 118'`, 'the end');
  });

  test('a page that was printed is at rest afterwards', async () => {
    await long();
    await browser.chord([Key.CONTROL], 'p');
    await browser.until(`document.querySelectorAll('.turns > article').length === 120`, 'all of it to be on the page');
    const frames = await browser.run<number>(`
      return new Promise((done) => {
        const own = requestAnimationFrame;
        let count = 0;
        window.requestAnimationFrame = (run) => { count++; return own(run); };
        setTimeout(() => setTimeout(() => { window.requestAnimationFrame = own; done(count); }, 500));
      });`);
    expect(frames, 'nobody works for nothing').toBeLessThan(4);
  });

  test('who leaves what has the focus by a key keeps it in the conversation', async () => {
    await long();
    await browser.run(`[...document.querySelectorAll('.turns button')].at(-1).focus()`);
    await browser.press(Key.HOME);
    await browser.until(`${LOG}.scrollTop === 0 && document.querySelector('.turns .said-text').textContent === 'Question 0'`, 'the beginning');
    expect(await browser.run<boolean>(`return document.activeElement === ${LOG}`), 'the keys go on from where one reads').toBe(true);
  });

  test('what is selected stays on the page, however far one scrolls', async () => {
    await long();
    await browser.run(`getSelection().selectAllChildren([...document.querySelectorAll('.said')].at(-1))`);
    const words = await browser.run<string>(`return getSelection().toString()`);
    await browser.run<Walked>(WALK, -1);
    expect(await browser.run<string>(`return getSelection().toString()`), 'nobody’s selection is taken away').toBe(words);
  });
});
