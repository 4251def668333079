import { readFileSync, readdirSync } from 'node:fs';
import type { Plugin } from 'vite';

const THEME = /@primer\/primitives\/dist\/css\/functional\/themes\/[\w-]+\.css$/;
const DECLARATION = /^\s*(--[\w-]+):\s*(.*?);.*$/;

/**
 * Keeps of Primer's theme files the values that our styles use: a theme has about a thousand, we need thirty, and the
 * rest would be read at every start.
 */
export function themeValues(styles: URL): Plugin {
  return {
    name: 'wingman:theme-values',
    enforce: 'pre',
    transform(code, id) {
      if (!THEME.test(id)) return null;
      const lines = code.split('\n');
      const uses = (text: string): string[] => text.match(/--[\w-]+/g) ?? [];
      const wanted = new Set(
        readdirSync(styles)
          .filter((name) => name.endsWith('.css'))
          .flatMap((name) => uses(readFileSync(new URL(name, styles), 'utf8'))),
      );
      // A kept value may be made of others.
      for (let before = 0; before !== wanted.size; ) {
        before = wanted.size;
        for (const line of lines) {
          const [, name, value] = DECLARATION.exec(line) ?? [];
          if (name && value && wanted.has(name)) for (const used of uses(value)) wanted.add(used);
        }
      }
      return lines
        .filter((line) => {
          const name = DECLARATION.exec(line)?.[1];
          return name === undefined || wanted.has(name);
        })
        .join('\n');
    },
  };
}
