/** Every screen in every theme: axe finds nothing, nothing leaves the window, and every control has a visible focus. */
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, Key } from './browser.js';
import { SCREENS, THEMES, type Screen } from './screens.js';

type Finding = { rule: string; nodes: string[] };

/** What axe is asked: all that the guidelines demand, and what they recommend. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Shows a screen, in the size that the browser's window has. */
async function show(browser: Browser, { scene, press, name }: Screen, more: Record<string, string> = {}): Promise<void> {
  await browser.open(scene, more);
  if (name === 'palette') await browser.chord([Key.CONTROL], 'k');
  if (press === undefined) return;
  await browser.run(PRESS, press, name.startsWith('settings'));
  await browser.driver.sleep(150);
}

/** Presses what a person would press; a page of the settings by their button first. */
const PRESS = `
  const [name, settings] = arguments;
  const named = (wanted) => [...document.querySelectorAll('button, [role=tab]')].find((one) => (one.ariaLabel ?? one.textContent.trim()) === wanted);
  if (settings) { document.querySelector('.foot-row .button').click(); }
  return new Promise((done) => setTimeout(() => { named(name)?.click(); done(); }, settings ? 80 : 0));`;

async function findings(browser: Browser, rules?: readonly string[]): Promise<Finding[]> {
  const options = { resultTypes: ['violations'], runOnly: rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS } };
  return browser.run<Finding[]>(
    `if (!globalThis.axe) (0, eval)(arguments[1]);
     return axe.run(document, arguments[0]).then(({ violations }) => violations.map(({ id, nodes }) => ({
       rule: id, nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' — ' + (node.any[0] ?? node.all[0] ?? node.none[0])?.message) })));`,
    options,
    axe.source,
  );
}

/** What is cut off or reaches out of the window. */
const OVERFLOW = `
  const wide = document.documentElement.clientWidth;
  const out = [];
  if (document.documentElement.scrollWidth > wide) out.push('the page scrolls sideways');
  for (const one of document.querySelectorAll('button, input, textarea, select, a[href], h1, h2, h3, p, [role=option]')) {
    if (one.closest('.unseen, [inert], pre, .table, .tabs, .drawer-scrim') || one.matches('.unseen')) continue;
    const style = getComputedStyle(one);
    if (style.visibility === 'hidden' || style.display === 'none') continue;
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const hidden = one.closest('.sidebar') && getComputedStyle(one.closest('.sidebar')).visibility === 'hidden';
    if (!hidden && (box.right > wide + 1 || box.left < -1)) out.push((one.ariaLabel || one.textContent || one.tagName).trim().slice(0, 40) + ' ' + Math.round(box.left) + '–' + Math.round(box.right));
  }
  return out;`;

/** Walks the page by Tab and says which stops cannot be seen to have the focus. */
const FOCUS = `
  const one = document.activeElement;
  if (!one || one === document.body || one.matches('h1[tabindex], h2[tabindex]')) return null;
  const frame = one.closest('.composer, .palette-field, .search-box, .find-bar, .edit') ?? one;
  const of = (node) => { const { outlineStyle, outlineWidth } = getComputedStyle(node); return { outlineStyle, outlineWidth }; };
  const now = of(one), framed = of(frame);
  const box = one.getBoundingClientRect();
  // A card shows it around itself, though the focus is on its title.
  const ring = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const outlined = ring(now) || ring(getComputedStyle(one, '::after'));
  // A box may show it by the accent in its border instead.
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.border = '1px solid var(--borderColor-accent-emphasis)';
  const accent = getComputedStyle(probe).borderTopColor;
  probe.remove();
  const bordered = frame !== one && [getComputedStyle(frame).borderTopColor, getComputedStyle(frame).borderBottomColor].includes(accent);
  one.dataset.stop ??= String(document.querySelectorAll('[data-stop]').length);
  return {
    stop: one.dataset.stop,
    name: (one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40)) || one.tagName,
    seen: outlined || ring(framed) || bordered,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
  };`;

type Stop = { stop: string; name: string; seen: boolean; inside: boolean };

async function stops(browser: Browser): Promise<Stop[]> {
  const found: Stop[] = [];
  for (let i = 0; i < 80; i++) {
    const stop = await browser.run<Stop | null>(FOCUS);
    // Behind the last stop is the window itself, and then the first.
    if (stop !== null) {
      if (found.some((one) => one.stop === stop.stop)) break;
      // Where the focus is put by the program at first, the browser decides by what was pressed before.
      found.push(i === 0 ? { ...stop, seen: true } : stop);
    }
    await browser.press(Key.TAB);
  }
  return found;
}

/** Everything that a pointer can use and Tab did not reach; one of a group of radios or tabs is enough. */
const UNREACHED = `
  const dialog = document.querySelector('dialog[open]');
  return [...(dialog ?? document).querySelectorAll('button, input, textarea, select, a[href]')].filter((one) => {
    if (one.dataset.stop !== undefined || one.disabled || one.tabIndex < 0 || one.closest('[inert]')) return false;
    if (one.type === 'radio') return ![...document.getElementsByName(one.name)].some((other) => other.dataset.stop !== undefined);
    const style = getComputedStyle(one);
    return style.visibility !== 'hidden' && one.getClientRects().length > 0;
  }).map((one) => one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40));`;

const told = (found: Finding[]): string => found.map(({ rule, nodes }) => `${rule}\n  ${nodes.join('\n  ')}`).join('\n');

/** Screens that together have everything on them that any has. */
const SOME = new Set(['welcome', 'failed', 'code', 'chat', 'conversation', 'conversation that failed', 'gate:several', 'palette', 'settings: Accounts', 'settings: Appearance', 'settings: Keyboard shortcuts']);

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
        // Only colours differ from one theme to another. Where the same things stand as elsewhere, a palette in turn.
        const themes = THEMES.slice(1).filter(({ palette }, at) => SOME.has(screen.name) || palette === 'standard' || at % 3 === index % 3);
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

  test.each([
    { name: 'a small window', width: 480, height: 480, text: '100', density: 'comfortable' },
    { name: '200 %', width: 1120, height: 780, text: '200', density: 'comfortable' },
    { name: 'a small window at 200 %', width: 480, height: 480, text: '200', density: 'comfortable' },
    { name: 'compact', width: 1120, height: 780, text: '80', density: 'compact' },
  ])('nothing is cut off or out of reach: $name', async ({ width, height, text, density }) => {
    await browser.size(width, height);
    const wrong: string[] = [];
    for (const screen of SCREENS) {
      await show(browser, screen, { theme: 'dark', text, look: JSON.stringify({ density }) });
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
    for (const screen of SCREENS.filter(({ name }) => SOME.has(name))) {
      await show(browser, screen, { theme: 'light', text });
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

describe('screens, in WebKitGTK', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.webKit();
  });
  afterAll(() => browser.end());

  test('axe finds nothing, and nothing is cut off', async () => {
    const wrong: string[] = [];
    for (const [index, screen] of SCREENS.filter(({ name }) => SOME.has(name)).entries()) {
      const { theme, palette } = THEMES[index % THEMES.length] ?? { theme: 'dark', palette: 'standard' };
      await browser.size(1120, 780);
      await show(browser, screen, { theme, look: JSON.stringify({ palette }) });
      const found = await findings(browser);
      if (found.length > 0) wrong.push(`${screen.name}:\n${told(found)}`);
      // As it is changed in the settings, in an open window.
      // Without motion: where the list is while it slides away is no matter.
      await browser.run(SET_LOOK, theme, { zoom: 200, motion: 'reduced' });
      await browser.driver.sleep(100);
      const out = await browser.run<string[]>(OVERFLOW);
      if (out.length > 0) wrong.push(`${screen.name}, 200 %: ${out.slice(0, 4).join(' | ')}`);
    }
    expect(wrong.join('\n\n'), 'this is the engine that people on Linux have').toBe('');
  });
});

/** Changes the look as the settings do. */
const SET_LOOK = `
  const [theme, look] = arguments;
  const { settings } = scripted.state;
  scripted.change({ settings: { ...settings, theme, appearance: { ...settings.appearance, ...look } } });`;
