import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { mermaid } from './build/mermaid.js';
import { shipped } from './build/shipped.js';
import { themeValues } from './build/theme-values.js';

export default defineConfig({
  base: './',
  plugins: [themeValues(new URL('./src/styles/', import.meta.url)), svelte(), svelteTesting(), mermaid(), shipped()],
  build: {
    // WebKitGTK 2.40 is the oldest that Wingman runs on; WebView2 and macOS 13 are newer.
    target: 'safari16.4',
    modulePreload: false,
    reportCompressedSize: true,
  },
  server: { host: '127.0.0.1' },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
});
