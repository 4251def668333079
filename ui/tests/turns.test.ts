/** What can be done with a turn: asked again, changed, branched off, walked between versions, made to wait. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Turn } from '../src/bridge';
import { type ScriptedHost, turn } from '../src/bridge/scripted/host';
import { ada, open, row, settled } from './window';

const answering = { kind: 'answering', since: Date.now(), holdup: null } as const;
const said = (html: string): Turn['blocks'] => [{ kind: { kind: 'text' }, html }];
const QUESTION = turn({ id: 'q', role: 'you', text: 'Why is the sky blue?' });
const ANSWER = turn({ id: 'a', role: 'copilot', blocks: said('<p>Because.</p>') });

async function opened(turns: Turn[]): Promise<ScriptedHost> {
  const host = ada();
  host.keep({ summary: row('one'), turns });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  return host;
}

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const first = (name: string): HTMLElement => screen.getAllByRole('button', { name })[0] ?? document.body;
const box = (name: string): HTMLTextAreaElement => screen.getByRole('textbox', { name });
const messages = (): (string | null | undefined)[] =>
  screen.getAllByRole('article', { name: 'You' }).map((article) => article.querySelector('.said-text')?.textContent);

test('an answer is given again, by the same model or by another', async () => {
  const host = await opened([QUESTION, ANSWER]);
  await fireEvent.click(button('Regenerate'));
  await settled();
  expect(host.calls('regenerate').at(-1), 'the same question, to the model of the chat').toEqual({ conversation: 'one', answer: 'a', model: null });
  expect(document.activeElement, 'its button is gone, and the focus is where one types').toBe(box('Message'));

  host.patch('one', [{ kind: 'turn', turn: { ...ANSWER, id: 'b', versions: ['a', 'b'] } }]);
  await settled();
  await fireEvent.click(button('Regenerate with another model'));
  await fireEvent.click(screen.getByRole('menuitem', { name: /Sonnet/ }));
  expect(host.calls('regenerate').at(-1)?.model, 'or to the one that was chosen').toBe('sonnet');
});

test('a question is changed in its place, and the first version stays', async () => {
  const host = await opened([QUESTION, ANSWER]);
  await fireEvent.click(button('Edit'));
  await settled();
  const edit = box('Edit message');
  expect(edit.value, 'its words are there to be changed').toBe('Why is the sky blue?');
  expect(document.activeElement, 'and can be typed over at once').toBe(edit);
  await fireEvent.input(edit, { target: { value: 'Why is it red at night?' } });
  await fireEvent.click(button('Send edit'));
  await settled();
  expect(host.calls('edit_question'), 'the new words go out for that question').toEqual([
    { conversation: 'one', question: 'q', text: 'Why is it red at night?' },
  ]);
  expect(messages(), 'and stand in its place').toEqual(['Why is it red at night?']);
  expect(screen.getByRole('group', { name: 'Version 2 of 2' }), 'the first one can be gone back to').toBeTruthy();
});

test('an edit that is left loses nothing, and one that is cancelled changes nothing', async () => {
  const host = await opened([QUESTION, ANSWER]);
  host.keep({ summary: row('two') });
  host.tell({ kind: 'conversation', summary: row('two') });
  await fireEvent.click(button('Edit'));
  await settled();
  await fireEvent.input(box('Edit message'), { target: { value: 'Half an id' } });
  await fireEvent.click(button('two'));
  await settled();
  await fireEvent.click(button('one'));
  await settled();
  await fireEvent.click(button('Edit'));
  await settled();
  expect(box('Edit message').value, 'what was typed is still there').toBe('Half an id');
  await fireEvent.keyDown(box('Edit message'), { key: 'Escape' });
  await settled();
  expect(screen.queryByRole('textbox', { name: 'Edit message' }), 'Escape ends it').toBeNull();
  expect(messages(), 'and the question is what it was').toEqual(['Why is the sky blue?']);
  expect(host.calls('edit_question'), 'nothing was sent').toEqual([]);
});

test('an edit that is refused keeps its words', async () => {
  const host = await opened([QUESTION, ANSWER]);
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- this is what crosses the real boundary
  host.instead('edit_question', () => Promise.reject({ code: 'busy', params: {}, retryable: true }));
  await fireEvent.click(button('Edit'));
  await settled();
  await fireEvent.input(box('Edit message'), { target: { value: 'Other words' } });
  await fireEvent.click(button('Send edit'));
  await settled();
  expect(box('Edit message').value, 'they are not lost').toBe('Other words');
  expect(screen.getByRole('alert'), 'and why it was refused is said').toBeTruthy();
});

test('an input method’s Enter does not send an edit', async () => {
  const host = await opened([QUESTION, ANSWER]);
  await fireEvent.click(button('Edit'));
  await settled();
  await fireEvent.compositionStart(box('Edit message'));
  await fireEvent.keyDown(box('Edit message'), { key: 'Enter' });
  expect(host.calls('edit_question'), 'it takes a candidate').toEqual([]);
});

test('the arrow up in an empty composer edits the last question, and in a full one moves the caret', async () => {
  await opened([turn({ ...QUESTION, id: 'last' }), ANSWER]);
  await fireEvent.input(box('Message'), { target: { value: 'x' } });
  await fireEvent.keyDown(box('Message'), { key: 'ArrowUp' });
  await settled();
  expect(screen.queryByRole('textbox', { name: 'Edit message' }), 'there is text to move in').toBeNull();
  await fireEvent.input(box('Message'), { target: { value: '' } });
  await fireEvent.keyDown(box('Message'), { key: 'ArrowUp' });
  await settled();
  expect(box('Edit message').value, 'the last question').toBe('Why is the sky blue?');
});

test('versions are walked between by buttons that keep the focus', async () => {
  const second = turn({ id: 'b', role: 'copilot', blocks: said('<p>Rayleigh.</p>'), versions: ['a', 'b'] });
  const host = await opened([QUESTION, second]);
  host.instead('show_version', ({ turn: to }) => {
    const first = { ...ANSWER, versions: ['a', 'b'] };
    host.patch('one', [{ kind: 'turn', turn: to === 'a' ? first : second }, { kind: 'path', turns: ['q', to] }]);
    return null;
  });
  expect(button('Later version').getAttribute('aria-disabled'), 'it is the last one').toBe('true');
  await fireEvent.click(button('Earlier version'));
  await settled();
  expect(host.calls('show_version'), 'the version before').toEqual([{ conversation: 'one', turn: 'a' }]);
  expect(screen.getByRole('article', { name: 'Copilot' }).textContent, 'is shown').toContain('Because.');
  expect(document.activeElement, 'and the next step is one key away').toBe(button('Earlier version'));
  expect(screen.getByRole('group', { name: 'Version 1 of 2' }), 'where one is, is said').toBeTruthy();
});

test('a branch opens as a chat of its own', async () => {
  const host = await opened([QUESTION, ANSWER, turn({ id: 'q2', role: 'you', text: 'And at night?' })]);
  await fireEvent.click(button('Branch'));
  await settled();
  expect(host.calls('branch'), 'from that answer').toEqual([{ conversation: 'one', turn: 'a' }]);
  expect(messages(), 'with what was said up to there').toEqual(['Why is the sky blue?']);
});

test('a question sent while an answer is written waits where it can be seen', async () => {
  const host = await opened([QUESTION, turn({ id: 'a', role: 'copilot', state: answering })]);
  const send = async (text: string): Promise<void> => {
    await fireEvent.input(box('Message'), { target: { value: text } });
    await fireEvent.keyDown(box('Message'), { key: 'Enter' });
    await settled();
  };
  await send('And at night?');
  await send('And on Mars?');
  const rows = (): string[] =>
    within(screen.getByRole('list', { name: 'Waiting messages' }))
      .getAllByRole('listitem')
      .map((item) => item.querySelector('.waiting-text')?.textContent ?? '');
  expect(rows(), 'in order, once each').toEqual(['And at night?', 'And on Mars?']);
  expect(box('Message').value, 'and not in the composer any more').toBe('');

  const last = within(screen.getByRole('list', { name: 'Waiting messages' })).getAllByRole('button', { name: 'Move up' })[1];
  await fireEvent.click(last ?? document.body);
  await settled();
  expect(rows(), 'moved up').toEqual(['And on Mars?', 'And at night?']);

  await fireEvent.input(box('Message'), { target: { value: 'typed meanwhile' } });
  await fireEvent.click(first('Take back to edit'));
  await settled();
  expect(box('Message').value, 'taken back, with what stands there').toBe('And on Mars?\n\ntyped meanwhile');
  await fireEvent.click(button('Remove'));
  await settled();
  expect(screen.queryByRole('list', { name: 'Waiting messages' }), 'nothing waits').toBeNull();
  expect(host.calls('send').length, 'each was handed in once').toBe(2);
});

test('after a lost connection nothing is there twice, and nothing that waits comes back into the composer', async () => {
  const host = await opened([QUESTION, turn({ id: 'a', role: 'copilot', blocks: said('<p>Because.</p>'), state: answering })]);
  await fireEvent.input(box('Message'), { target: { value: 'And at night?' } });
  await fireEvent.keyDown(box('Message'), { key: 'Enter' });
  await settled();
  // Patches were lost: the window watches again, and is sent all of it once more.
  host.raw(1, { sequence: 9, steps: [] });
  await settled();
  expect(host.calls('watch_conversation'), 'it watched again').toHaveLength(2);
  expect(screen.getAllByRole('article', { name: 'Copilot' }), 'one answer').toHaveLength(1);
  expect(messages(), 'one question').toEqual(['Why is the sky blue?']);
  expect(within(screen.getByRole('list', { name: 'Waiting messages' })).getAllByRole('listitem'), 'one that waits').toHaveLength(1);
  expect(box('Message').value, 'and it was not put back').toBe('');
  expect(host.calls('send'), 'nor sent again').toHaveLength(1);
});

test('while an answer is written nothing of the turns above it can be changed', async () => {
  const host = await opened([QUESTION, ANSWER, turn({ id: 'q2', role: 'you', text: 'More?' }), turn({ id: 'a2', role: 'copilot', state: answering })]);
  await fireEvent.click(button('Regenerate'));
  await fireEvent.click(first('Edit'));
  await settled();
  expect(host.calls('regenerate'), 'it would take away what is being written').toEqual([]);
  expect(screen.queryByRole('textbox', { name: 'Edit message' }), 'neither by another question').toBeNull();
});

test('two questions of a new chat sent in a moment belong to one chat', async () => {
  const host = ada();
  await open(host);
  const sends: (() => void)[] = [];
  host.instead('send', ({ question }) =>
    new Promise((resolve) => {
      sends.push(() => {
        if (question.conversation === null) host.keep({ summary: row('new') });
        resolve({ conversation: 'new', turn: null });
      });
    }),
  );
  const send = async (text: string): Promise<void> => {
    await fireEvent.input(box('Message'), { target: { value: text } });
    await fireEvent.keyDown(box('Message'), { key: 'Enter' });
  };
  await send('first');
  await send('second');
  sends.shift()?.();
  await settled();
  sends.shift()?.();
  await settled();
  expect(host.calls('send').map(({ question }) => [question.conversation, question.text]), 'the second waits for the first').toEqual([
    [null, 'first'],
    ['new', 'second'],
  ]);
});
