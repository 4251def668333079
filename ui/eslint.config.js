import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const onlyTheBridge = {
  patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/bridge knows the desktop.' }],
};

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/bridge/generated.ts'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-restricted-imports': ['error', onlyTheBridge],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Typed rules do not see through Svelte's stores of state and snippets.
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: ['src/bridge/**'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['src/**'],
    ignores: ['src/messages/**'],
    rules: { 'no-restricted-globals': ['error', { name: 'Intl', message: 'src/messages/say.svelte.ts writes dates, numbers and lists.' }] },
  },
  { files: ['tests-browser/**'], languageOptions: { globals: globals.node } },
  { files: ['**/*.js', 'vite.config.ts', 'vitest.browser.config.ts', 'build/**'], ...ts.configs.disableTypeChecked },
);
