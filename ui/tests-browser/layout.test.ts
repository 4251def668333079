/** Every screen in every size: nothing leaves the window, and every control is reached and has a visible focus. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OVERFLOW, SET_LOOK, show, stops, UNREACHED } from './audit.js';
import { Browser } from './browser.js';
import { SCREENS } from './screens.js';

/** What is on its way, by a transition, is looked at where it arrives. */
const STILL = JSON.stringify({ motion: 'reduced' });

describe('sizes, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.chromium();
  });
  afterAll(() => browser.end());

  test.each([
    { name: 'a small window', width: 480, height: 480, text: '100', density: 'comfortable' },
    { name: '200 %', width: 1120, height: 780, text: '200', density: 'comfortable' },
    { name: 'a small window at 200 %', width: 480, height: 480, text: '200', density: 'comfortable' },
    { name: 'compact', width: 1120, height: 780, text: '80', density: 'compact' },
  ])('nothing is cut off or out of reach: $name', async ({ width, height, text, density }) => {
    await browser.size(width, height);
    const wrong: string[] = [];
    for (const screen of SCREENS) {
      await show(browser, screen, { theme: 'dark', text, look: JSON.stringify({ density, motion: 'reduced' }) });
      const out = await browser.run<string[]>(OVERFLOW);
      if (out.length > 0) wrong.push(`${screen.name}: ${out.slice(0, 4).join(' | ')}`);
    }
    expect(wrong.join('\n'), 'what is cut off is lost').toBe('');
  });

  test('larger letters narrow the layout at once, and smaller ones widen it again', async () => {
    await browser.size(1120, 780);
    await browser.open('chat', { theme: 'light' });
    const drawer = (): Promise<boolean> => browser.run<boolean>(`return getComputedStyle(document.querySelector('.topbar-menu')).display !== 'none'`);
    expect(await drawer(), 'a wide window has its list beside the chat').toBe(false);
    await browser.run(SET_LOOK, 'light', { zoom: 200 });
    await browser.until(`getComputedStyle(document.querySelector('.topbar-menu')).display !== 'none'`, 'the list to be a drawer');
    expect(await browser.run<boolean>(`return document.querySelector('main').inert`), 'a closed drawer shuts nothing off').toBe(false);
    await browser.run(SET_LOOK, 'light', { zoom: 100 });
    await browser.until(`getComputedStyle(document.querySelector('.topbar-menu')).display === 'none'`, 'the list to be back');
  });

  test.each([
    { name: 'a usual window', width: 1120, height: 780, text: '100' },
    { name: 'a small window at 200 %', width: 480, height: 480, text: '200' },
  ])('Tab reaches every control, and each shows that it has the focus: $name', async ({ width, height, text }) => {
    await browser.size(width, height);
    const wrong: string[] = [];
    for (const screen of SCREENS.filter((one) => !one.like)) {
      await show(browser, screen, { theme: 'light', text, look: STILL });
      const found = await stops(browser);
      for (const { name, seen, inside } of found) {
        if (!seen) wrong.push(`${screen.name}: “${name}” does not show the focus`);
        if (!inside) wrong.push(`${screen.name}: “${name}” has the focus out of sight`);
      }
      const missed = await browser.run<string[]>(UNREACHED);
      if (missed.length > 0) wrong.push(`${screen.name}: not reached: ${missed.join(', ')}`);
      if (screen.name !== 'palette' && found.length === 0) wrong.push(`${screen.name}: no stop at all`);
    }
    expect(wrong.join('\n'), 'who has no mouse must get everywhere and know where').toBe('');
  });
});
