/** Brings a screen up in a browser, and looks at it as somebody does who sees, hears or moves differently. */
import axe from 'axe-core';
import { type Browser, Key } from './browser.js';
import type { Screen } from './screens.js';

type Finding = { rule: string; nodes: string[] };
/** Where Tab stopped, and what it never came to. */
type Walk = { stops: { stop: string; name: string; seen: boolean; inside: boolean }[]; missed: string[] };

/** What axe is asked: all that the guidelines demand, and what they recommend. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Shows a screen, in the size that the browser's window has. */
export async function show(browser: Browser, { scene, steps, name }: Screen, more: Record<string, string> = {}): Promise<void> {
  await browser.open(scene, more);
  if (steps === undefined) return;
  const missed = await browser.run<string | null>(ACT, steps);
  if (missed !== null) throw new Error(`${name}: there is no ${missed}`);
  await browser.driver.sleep(80);
}

/** Does what the steps of a screen say, each as soon as it can be done; answers what was never there. */
const ACT = `
  const [steps] = arguments;
  const shown = (one) => one.getClientRects().length > 0 && getComputedStyle(one).visibility !== 'hidden';
  const label = (one) => one.ariaLabel ?? (one.matches('input, textarea') ? '' : one.textContent.trim());
  const find = (name) => {
    const scope = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
    const all = [...scope.querySelectorAll('button, summary, input, textarea')].filter((one) => label(one) === name);
    return all.find(shown) ?? all[0];
  };
  const doing = {
    press: (name) => {
      const one = find(name.replace(/^\\?/, ''));
      if (one && (shown(one) || !name.startsWith('?'))) { one.click(); return true; }
      return name.startsWith('?');
    },
    type: ({ type, into }) => {
      const box = find(into);
      if (!box) return false;
      box.focus();
      box.value = type;
      box.setSelectionRange?.(type.length, type.length);
      box.dispatchEvent(new InputEvent('input', { bubbles: true }));
      return true;
    },
    see: ({ see }) => document.querySelector(see) !== null,
    run: ({ run }) => { (0, eval)(run); return true; },
  };
  const tried = (step) => (typeof step === 'string' ? doing.press(step) : doing[Object.keys(step).find((key) => key in doing)](step));
  const pause = (millis) => new Promise((done) => setTimeout(done, millis));
  return (async () => {
    for (const step of steps) {
      const end = performance.now() + 20_000;
      while (!tried(step)) {
        if (performance.now() > end) return JSON.stringify(step);
        await pause(15);
      }
      await pause(40);
    }
    return null;
  })();`;

export async function findings(browser: Browser, rules?: readonly string[]): Promise<Finding[]> {
  const options = { resultTypes: ['violations'], runOnly: rules ? { type: 'rule', values: rules } : { type: 'tag', values: TAGS } };
  return browser.run<Finding[]>(
    `if (!globalThis.axe) (0, eval)(arguments[1]);
     return axe.run(document, arguments[0]).then(({ violations }) => violations.map(({ id, nodes }) => ({
       rule: id, nodes: nodes.slice(0, 3).map((node) => node.html.slice(0, 160) + ' — ' + (node.any[0] ?? node.all[0] ?? node.none[0])?.message) })));`,
    options,
    axe.source,
  );
}

export const told = (found: Finding[]): string => found.map(({ rule, nodes }) => `${rule}\n  ${nodes.join('\n  ')}`).join('\n');

/** What is cut off or reaches out of the window. */
export const OVERFLOW = `
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

/** From now on notes every stop that the focus makes, and whether it can be seen there. */
const WATCH = `
  globalThis.stops = [];
  let count = 0;
  const ring = ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const note = (one, byProgram) => {
    if (!one || one === document.body || one.matches('h1[tabindex], h2[tabindex]')) return;
    // The window itself came into focus.
    if (stops.at(-1)?.one === one) return;
    const frame = one.closest('.composer, .palette-field, .search-box, .find-bar, .edit, .picker-find') ?? one;
    // A card shows it around itself, though the focus is on its title.
    const outlined = ring(getComputedStyle(one)) || ring(getComputedStyle(frame)) || ring(getComputedStyle(one, '::after'));
    // A box may show it by the accent in its border instead.
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.border = '1px solid var(--borderColor-accent-emphasis)';
    const accent = getComputedStyle(probe).borderTopColor;
    probe.remove();
    const bordered = frame !== one && [getComputedStyle(frame).borderTopColor, getComputedStyle(frame).borderBottomColor].includes(accent);
    one.dataset.stop ??= String(count++);
    const name = (one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40)) || one.tagName;
    stops.push({ one, stop: one.dataset.stop, name, seen: byProgram || outlined || bordered });
  };
  // Where the focus is put by the program at first, the browser decides by what was pressed before.
  note(document.activeElement, true);
  addEventListener('focusin', ({ target }) => note(target, false));`;

/** Everything that a pointer can use and Tab did not reach; one of a group of radios or tabs is enough. */
const UNREACHED = `
  const dialog = [...document.querySelectorAll('dialog[open]')].at(-1);
  return [...(dialog ?? document).querySelectorAll('button, input, textarea, select, a[href]')].filter((one) => {
    if (one.dataset.stop !== undefined || one.disabled || one.tabIndex < 0 || one.closest('[inert]')) return false;
    if (one.type === 'radio') return ![...document.getElementsByName(one.name)].some((other) => other.dataset.stop !== undefined);
    const style = getComputedStyle(one);
    return style.visibility !== 'hidden' && one.getClientRects().length > 0;
  }).map((one) => one.getAttribute('aria-label') ?? one.textContent.trim().slice(0, 40));`;

const JUMP = 'Jump to latest';

/**
 * Whether the way back to the end is reached. It is there only while one reads above, and who walks by Tab comes to
 * the end without it; so it is looked for from the composer, as somebody would who reads above and goes back by Shift+Tab.
 */
async function reachesJump(browser: Browser): Promise<boolean> {
  const there = await browser.run<boolean>(`
    const log = document.querySelector('.log');
    log?.dispatchEvent(new WheelEvent('wheel', { deltaY: -400, bubbles: true }));
    if (log) log.scrollTop = 0;
    return new Promise((done) => setTimeout(() => {
      document.querySelector('main .composer textarea')?.focus();
      done(document.querySelector('.jump') !== null);
    }, 150));`);
  if (!there) return false;
  await browser.chord([Key.SHIFT], Key.TAB);
  return browser.run<boolean>(`return document.activeElement?.matches('.jump') ?? false`);
}

/** What is wrong with how a page is walked by Tab. */
export async function lost(browser: Browser): Promise<string[]> {
  const { stops, missed: left } = await walk(browser);
  const missed = left.length > 0 && (await reachesJump(browser)) ? left.filter((name) => name !== JUMP) : left;
  return [
    ...(stops.length === 0 ? ['no stop at all'] : []),
    ...stops.filter(({ seen }) => !seen).map(({ name }) => `“${name}” does not show the focus`),
    ...stops.filter(({ inside }) => !inside).map(({ name }) => `“${name}” has the focus out of sight`),
    ...(missed.length > 0 ? [`not reached: ${missed.join(', ')}`] : []),
  ];
}

/** The stops until the focus came round; each gone to once more, to see whether it is in sight there. */
const STOPS = `
  const round = stops.findIndex(({ stop }, at) => stops.findIndex((one) => one.stop === stop) < at);
  if (round < 0 && !arguments[0]) return null;
  const inSight = (one) => {
    const box = one.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  };
  const missed = (() => { ${UNREACHED} })();
  const walked = stops.splice(0).slice(0, round < 0 ? undefined : round);
  return (async () => {
    const found = [];
    for (const { one, stop, name, seen } of walked) {
      one.focus();
      // It was there for a moment only, as a menu is; or it is in sight at once, or after WebKit has scrolled.
      let inside = document.activeElement !== one || inSight(one);
      for (let i = 0; i < 6 && !inside; i++) {
        await new Promise((done) => setTimeout(done, 16));
        inside = inSight(one);
      }
      found.push({ stop, name, seen, inside });
    }
    return { stops: found, missed };
  })();`;

/** Walks the page by Tab until it comes round. */
async function walk(browser: Browser): Promise<Walk> {
  await browser.run(WATCH);
  for (let i = 0; i < 8; i++) {
    await browser.press(...Array.from({ length: 15 }, () => Key.TAB));
    const found = await browser.run<Walk | null>(STOPS, i === 7);
    if (found) return found;
  }
  return { stops: [], missed: [] };
}

/** Changes the look as the settings do. */
export const SET_LOOK = `
  const [theme, look] = arguments;
  const { settings } = scripted.state;
  scripted.change({ settings: { ...settings, theme, appearance: { ...settings.appearance, ...look } } });`;
