import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/**
 * Puts what draws diagrams beside the page, as its makers built it: it is for the frame alone (`src/chat/drawing.ts`),
 * and the window's own script does not grow by it.
 */
export function mermaid(): Plugin {
  return {
    name: 'wingman:mermaid',
    apply: 'build',
    generateBundle() {
      const built = new URL(import.meta.resolve('mermaid/dist/mermaid.min.js'));
      this.emitFile({ type: 'asset', fileName: 'drawing/mermaid.js', source: readFileSync(built) });
    },
  };
}
