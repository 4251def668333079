/** Whatever goes away with the focus in it hands the focus on. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { ScriptedHost } from '../src/bridge/scripted/host';
import { app } from '../src/lib/app.svelte';
import { toast } from '../src/sidebar/toast.svelte';
import { ada, open, row, settled } from './window';

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const box = (): HTMLElement => screen.getByRole('textbox', { name: 'Message' });
const NOT_STORED = { code: 'store-failed', params: {}, retryable: true } as const;

async function three(): Promise<ScriptedHost> {
  const host = ada();
  for (const [at, id] of ['first', 'second', 'third'].entries()) host.keep({ summary: row(id, { updatedAt: Date.now() - at * 1000 }) });
  toast.clear();
  await open(host);
  return host;
}

/** Presses a control as a keyboard does: it has the focus. */
async function press(control: HTMLElement): Promise<void> {
  control.focus();
  await fireEvent.click(control);
  await settled();
}

async function choose(title: string, item: string): Promise<void> {
  await press(button(`More for “${title}”`));
  await press(screen.getByRole('menuitem', { name: item }));
}

test.each(['Delete', 'Archive'])('%s in a row’s menu moves the focus to the next row, and from the last one to the one before', async (item) => {
  await three();
  await choose('second', item);
  expect(document.activeElement, 'the row that follows').toBe(button('third'));
  await choose('third', item);
  expect(document.activeElement, 'or the one that is left').toBe(button('first'));
  await choose('first', item);
  expect(document.activeElement, 'and without a row, where one writes').toBe(box());
});

test.each(['Delete', 'Archive', 'Pin', 'End the selection'])('%s in the toolbar of a selection moves the focus to a row', async (action) => {
  await three();
  await choose('first', 'Select');
  await press(within(screen.getByRole('toolbar')).getByRole('button', { name: action }));
  expect(screen.queryByRole('toolbar'), 'the toolbar goes with the selection').toBeNull();
  expect(document.activeElement?.className, 'never to nowhere').toBe('chat-link');
});

test.each(['Undo', 'Dismiss'])('%s in the word about what was done moves the focus to the composer', async (name) => {
  await three();
  await choose('second', 'Delete');
  await press(within(screen.getByText('Chat deleted').closest<HTMLElement>('.toast') ?? document.body).getByRole('button', { name }));
  expect(screen.queryByText('Chat deleted'), 'gone').toBeNull();
  expect(document.activeElement, 'the next thing is typed').toBe(box());
});

test('a word that goes by itself takes the focus of nobody', async () => {
  await three();
  await choose('second', 'Delete');
  const undo = button('Undo');
  undo.focus();
  toast.clear();
  await settled();
  expect(document.activeElement, 'its button had it').toBe(box());
  toast.say('Done');
  button('third').focus();
  toast.clear();
  await settled();
  expect(document.activeElement, 'and here it did not').toBe(button('third'));
});

test('putting a problem away moves the focus to the composer, at the top of the window and at the composer', async () => {
  const host = await three();
  app.problem = NOT_STORED;
  await settled();
  await press(within(screen.getByRole('alert')).getByRole('button', { name: 'Dismiss' }));
  expect(app.problem, 'put away').toBeNull();
  expect(document.activeElement, 'from the banner').toBe(box());
  host.instead('send', () => Promise.reject(Object.assign(new Error('refused'), NOT_STORED)));
  await fireEvent.input(box(), { target: { value: 'Words' } });
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  await press(within(screen.getByRole('alert')).getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByRole('alert'), 'put away').toBeNull();
  expect(document.activeElement, 'from the notice above it').toBe(box());
});

test('who had left the focus nowhere is not called back', async () => {
  const host = await three();
  button('second').focus();
  button('second').blur();
  await settled();
  host.tell({ kind: 'conversationGone', id: 'second' });
  await settled();
  expect(document.activeElement === document.body, 'after a click beside everything').toBe(true);
});
