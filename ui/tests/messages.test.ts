/// <reference types="vite/client" />
import { expect, test } from 'vitest';
import { en } from '../src/messages/en';
import { zhCN } from '../src/messages/zh-CN';

const sources = Object.entries(
  import.meta.glob<string>('../src/**/*.{ts,svelte}', { query: '?raw', import: 'default', eager: true }),
)
  .filter(([path]) => !/messages\/(en|zh-CN)(-errors)?\.ts$/.test(path))
  .map(([, source]) => source)
  .join('\n');

test('every word of the interface is used', () => {
  // `byDay` takes its three headings by these names.
  const unused = Object.keys(en).filter((key) => !new RegExp(`\\b(say|words)\\.${key}\\b|TABLES\\[of\\]\\.${key}\\b`).test(sources));
  expect(unused, 'a message nobody reads is a message nobody mends').toEqual([]);
});

test('Chinese has every word, in Chinese', () => {
  expect(Object.keys(zhCN), 'one language must not say less than another').toEqual(Object.keys(en));
  const same = Object.entries(zhCN).filter(([key, value]) => typeof value === 'string' && value !== '' && value === en[key as keyof typeof en]);
  expect(same.map(([key]) => key), 'only names and signs are the same in both').toEqual(['listJoin', 'copilot', 'version']);
});

test.each(Object.entries({ en, 'zh-CN': zhCN }))('in %s every error says what, and why or what next', (_, words) => {
  expect(Object.keys(words.errors), 'both languages know the same errors').toEqual(Object.keys(en.errors));
  for (const [code, explain] of Object.entries(words.errors)) {
    const params = { host: 'HOST', login: 'LOGIN', until: '14:05', reason: 'R', error: 'E', looked: 'L', seconds: '60', scheme: 'S', minutes: '15', ways: 'code', hosts: 'A,B' };
    for (const given of [{}, params]) {
      const { title, text } = explain(given);
      expect(title.length, `${code} has a title`).toBeGreaterThan(3);
      expect(text.length, `${code} has a reason and a next step`).toBeGreaterThan(8);
      expect(title + text, `${code} never shows a gap`).not.toMatch(/undefined|null|NaN/);
    }
  }
});
