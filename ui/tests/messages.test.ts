/// <reference types="vite/client" />
import { expect, test } from 'vitest';
import { en } from '../src/messages/en';
import { bestOf, directionOf, filled, tables, written } from '../src/messages/languages';
import { plural } from '../src/messages/plural';
import { zhCN } from '../src/messages/zh-CN';
import { compared, unread } from './words';

const sources = Object.entries(
  import.meta.glob<string>('../src/**/*.{ts,svelte}', { query: '?raw', import: 'default', eager: true }),
)
  .filter(([path]) => !/messages\/[a-z]{2,3}(-[A-Z]\w+)?(-[a-z]+)?\.ts$/.test(path))
  .map(([, source]) => source)
  .join('\n');

test('every word of the interface is used', () => {
  expect(unread(en, sources), 'a message nobody reads is a message nobody mends').toEqual([]);
});

test('a message that nobody reads is found, in a group too', () => {
  expect(unread({ newChat: '', nowhereElse: '', comfort: { zoom: '', nowhereElse: '' } }, sources), 'the check must bite').toEqual([
    'nowhereElse',
    'comfort.nowhereElse',
  ]);
});

test('Chinese has every word, in Chinese', () => {
  expect(compared(en, zhCN), 'one language must not say less than another, nor what nobody asks for').toEqual({ missing: [], surplus: [] });
  const same = Object.entries(zhCN).filter(([key, value]) => typeof value === 'string' && value !== '' && value === en[key as keyof typeof en]);
  expect(same.map(([key]) => key), 'only names and signs are the same in both').toEqual(['listJoin', 'copilot', 'version']);
});

test.each([...written.keys()])('the language %s says nothing that nobody asks for', (tag) => {
  const { missing, surplus } = compared(en, written.get(tag) ?? {});
  // A language on its way is welcome: what it lacks is said in English, and listed here for whoever goes on with it.
  if (missing.length > 0) console.warn(`${tag} lacks ${missing.length} messages:\n${missing.join('\n')}`);
  expect(surplus, 'a word that is never shown was mistyped, or is left over').toEqual([]);
});

test('a language is one file, chosen by its tag, and what it lacks is said in English', () => {
  expect([...tables.keys()], 'the files of words, English first, and none of their parts').toEqual(['en', 'zh-CN']);
  const german = filled(en, { languageName: 'Deutsch', newChat: 'Neuer Chat', comfort: { zoom: 'Vergrößerung' } });
  expect([german.newChat, german.comfort.zoom], 'what it says').toEqual(['Neuer Chat', 'Vergrößerung']);
  expect([german.settings, german.comfort.zoomIn, german.credits('3')], 'and what it leaves out').toEqual(['Settings', 'Zoom in', '3 credits']);
  expect(filled(en, { newChat: 3 }).newChat, 'what is no word is not shown').toBe('New chat');
});

test('the system’s language is found, and its direction', () => {
  expect(bestOf(['de-AT', 'zh-TW', 'en']), 'the nearest of those wanted').toBe('zh-CN');
  expect(bestOf(['fr']), 'English when none is ours').toBe('en');
  expect([directionOf('ar-EG'), directionOf('zh-CN')], 'a page is laid out as its language is read').toEqual(['rtl', 'ltr']);
});

test('a number takes the form that its language has for it', () => {
  expect([plural('en', 1, { one: '# result', other: '# results' }), plural('en', 1200, { one: '# result', other: '# results' })], 'English').toEqual([
    '1 result',
    '1,200 results',
  ]);
  const polish = { one: '# wynik', few: '# wyniki', many: '# wyników', other: '# wyniku' };
  expect([1, 3, 5].map((count) => plural('pl', count, polish)), 'a language with four forms').toEqual(['1 wynik', '3 wyniki', '5 wyników']);
});

test.each([...tables])('in %s every error says what, and why or what next', (_, words) => {
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
