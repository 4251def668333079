import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** The part of npm's lock file that is read here. */
interface Lock {
  packages: Record<string, { dev?: boolean }>;
}

/**
 * Fails the build when something of a package gets into the pages that the lock file has as a tool: the list of
 * licences and the bill of materials name what is no tool (`supply/src/npm.rs`).
 */
export function shipped(): Plugin {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as Lock;
  return {
    name: 'wingman:shipped',
    apply: 'build',
    generateBundle(_options, bundle) {
      for (const piece of Object.values(bundle)) {
        if (piece.type !== 'chunk') continue;
        for (const module of piece.moduleIds) {
          const name = packageOf(module);
          if (name && lock.packages[`node_modules/${name}`]?.dev !== undefined) {
            this.error(`${name} is in the pages (${module}): move it to "dependencies" in package.json`);
          }
        }
      }
    },
  };
}

/** The npm package that a module belongs to; null for our own, and for what the bundler puts in. */
function packageOf(module: string): string | null {
  const path = module.replaceAll('\\', '/');
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0 || path.startsWith('\0')) return null;
  const words = path.slice(at + '/node_modules/'.length).split('/');
  return words[0]?.startsWith('@') ? words.slice(0, 2).join('/') : (words[0] ?? null);
}
