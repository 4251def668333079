/** Choosing a model: found by typing, walked by keys, with what it costs and why it cannot be had. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Account } from '../src/bridge';
import { MODELS, listOf, model } from '../src/bridge/scripted/catalogue';
import type { ScriptedHost } from '../src/bridge/scripted/host';
import { copilotOf } from '../src/bridge/scripted/standings';
import { fits, sections } from '../src/chat/picker';
import { ADA, ada, open, row, settled } from './window';

const find = (): HTMLElement => screen.getByRole('combobox', { name: 'Find a model' });
const options = (): string[] => screen.getAllByRole('option').map((one) => one.querySelector('.menu-label')?.textContent ?? '');
const active = (): string => document.getElementById(find().getAttribute('aria-activedescendant') ?? '')?.textContent ?? '';
const about = (name: string) => within(screen.getByRole('group', { name: `About ${name}` }));

async function picker(account: Partial<Account> = {}): Promise<ScriptedHost> {
  const host = ada({ accounts: [{ ...ADA, ...account }] });
  host.models = MODELS;
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'Model for the next message: GPT-5.1' }));
  await settled();
  return host;
}

async function type(text: string): Promise<void> {
  await fireEvent.input(find(), { target: { value: text } });
}

test('a model is found by its name, its vendor or its id, however it is written', () => {
  expect(fits('gpt5', 'GPT-5.1', 'OpenAI', 'gpt-5.1'), 'nobody types the hyphen').toBe(true);
  expect(fits('open 5.1', 'GPT-5.1', 'OpenAI', 'gpt-5.1'), 'every word counts, in any order').toBe(true);
  expect(fits('anthropic 5.1', 'GPT-5.1', 'OpenAI', 'gpt-5.1'), 'and every word must fit').toBe(false);
  expect(fits('', 'GPT-5.1', null), 'nothing typed fits everything').toBe(true);
});

test('favourites come first, what cannot be had last, and none twice', () => {
  const offered = listOf({ models: [model({ id: 'a', name: 'A' }), model({ id: 'b', name: 'B' })], withheld: [model({ id: 'c', name: 'C', withheld: 'disabled' })] });
  const shown = sections(offered, ['b', 'gone'], '', 'Auto', 'auto').map(({ kind, rows }) => [kind, rows.map(({ id }) => id)]);
  expect(shown).toEqual([['favourites', ['b']], ['all', ['a']], ['withheld', ['c']]]);
});

test('typing filters, arrow keys walk, Enter chooses, and the focus goes to the composer', async () => {
  const host = await picker();
  expect(document.activeElement, 'one can type at once').toBe(find());
  await type('anthropic');
  expect(options(), 'the vendor finds them').toEqual(['Claude Sonnet 5', 'Claude Opus 5', 'Claude Haiku 5']);
  await fireEvent.keyDown(find(), { key: 'ArrowDown' });
  expect(active(), 'a reader hears where the walk is').toContain('Claude Opus 5');
  await fireEvent.keyDown(find(), { key: 'Enter' });
  await settled();
  expect(screen.queryByRole('listbox'), 'chosen is chosen').toBeNull();
  expect(document.activeElement, 'and now one writes').toBe(screen.getByRole('textbox', { name: 'Message' }));
  expect(screen.getByRole('button', { name: 'Model for the next message: Claude Opus 5' }), 'the button names it').toBeTruthy();
  expect(host.calls('choose_model'), 'a new chat keeps it until it is sent').toHaveLength(0);
});

test('what nothing fits is said, and Escape gives the focus back', async () => {
  await picker();
  await type('no such thing');
  expect(screen.getByText('No model fits “no such thing”')).toBeTruthy();
  await fireEvent.keyDown(find(), { key: 'Escape' });
  await settled();
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Model for the next message: GPT-5.1');
});

test('beside the list stands what the model can do and what it costs', async () => {
  await picker();
  const card = about('GPT-5.1');
  for (const fact of ['OpenAI', 'Versatile', '264K tokens', 'Yes', 'Low · Medium · High', '125 credits per 1M in', '1,000 credits per 1M out']) {
    expect(card.getByText(fact), fact).toBeTruthy();
  }
  await type('opus');
  expect(about('Claude Opus 5').getByText(/Retires on 1 March/), 'a warning of the service is passed on').toBeTruthy();
  expect(about('Claude Opus 5').getByText('Counts as 3 requests')).toBeTruthy();
  await type('gemini');
  expect(about('Gemini 3 Pro').getByText('Preview')).toBeTruthy();
});

test.each([
  ['pro', 'haiku', 'It is switched off in your Copilot settings.', true],
  ['pro', 'grok', 'It has to be enabled once in your Copilot settings.', true],
  ['business', 'haiku', /Your organisation has switched it off/, false],
  ['enterprise', 'grok', /Your organisation has not enabled it yet/, false],
] as const)('with the plan %s a model withheld (%s) says why, and cannot be chosen', async (plan, query, why, own) => {
  const host = await picker({ copilot: copilotOf(plan) });
  await type(query);
  expect(screen.getByRole('option').getAttribute('aria-disabled'), 'shown, not offered').toBe('true');
  expect(screen.getByText(why)).toBeTruthy();
  await fireEvent.keyDown(find(), { key: 'Enter' });
  expect(screen.getByRole('listbox'), 'it stays open: nothing was chosen').toBeTruthy();
  const page = screen.queryByRole('button', { name: 'Open your Copilot settings' });
  expect(page !== null, 'the way to enable it, where it is the person’s own').toBe(own);
  if (page) await fireEvent.click(page);
  expect(host.calls('open_link')).toHaveLength(own ? 1 : 0);
});

test('a favourite goes on top, by a button that the keyboard reaches', async () => {
  const host = await picker();
  await type('opus');
  await fireEvent.click(about('Claude Opus 5').getByRole('button', { name: 'Favourite: Claude Opus 5' }));
  await settled();
  expect(host.calls('choose_for_account').at(-1)?.chosen.favourites).toEqual(['opus']);
  await type('');
  expect(options()[0], 'on top from now on').toBe('Claude Opus 5');
  const star = about('Claude Opus 5').getByRole('button', { name: 'Favourite: Claude Opus 5' });
  expect(star.getAttribute('aria-pressed'), 'and marked as one').toBe('true');
});

test('a default is the account’s own, unless a policy names one', async () => {
  const host = await picker();
  await type('mini');
  await fireEvent.click(screen.getByRole('button', { name: 'Use by default' }));
  await settled();
  expect(host.calls('choose_for_account').at(-1)?.chosen.defaultModel).toBe('mini');
  expect(host.calls('models'), 'what a new chat uses is asked anew').toHaveLength(2);
  host.change({ managed: { name: null, file: '/etc/wingman/policy.toml', rules: [{ kind: 'model', model: 'gpt-5.1' }] } });
  await settled();
  expect(screen.queryByRole('button', { name: 'Use by default' }), 'there is nothing to choose then').toBeNull();
});

test('the choice can be left to Copilot', async () => {
  const host = await picker();
  await type('auto');
  await fireEvent.keyDown(find(), { key: 'Enter' });
  await settled();
  expect(screen.getByRole('button', { name: 'Model for the next message: Auto' })).toBeTruthy();
  await fireEvent.input(screen.getByRole('textbox', { name: 'Message' }), { target: { value: 'Hi' } });
  await fireEvent.keyDown(screen.getByRole('textbox', { name: 'Message' }), { key: 'Enter' });
  await settled();
  expect(host.calls('send')[0]?.question.model).toBe('auto');
});

test('how hard it thinks is chosen where the model can be told, and kept with the chat', async () => {
  const host = ada();
  host.models = MODELS;
  host.keep({ summary: row('one'), model: 'mini', chosen: { effort: 'low', instructions: 'Be brief.' } });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  await fireEvent.click(screen.getByRole('button', { name: 'Reasoning: Low effort' }));
  await settled();
  await fireEvent.click(screen.getByRole('option', { name: 'High' }));
  await settled();
  expect(host.calls('choose_for_conversation'), 'what else was chosen stays').toEqual([
    { conversation: 'one', chosen: { effort: 'high', instructions: 'Be brief.' } },
  ]);
  await fireEvent.click(screen.getByRole('button', { name: 'Model for the next message: GPT-5 mini' }));
  await settled();
  await type('sonnet');
  await fireEvent.keyDown(find(), { key: 'Enter' });
  await settled();
  expect(screen.queryByRole('button', { name: /^Reasoning/ }), 'one that cannot be told offers nothing').toBeNull();
});
