/** What the page's engine lacks in tests, and a clean page before each. */
import { beforeEach, vi } from 'vitest';

beforeEach(() => {
  document.body.replaceChildren();
  localStorage.clear();
});

// Nothing is laid out in tests, so nothing ever changes its size.
Object.assign(globalThis, {
  ResizeObserver: class {
    observe = vi.fn();
    unobserve = vi.fn();
    disconnect = vi.fn();
  },
});

// Nothing is edited by the engine in tests: it refuses, as it may in a browser.
// eslint-disable-next-line @typescript-eslint/no-deprecated
document.execCommand = () => false;
