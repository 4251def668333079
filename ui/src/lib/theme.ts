/** Light or dark, by the setting or the system. `public/theme.js` does the same before the first paint. */
import type { Theme } from '../bridge';

const system = matchMedia('(prefers-color-scheme: dark)');
let setting: Theme = 'system';

system.addEventListener('change', () => followTheme(setting));

/** Follows the setting, and keeps it for the next start's first paint. */
export function followTheme(theme: Theme): void {
  setting = theme;
  if (theme === 'system') localStorage.removeItem('theme');
  else localStorage.setItem('theme', theme);
  const dark = theme === 'system' ? system.matches : theme === 'dark';
  const shown = dark ? 'dark' : 'light';
  const root = document.documentElement.dataset;
  if (root.theme !== shown) root.theme = root.colorMode = shown;
}
