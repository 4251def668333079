/** Every screen in every theme: axe finds nothing; and nothing moves or fades for who asked the system for that. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, SET_LOOK, show, told } from './audit.js';
import { Browser } from './browser.js';
import { SCREENS, THEMES, type Screen } from './screens.js';

describe('screens, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.chromium();
  });
  afterAll(() => browser.end());

  test('axe finds nothing on any screen, in any theme', async () => {
    const other = await Browser.chromium();
    const half = async (one: Browser, screens: readonly Screen[]): Promise<string[]> => {
      await one.size(1120, 780);
      const wrong: string[] = [];
      for (const [index, screen] of screens.entries()) {
        await show(one, screen, { theme: 'light' });
        const all = await findings(one);
        if (all.length > 0) wrong.push(`${screen.name}:\n${told(all)}`);
        // Only colours differ from one theme to another. Where the same things stand as elsewhere, palettes in turn.
        const themes = THEMES.slice(1).filter(({ palette }, at) => screen.every === true || palette === 'standard' || at % 3 === index % 3);
        for (const { theme, palette } of themes) {
          // Without motion: a colour on its way from one theme to the other is no matter.
          await one.run(SET_LOOK, theme, { palette, motion: 'reduced' });
          const colours = await findings(one, ['color-contrast', 'link-in-text-block']);
          if (colours.length > 0) wrong.push(`${screen.name}, ${theme} ${palette}:\n${told(colours)}`);
        }
      }
      return wrong;
    };
    try {
      const middle = SCREENS.length / 2;
      const wrong = await Promise.all([half(browser, SCREENS.slice(0, middle)), half(other, SCREENS.slice(middle))]);
      expect(wrong.flat().join('\n\n'), 'a person who sees or hears differently must not meet a wall').toBe('');
    } finally {
      await other.end();
    }
  });
});

describe('motion and forced colours, in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.chromium();
  });
  afterAll(() => browser.end());

  const moving = (): Promise<number> => browser.run<number>('return document.getAnimations().length');
  const answering = SCREENS.find(({ name }) => name === 'conversation being answered');

  test('nothing moves for who asked for that, in the settings or in the system', async () => {
    if (!answering) throw new Error('there is such a screen');
    await show(browser, answering, { theme: 'light' });
    expect(await moving(), 'what is being answered says so by moving').toBeGreaterThan(0);
    await browser.run(SET_LOOK, 'light', { motion: 'reduced' });
    expect(await moving(), 'the setting').toBe(0);
    await browser.run(SET_LOOK, 'light', { motion: 'system' });
    await browser.media({ name: 'prefers-reduced-motion', value: 'reduce' });
    expect(await moving(), 'the system').toBe(0);
  });

  test('who asks the system for more contrast gets the palette for it', async () => {
    await browser.open('chat', { theme: 'light' });
    await browser.media({ name: 'prefers-contrast', value: 'more' });
    await browser.until(`document.documentElement.dataset.lightTheme === 'light_high_contrast'`, 'the palette of high contrast');
  });

  test('forced colours leave every control and every choice in sight', async () => {
    await browser.media({ name: 'forced-colors', value: 'active' });
    for (const name of ['chat', 'settings: Appearance', 'palette']) {
      const screen = SCREENS.find((one) => one.name === name);
      if (screen) await show(browser, screen, { theme: 'light' });
      const unseen = await browser.run<string[]>(`
        return [...document.querySelectorAll('.button-primary, .send, .setting-toggle, .setting-pick, [aria-current], [aria-selected=true]')]
          .filter((one) => { const style = getComputedStyle(one.closest('.chat-row') ?? one); return style.borderStyle === 'none' && style.outlineStyle === 'none'; })
          .map((one) => one.className);`);
      expect(unseen, `${name}: a ground of its own is not painted then, so a line must tell it`).toEqual([]);
    }
  });
});
