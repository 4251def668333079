/** The screens in the engine that people on Linux have, WebKitGTK: axe, the sizes, and the way of the focus. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, lost, OVERFLOW, SET_LOOK, show, told } from './audit.js';
import { Browser } from './browser.js';
import { SCREENS, THEMES } from './screens.js';

describe('screens, in WebKitGTK', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.webKit();
    await browser.size(1120, 780);
  });
  afterAll(() => browser.end());

  test('axe finds nothing, nothing is cut off, and Tab reaches every control', async () => {
    const wrong: string[] = [];
    for (const [index, screen] of SCREENS.filter((one) => !one.like).entries()) {
      // Without motion: where the list is while it slides away is no matter.
      const { theme, palette } = THEMES[index % THEMES.length] ?? { theme: 'dark', palette: 'standard' };
      await show(browser, screen, { theme, look: JSON.stringify({ palette, motion: 'reduced' }) });
      const found = await findings(browser);
      if (found.length > 0) wrong.push(`${screen.name}:\n${told(found)}`);
      wrong.push(...(await lost(browser)).map((what) => `${screen.name}: ${what}`));
      // As it is changed in the settings, in an open window.
      await browser.run(SET_LOOK, theme, { zoom: 200 });
      await browser.driver.sleep(60);
      const out = await browser.run<string[]>(OVERFLOW);
      if (out.length > 0) wrong.push(`${screen.name}, 200 %: ${out.slice(0, 4).join(' | ')}`);
    }
    expect(wrong.join('\n\n'), 'this is the engine that people on Linux have').toBe('');
  });
});
