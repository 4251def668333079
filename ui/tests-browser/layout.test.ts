/** Every screen in every size: nothing leaves the window, and every control is reached and has a visible focus. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lost, OVERFLOW, SET_LOOK, show } from './audit.js';
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
    { name: 'a small window, at 200 % and as usual', width: 480, height: 480, then: { zoom: 100 } },
    { name: 'a usual window, at 200 % and compact', width: 1120, height: 780, then: { zoom: 80, density: 'compact' } },
  ])('nothing is cut off or out of reach: $name', async ({ width, height, then }) => {
    await browser.size(width, height);
    const wrong: string[] = [];
    for (const screen of SCREENS) {
      await show(browser, screen, { theme: 'dark', text: '200', look: STILL });
      const large = await browser.run<string[]>(OVERFLOW);
      if (large.length > 0) wrong.push(`${screen.name}, 200 %: ${large.slice(0, 4).join(' | ')}`);
      // As it is changed in the settings, in an open window.
      await browser.run(SET_LOOK, 'dark', then);
      await browser.driver.sleep(60);
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
    { name: 'a usual window', width: 1120, height: 780, text: '100', screens: SCREENS.filter((one) => !one.like) },
    { name: 'a small window at 200 %', width: 480, height: 480, text: '200', screens: SCREENS.filter((one) => one.every) },
  ])('Tab reaches every control, and each shows that it has the focus: $name', async ({ width, height, text, screens }) => {
    await browser.size(width, height);
    const wrong: string[] = [];
    for (const screen of screens) {
      await show(browser, screen, { theme: 'light', text, look: STILL });
      wrong.push(...(await lost(browser)).map((what) => `${screen.name}: ${what}`));
    }
    expect(wrong.join('\n'), 'who has no mouse must get everywhere and know where').toBe('');
  });
});
