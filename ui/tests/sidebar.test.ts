import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { byDay } from '../src/sidebar/days';
import { ADA, MODELS, ada, open, row, settled } from './window';

const words = { today: 'Today', yesterday: 'Yesterday', lastDays: 'Last 7 days' };
const at = (text: string): number => new Date(text).getTime();
const button = (name: string): HTMLElement => screen.getByRole('button', { name });

test('conversations stand under the day of their last word', () => {
  const now = new Date('2026-03-10T09:00:00');
  const rows = [
    ['a', '2026-03-10T00:00:01'],
    ['b', '2026-03-09T23:59:59'],
    ['c', '2026-03-08T12:00:00'],
    ['d', '2026-03-03T00:00:00'],
    ['e', '2026-03-02T23:59:59'],
    ['f', '2026-01-31T12:00:00'],
    ['g', '2025-03-09T12:00:00'],
  ].map(([id = '', time = '']) => row(id, { updatedAt: at(time) }));
  expect(
    byDay(rows, now, words, 'en').map((group) => [group.heading, group.rows.map((one) => one.id).join('')]),
    'midnight parts the days, and last year’s month is not this year’s',
  ).toEqual([
    ['Today', 'a'],
    ['Yesterday', 'b'],
    ['Last 7 days', 'cd'],
    ['March', 'e'],
    ['January', 'f'],
    ['March 2025', 'g'],
  ]);
});

test('a day of 23 hours is still one day', () => {
  const rows = [row('a', { updatedAt: at('2026-03-29T12:00:00') })];
  expect(byDay(rows, new Date('2026-03-30T00:30:00'), words, 'en')[0]?.heading, 'clocks change, days do not').toBe('Yesterday');
});

test('the list says which conversation is open, answering, or has a draft', async () => {
  const host = ada();
  host.keep({ summary: row('busy', { answering: true }) });
  host.keep({ summary: row('half', { draft: true }) });
  await open(host);
  const nav = within(screen.getByRole('navigation', { name: 'Conversations' }));
  expect(nav.getByText('Draft'), 'what waits must be in sight').toBeTruthy();
  expect(nav.getByText('answering'), 'and what works').toBeTruthy();
  await fireEvent.click(button('half'));
  await settled();
  expect(button('half').getAttribute('aria-current'), 'and where one is').toBe('page');
});

test('a conversation that has news moves to the top', async () => {
  const host = ada();
  host.keep({ summary: row('old', { updatedAt: Date.now() - 5000 }) });
  host.keep({ summary: row('new') });
  await open(host);
  host.tell({ kind: 'conversation', summary: row('old', { updatedAt: Date.now() + 5000 }) });
  await settled();
  const titles = [...screen.getByRole('navigation').querySelectorAll('.chat-title')].map((one) => one.textContent);
  expect(titles, 'newest first').toEqual(['old', 'new']);
});

test('arrow keys walk the list', async () => {
  const host = ada();
  host.keep({ summary: row('first', { updatedAt: Date.now() }) });
  host.keep({ summary: row('second', { updatedAt: Date.now() - 1000 }) });
  await open(host);
  button('first').focus();
  await fireEvent.keyDown(button('first'), { key: 'ArrowDown' });
  expect(document.activeElement, 'down one').toBe(button('second'));
  await fireEvent.keyDown(button('second'), { key: 'Home' });
  expect(document.activeElement, 'and to the top').toBe(button('first'));
});

test('a row’s menu takes the focus, and Escape gives it back', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  const more = button('More for “one”');
  await fireEvent.click(more);
  await settled();
  const rename = screen.getByRole('menuitem', { name: 'Rename' });
  expect(document.activeElement, 'a menu is used by keyboard').toBe(rename);
  await fireEvent.keyDown(rename, { key: 'ArrowDown' });
  expect(document.activeElement, 'and walked by arrows').toBe(screen.getByRole('menuitem', { name: 'Instructions…' }));
  await fireEvent.keyDown(document.activeElement as HTMLElement, { key: 'Escape' });
  await settled();
  expect(screen.queryByRole('menu'), 'closed').toBeNull();
  expect(document.activeElement, 'nobody is lost').toBe(more);
});

test('renaming happens in place; Escape keeps the old title', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  const rename = async (title: string, key: string): Promise<void> => {
    await fireEvent.click(button('More for “one”'));
    await settled();
    await fireEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
    await settled();
    const input = screen.getByRole('textbox', { name: 'New title' });
    await fireEvent.input(input, { target: { value: title } });
    await fireEvent.keyDown(input, { key });
    await settled();
  };
  await rename('nonsense', 'Escape');
  expect(host.calls('rename_conversation'), 'given up').toHaveLength(0);
  await rename('  Better ', 'Enter');
  expect(host.calls('rename_conversation'), 'kept, without stray space').toEqual([{ conversation: 'one', title: 'Better' }]);
  expect(button('Better'), 'and shown').toBeTruthy();
});

test('signing out asks first', async () => {
  const host = ada();
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: new RegExp(`^Account: ${ADA.login}`) }));
  await settled();
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Sign out' }));
  await settled();
  expect(host.calls('sign_out'), 'a slip is not a decision').toHaveLength(0);
  await fireEvent.click(within(screen.getByRole('dialog')).getByRole('button', { name: 'Sign out' }));
  await settled();
  expect(host.calls('sign_out'), 'this account').toEqual([{ account: ADA.id }]);
  expect(button('Sign in with GitHub'), 'nobody is signed in').toBeTruthy();
});

test('the model’s button names it, and another can be chosen for a new chat', async () => {
  const host = ada();
  await open(host);
  const model = button('Model: GPT-5.1 125 in / 1,000 out credits per 1M tokens');
  await fireEvent.click(model);
  await settled();
  await fireEvent.click(screen.getByRole('option', { name: /Sonnet/ }));
  await settled();
  await fireEvent.input(screen.getByRole('textbox', { name: 'Message' }), { target: { value: 'Hi' } });
  await fireEvent.click(button('Send'));
  await settled();
  expect(host.calls('send')[0]?.question.model, 'the choice goes with the question').toBe('sonnet');
});

test('a configured model that is not offered is named, with what is used instead', async () => {
  const host = ada();
  host.models = { ...MODELS, missing: 'gpt-6' };
  await open(host);
  expect(screen.getByText('gpt-6 is not offered to this account. New questions go to GPT-5.1.'), 'never silently').toBeTruthy();
});

test('when the models cannot be had, the list says why and offers to try again', async () => {
  const id = 'github.com/9';
  const host = ada({ accounts: [{ ...ADA, id }], account: id });
  host.instead('models', () => Promise.reject(Object.assign(new Error('x'), { code: 'models-unavailable', params: {}, retryable: true })));
  await open(host);
  await fireEvent.click(button('Model: not available'));
  await settled();
  expect(screen.getByText('The list of models did not arrive'), 'the reason').toBeTruthy();
  host.instead('models', () => MODELS);
  await fireEvent.click(screen.getByRole('option', { name: 'Retry' }));
  await settled();
  expect(button('Model: GPT-5.1 125 in / 1,000 out credits per 1M tokens'), 'the way out').toBeTruthy();
});

test('keys: a new chat, the settings, the list of keys', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.keyDown(document.body, { key: 'n', ctrlKey: true });
  await settled();
  expect(screen.getByRole('heading', { name: 'New chat' }), 'Ctrl N').toBeTruthy();
  await fireEvent.keyDown(document.body, { key: '?' });
  await settled();
  expect(screen.getByRole('dialog', { name: 'Settings' }).textContent, '? lists what the keys do').toContain('Stop the answer');
  const tab = (name: string): HTMLElement => screen.getByRole('tab', { name });
  await fireEvent.keyDown(tab('Keyboard shortcuts'), { key: 'ArrowDown' });
  await settled();
  expect(tab('About').getAttribute('aria-selected'), 'arrows choose the page').toBe('true');
  expect(document.activeElement, 'and the focus goes along').toBe(tab('About'));
});

test('a question mark that is typed is only typed', async () => {
  await open(ada());
  await fireEvent.keyDown(screen.getByRole('textbox', { name: 'Message' }), { key: '?' });
  await settled();
  expect(screen.queryByRole('dialog'), 'no dialog in the middle of a sentence').toBeNull();
});

test('the theme follows the setting and is ready before the next start’s first paint', async () => {
  const host = ada({ settings: { language: 'en', theme: 'dark' } });
  await open(host);
  expect(document.documentElement.dataset, 'styles and Primer’s values go by these').toMatchObject({ theme: 'dark', colorMode: 'dark' });
  expect(localStorage.getItem('theme'), 'read by theme.js before anything is painted').toBe('dark');
});

test('the sandbox says that nothing is real', async () => {
  await open(ada({ sandbox: true }));
  expect(screen.getByText(/the answers are made up/), 'nobody should trust an echo').toBeTruthy();
});
