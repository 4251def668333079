/** What Copilot is told beforehand, and prompts that are typed by their name. */
import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { ScriptedHost } from '../src/bridge/scripted/host';
import { callAt, filled, placeholders } from '../src/chat/prompt-call';
import { ada, open, row, settled } from './window';

const box = (): HTMLTextAreaElement => screen.getByRole('textbox', { name: 'Message' });
const press = async (name: string): Promise<void> => {
  await fireEvent.click(screen.getByRole('button', { name }));
  await settled();
};

async function type(text: string): Promise<void> {
  const into = box();
  into.value = text;
  into.setSelectionRange(text.length, text.length);
  await fireEvent.input(into);
  await settled();
}

function prompted(): ScriptedHost {
  const host = ada();
  host.choices.prompts = [
    { id: '1', name: 'summary', text: 'Summarise this:\n' },
    { id: '2', name: 'translate', text: 'Translate into {{language}}, yes, {{language}}, in a {{tone}} tone' },
    { id: '3', name: 'my-summary', text: 'Mine' },
  ];
  return host;
}

test('a call begins a line and is one word; a path, a date or a fraction is none', () => {
  expect(callAt('/rev', 4)).toEqual({ from: 0, to: 4, query: 'rev' });
  expect(callAt('Hello\n/', 7)).toEqual({ from: 6, to: 7, query: '' });
  for (const [text, caret] of [['see /usr', 8], ['/usr/bin', 8], ['1/2', 3], ['/two words', 10], ['/rev', 2], ['', 0]] as const) {
    expect(callAt(text, caret), `${text} at ${caret}`).toBeNull();
  }
});

test('each thing to fill in is asked for once, and what has no value stays', () => {
  const text = 'Into {{ language }}, yes, {{language}}, for {{whom}}. {{}} { {x} }';
  expect(placeholders(text)).toEqual(['language', 'whom']);
  expect(filled(text, new Map([['language', '$&']]))).toBe('Into $&, yes, $&, for {{whom}}. {{}} { {x} }');
});

test('a place may have a name that every object has', async () => {
  const text = '{{constructor}}, {{toString}}, {{__proto__}}';
  expect(filled(text, new Map()), 'nothing was filled in').toBe(text);
  const host = prompted();
  host.choices.prompts = [{ id: '1', name: 'odd', text }];
  await open(host);
  await type('/odd');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  for (const name of ['constructor', 'toString', '__proto__']) {
    const field = screen.getByRole<HTMLInputElement>('textbox', { name });
    expect(field.value, 'empty, until it is typed into').toBe('');
    await fireEvent.input(field, { target: { value: `my ${name}` } });
  }
  await press('Insert');
  expect(box().value, 'what was typed').toBe('my constructor, my toString, my __proto__');
});

test('a slash opens the list, typing filters it, Enter inserts and does not send', async () => {
  const host = prompted();
  await open(host);
  await type('/sum');
  expect(screen.getAllByRole('option').map((one) => one.textContent), 'what begins so comes first').toEqual(['/summarySummarise this:', '/my-summaryMine']);
  expect(document.getElementById(box().getAttribute('aria-activedescendant') ?? '')?.textContent, 'a reader hears it').toContain('/summary');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(box().value).toBe('Summarise this:\n');
  expect(host.calls('send'), 'Enter was the list’s').toHaveLength(0);
  expect(screen.queryByRole('listbox', { name: 'Saved prompts' })).toBeNull();
});

test('arrow keys walk, Tab inserts, Escape puts the list away until the next slash', async () => {
  const host = prompted();
  await open(host);
  await type('/sum');
  await fireEvent.keyDown(box(), { key: 'ArrowDown' });
  await fireEvent.keyDown(box(), { key: 'Tab' });
  await settled();
  expect(box().value).toBe('Mine');
  await type('/sum');
  await fireEvent.keyDown(box(), { key: 'Escape' });
  await type('/summ');
  expect(screen.queryByRole('listbox', { name: 'Saved prompts' }), 'it was put away').toBeNull();
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send'), 'and Enter sends again').toHaveLength(1);
});

test('an input method’s Enter takes no prompt', async () => {
  await open(prompted());
  await type('/sum');
  await fireEvent.keyDown(box(), { key: 'Enter', isComposing: true });
  await settled();
  expect(box().value, 'it took a candidate').toBe('/sum');
});

test('what stands in double braces is asked for in a small form', async () => {
  await open(prompted());
  await type('/tr');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  await fireEvent.input(screen.getByRole('textbox', { name: 'language' }), { target: { value: 'Danish' } });
  await fireEvent.input(screen.getByRole('textbox', { name: 'tone' }), { target: { value: 'warm' } });
  await press('Insert');
  expect(box().value).toBe('Translate into Danish, yes, Danish, in a warm tone');
});

test('this chat’s instructions are set in its menu, and a button shows that they are on', async () => {
  const host = ada();
  host.choices.instructions = 'Call me Countess.';
  host.keep({ summary: row('one'), chosen: { effort: 'low', instructions: '' } });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  await press('More for this chat');
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Instructions…' }));
  await settled();
  expect(screen.getByText('Call me Countess.'), 'those for all chats are told of').toBeTruthy();
  await fireEvent.input(screen.getByRole('textbox', { name: 'Instructions for this chat' }), { target: { value: ' Be strict. ' } });
  await press('Save');
  expect(host.calls('choose_for_conversation')).toEqual([{ conversation: 'one', chosen: { effort: 'low', instructions: 'Be strict.' } }]);
  expect(screen.getByRole('button', { name: 'Instructions for this chat, on' })).toBeTruthy();
});

test('the row of a chat leads to its instructions, whichever chat is open', async () => {
  const host = ada();
  host.keep({ summary: row('one'), chosen: { effort: null, instructions: 'Be strict.' } });
  host.keep({ summary: row('two') });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'two' }));
  await settled();
  await press('More for “one”');
  await fireEvent.click(screen.getByRole('menuitem', { name: 'Instructions…' }));
  await settled();
  const text = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Instructions for this chat' });
  expect(text.value, 'its own, not those of the one that was open').toBe('Be strict.');
  await fireEvent.input(text, { target: { value: '' } });
  await press('Save');
  expect(host.calls('choose_for_conversation'), 'kept with it').toEqual([{ conversation: 'one', chosen: { effort: null, instructions: '' } }]);
});

test('a new chat can begin with its own, and another new chat has none of them', async () => {
  const host = ada();
  await open(host);
  await press('Instructions for this chat');
  await fireEvent.input(screen.getByRole('textbox', { name: 'Instructions for this chat' }), { target: { value: 'Be strict.' } });
  await press('Save');
  await type('Hello');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send')[0]?.question.chosen).toEqual({ effort: null, instructions: 'Be strict.' });
  await press('New chat');
  expect(screen.getByRole('button', { name: 'Instructions for this chat' }), 'it begins with nothing').toBeTruthy();
});

async function settings(host: ScriptedHost): Promise<void> {
  await open(host);
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: 'Instructions' }));
  await settled();
}

test('instructions for all chats are kept when the page is left', async () => {
  const host = ada();
  await settings(host);
  await fireEvent.input(screen.getByRole('textbox', { name: 'For all chats' }), { target: { value: 'Be brief.' } });
  await fireEvent.click(screen.getByRole('tab', { name: 'About' }));
  await settled();
  expect(host.choices.instructions, 'nobody has to press a button for it').toBe('Be brief.');
});

test('prompts are added, changed and deleted; a name that is taken is told', async () => {
  const host = prompted();
  await settings(host);
  await press('Add a prompt');
  await press('Save');
  expect(screen.getByRole('alert').textContent).toContain('needs a name and a text');
  await fireEvent.input(screen.getByRole('textbox', { name: 'Name' }), { target: { value: 'Summary' } });
  await fireEvent.input(screen.getByRole('textbox', { name: 'Text' }), { target: { value: 'Again' } });
  await press('Save');
  expect(screen.getByRole('alert').textContent, 'and what to do').toContain('There is a /Summary already');
  await fireEvent.input(screen.getByRole('textbox', { name: 'Name' }), { target: { value: '/again' } });
  await press('Save');
  expect(screen.getByText('/again')).toBeTruthy();
  await press('Delete /again');
  await press('Delete');
  expect(screen.queryByText('/again')).toBeNull();
});
