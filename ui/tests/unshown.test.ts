/** Whatever comes from outside, the chat can be read: nothing that is told twice or unheard of takes the rest with it. */
import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Turn } from '../src/bridge';
import { listOf, model } from '../src/bridge/scripted/catalogue';
import { turn } from '../src/bridge/scripted/host';
import { ada, open, row, settled } from './window';

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const text = (html: string): Turn['blocks'] => [{ kind: { kind: 'text' }, html }];

test('two notices of one kind are two, and the answer goes on', async () => {
  const host = ada();
  const replaced = { kind: 'modelReplaced', asked: 'a', chosen: 'b' } as const;
  const answer = turn({ id: 'a', role: 'copilot', blocks: text('<p>Words</p>'), notices: [replaced] });
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), answer] });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  host.patch('one', [{ kind: 'turn', turn: { ...answer, notices: [replaced, { ...replaced, asked: 'c' }] } }]);
  await settled();
  const shown = screen.getByRole('article', { name: 'Copilot' });
  expect(shown.querySelectorAll('.turn-note'), 'as after a second try').toHaveLength(2);
  host.patch('one', [{ kind: 'turn', turn: { ...answer, notices: [], blocks: text('<p>More words</p>') } }]);
  await settled();
  expect(screen.getByRole('article', { name: 'Copilot' }).textContent, 'it is still alive').toContain('More words');
});

test('models of one name and price can be told to answer again', async () => {
  const host = ada();
  host.models = listOf({ models: [model({ id: 'a', name: 'Twin' }), model({ id: 'b', name: 'Twin' })] });
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), turn({ id: 'a', role: 'copilot', blocks: text('<p>Words</p>') })] });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.click(button('Regenerate with another model'));
  await settled();
  expect(screen.getAllByRole('menuitem', { name: 'Twin' }), 'both').toHaveLength(2);
});

test('a model with the same word said twice has its card', async () => {
  const host = ada();
  const notice = { text: 'Slow today', warning: true };
  host.models = listOf({ models: [model({ id: 'gpt', name: 'Slow', notices: [notice, notice] })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: /^Model: Slow/ }));
  await settled();
  expect(screen.getAllByText(/Slow today/), 'as it came').toHaveLength(2);
});

test('a turn that cannot be shown says so with its plain words, and the others are there', async () => {
  const host = ada();
  // An error of a later version: nobody has words for it.
  const error = { code: 'unheard-of' as 'internal', params: {}, retryable: false };
  const broken = turn({ id: 'a1', role: 'copilot', blocks: text('<p>Its <em>words</em> &amp; <img src="x" alt="">more</p>'), state: { kind: 'failed', error } });
  host.keep({
    summary: row('one'),
    turns: [turn({ id: 'q1', role: 'you', text: 'first' }), broken, turn({ id: 'q2', role: 'you', text: 'second' }), turn({ id: 'a2', role: 'copilot', blocks: text('<p>Fine</p>') })],
  });
  await open(host);
  await fireEvent.click(button('one'));
  await settled();
  const [first, second] = screen.getAllByRole('article', { name: 'Copilot' });
  expect(first?.textContent, 'that it is so').toContain('This message cannot be shown as it should be');
  expect(first?.querySelector('.unshown')?.textContent, 'its words and nothing else').toBe('Its words & more');
  expect(first?.querySelector('img'), 'nothing in it is loaded').toBeNull();
  expect(second?.textContent, 'the rest').toContain('Fine');
  host.patch('one', [{ kind: 'turn', turn: { ...broken, state: { kind: 'complete' } } }]);
  await settled();
  await fireEvent.click(button('Retry'));
  await settled();
  expect(document.querySelector('.unshown'), 'and when it can be shown again, it is').toBeNull();
});
