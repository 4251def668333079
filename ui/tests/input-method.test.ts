/** A key of an input method does nothing else, in every box: its Enter takes a candidate, its Escape drops one. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { turn, type ScriptedHost } from '../src/bridge/scripted/host';
import { desk } from '../src/chat/desk.svelte';
import { ada, open, row, settled } from './window';

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const ANSWERING = { kind: 'answering', since: Date.now(), holdup: null } as const;

async function answering(): Promise<ScriptedHost> {
  const host = ada();
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'needle' }), turn({ id: 'a', role: 'copilot', state: ANSWERING })] });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  return host;
}

/** WebKit: the composition is over, then the same key comes as an ordinary one. */
async function asWebKit(box: HTMLElement, key: string, typed = 'ni'): Promise<void> {
  box.focus();
  await fireEvent.compositionStart(box);
  await fireEvent.input(box, { target: { value: typed } });
  await fireEvent.compositionEnd(box);
  await fireEvent.keyDown(box, { key });
  await settled();
}

/** The moment in which a key still belongs to the composition is over. */
const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

test('while a chat is renamed', async () => {
  const host = await answering();
  await fireEvent.click(button('More for “one”'));
  await settled();
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Rename' }));
  await settled();
  const title = screen.getByRole('textbox', { name: 'New title' });
  await asWebKit(title, 'Enter', '你好');
  expect(host.calls('rename_conversation'), 'the Enter took a candidate').toHaveLength(0);
  await asWebKit(title, 'Escape', '你好');
  expect(title.isConnected, 'the Escape dropped one').toBe(true);
  await later();
  await fireEvent.keyDown(title, { key: 'Enter' });
  await settled();
  expect(host.calls('rename_conversation'), 'the next one is the person’s own').toEqual([{ conversation: 'one', title: '你好' }]);
});

test('while one finds in a chat', async () => {
  await answering();
  await fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
  await settled();
  const box = within(screen.getByRole('search', { name: 'Find in chat' })).getByRole('textbox');
  await asWebKit(box, 'Escape');
  expect(screen.queryByRole('search', { name: 'Find in chat' }), 'the bar stays').toBeTruthy();
});

test('while one searches all chats', async () => {
  await answering();
  const box = screen.getByRole<HTMLInputElement>('searchbox', { name: 'Search' });
  await asWebKit(box, 'Escape', 'needle');
  expect(box.value, 'what was typed stays').toBe('needle');
  desk.leave();
  await new Promise((resolve) => setTimeout(resolve, 150));
  await asWebKit(box, 'Enter', 'needle');
  expect(desk.conversation, 'and no result is opened').toBeNull();
});

test('while one looks for a model', async () => {
  await answering();
  await fireEvent.click(button('Model: GPT-5.1 125 in / 1,000 out credits per 1M tokens'));
  await settled();
  const box = screen.getByRole('combobox', { name: 'Find a model' });
  await asWebKit(box, 'Enter', 'sonnet');
  expect(box.isConnected, 'nothing is chosen').toBe(true);
  await asWebKit(box, 'Escape', 'sonnet');
  expect(box.isConnected, 'and nothing closed').toBe(true);
});

test('the Escape that drops a candidate stops no answer', async () => {
  const host = await answering();
  const box = screen.getByRole('textbox', { name: 'Message' });
  await asWebKit(box, 'Escape');
  expect(host.calls('stop'), 'it was the input method’s').toHaveLength(0);
  await later();
  await fireEvent.keyDown(box, { key: 'Escape' });
  expect(host.calls('stop'), 'the next one is the person’s own').toHaveLength(1);
});

test('a box that goes away in the middle of a composition takes no other key with it', async () => {
  const host = await answering();
  await fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
  await settled();
  const bar = within(screen.getByRole('search', { name: 'Find in chat' }));
  await fireEvent.compositionStart(bar.getByRole('textbox'));
  await fireEvent.click(bar.getByRole('button', { name: 'Close' }));
  await settled();
  await fireEvent.keyDown(screen.getByRole('textbox', { name: 'Message' }), { key: 'Escape' });
  expect(host.calls('stop'), 'nobody said that it ended').toHaveLength(1);
});

test('an Enter of the method’s submits no form', async () => {
  await open(ada());
  const form = document.body.appendChild(document.createElement('form'));
  const field = form.appendChild(document.createElement('input'));
  await fireEvent.compositionStart(field);
  await fireEvent.compositionEnd(field);
  expect(await fireEvent.keyDown(field, { key: 'Enter' }), 'the engine would submit it by itself').toBe(false);
  await later();
  expect(await fireEvent.keyDown(field, { key: 'Enter' }), 'the person’s own does').toBe(true);
});

test('Escape on a button of the find bar closes the bar and stops no answer', async () => {
  const host = await answering();
  await fireEvent.keyDown(document.body, { key: 'f', ctrlKey: true });
  await settled();
  const next = within(screen.getByRole('search', { name: 'Find in chat' })).getByRole('button', { name: 'Close' });
  next.focus();
  await fireEvent.keyDown(next, { key: 'Escape' });
  await settled();
  expect(screen.queryByRole('search', { name: 'Find in chat' }), 'closed').toBeNull();
  expect(host.calls('stop'), 'the answer goes on').toHaveLength(0);
});
