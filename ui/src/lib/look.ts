/** How the window looks, by the settings and the system. `public/theme.js` does the same before the first paint. */
import type { Appearance, Palette, Settings } from '../bridge';

const dark = matchMedia('(prefers-color-scheme: dark)');
const contrast = matchMedia('(prefers-contrast: more)');
/** What Primer adds to the name of a theme. */
const ENDINGS: Record<Palette, string> = { standard: '', highContrast: '_high_contrast', colorblind: '_colorblind', tritanopia: '_tritanopia' };

type Look = Pick<Settings, 'theme' | 'appearance'>;
let shown: Look | undefined;

for (const query of [dark, contrast]) {
  query.addEventListener('change', () => {
    if (shown) paint(shown);
  });
}

/** Follows the settings, and keeps what the next start's first paint needs. */
export function follow(look: Look): void {
  // The state comes often, and mostly because of something else.
  if (shown && JSON.stringify([shown.theme, shown.appearance]) === JSON.stringify([look.theme, look.appearance]) && painted()) return;
  shown = look;
  if (look.theme === 'system') localStorage.removeItem('theme');
  else localStorage.setItem('theme', look.theme);
  paint(look);
  const { lightTheme, darkTheme, contrast: more, density, font, motion } = document.documentElement.dataset;
  localStorage.setItem('look', JSON.stringify({ data: { lightTheme, darkTheme, contrast: more, density, font, motion }, zoom: look.appearance.zoom }));
}

/** False for a page that has lost it, as between two tests. */
const painted = (): boolean => document.documentElement.dataset.density !== undefined;

function paint({ theme, appearance }: Look): void {
  const mode = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  const palette = appearance.palette === 'standard' && contrast.matches ? 'highContrast' : appearance.palette;
  const root = document.documentElement;
  Object.assign(root.dataset, {
    theme: mode,
    colorMode: mode,
    lightTheme: `light${ENDINGS[palette]}`,
    darkTheme: `dark${ENDINGS[palette]}`,
    contrast: palette === 'highContrast' ? 'more' : 'usual',
    density: appearance.density,
    width: appearance.width,
    motion: appearance.motion,
    font: appearance.font,
  });
  // Through the CSSOM: a style attribute would break the page's CSP.
  const size = appearance.zoom === 100 ? '' : `${appearance.zoom}%`;
  if (root.style.fontSize !== size) {
    root.style.fontSize = size;
    measured();
  }
  named('--font-code', appearance.codeFont);
  named('--font-legible', appearance.font === 'legible' ? legibleFont() : null);
}

/**
 * Has the page ask its container queries again. They are in rem, and a browser asks them when the window changes its
 * size, not when the letters do.
 */
function measured(): void {
  const { style } = document.body;
  style.containerType = 'normal';
  // Asking for the layout makes it.
  document.body.getBoundingClientRect();
  style.containerType = '';
}

function named(property: string, face: string | null): void {
  if (face === null) document.documentElement.style.removeProperty(property);
  else document.documentElement.style.setProperty(property, JSON.stringify(face));
}

/** Faces of code that are worth offering, where they are installed. */
const CODE = [
  'JetBrains Mono',
  'Fira Code',
  'Cascadia Code',
  'Source Code Pro',
  'IBM Plex Mono',
  'Hack',
  'Iosevka',
  'Ubuntu Mono',
  'DejaVu Sans Mono',
  'Noto Sans Mono',
  'Liberation Mono',
  'SF Mono',
  'Menlo',
  'Consolas',
];
/** Faces that are made for people with dyslexia or weak sight. */
const LEGIBLE = ['OpenDyslexic', 'OpenDyslexicAlta', 'OpenDyslexic 3', 'Atkinson Hyperlegible Next', 'Atkinson Hyperlegible', 'Lexend', 'Comic Neue'];

let known: { code: string[]; legible: string | null } | undefined;

function faces(): { code: string[]; legible: string | null } {
  known ??= { code: CODE.filter(installed), legible: LEGIBLE.find(installed) ?? null };
  return known;
}

/** The faces of code that this computer has, and the one that is set though it may be gone. */
export function codeFonts({ codeFont }: Appearance): string[] {
  const { code } = faces();
  return codeFont === null || code.includes(codeFont) ? code : [codeFont, ...code];
}

/** The face to be read easily that this computer has, if any. */
export function legibleFont(): string | null {
  return faces().legible;
}

/** A face is there when a text set in it is not as wide as in what stands in for it, for one of two stand-ins. */
function installed(face: string): boolean {
  const pen = document.createElement('canvas').getContext('2d');
  if (!pen) return false;
  const width = (font: string): number => {
    pen.font = `64px ${font}`;
    return pen.measureText('mmMwWiIl0O@1 The quick brown fox').width;
  };
  return ['monospace', 'serif'].some((other) => width(`"${face}", ${other}`) !== width(other));
}
