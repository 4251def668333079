/** The tests in real browsers: `npm run test:browser`. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['tests-browser/**/*.test.ts'],
    globalSetup: ['tests-browser/pages.ts'],
    // Browsers on a busy machine: a screen may take seconds, and more than two at once only slow each other down.
    testTimeout: 600_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    retry: 0,
  },
});
