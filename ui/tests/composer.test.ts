import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, expect, test, vi } from 'vitest';
import { turn } from '../src/bridge/scripted/host';
import { ADA, ada, open, row, settled } from './window';

const box = (): HTMLTextAreaElement => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
const type = (text: string): Promise<boolean> => fireEvent.input(box(), { target: { value: text } });

afterEach(() => vi.useRealTimers());

test('the composer has the focus when the window opens and after sending', async () => {
  const host = ada();
  await open(host);
  expect(document.activeElement, 'a person opens a chat to type').toBe(box());
  await type('Hello');
  await fireEvent.click(screen.getByRole('button', { name: 'Send' }));
  await settled();
  expect(document.activeElement, 'the next thing is typed right away').toBe(box());
});

test('Enter sends the question once and empties the box', async () => {
  const host = ada();
  await open(host);
  await type('  Why is the sky blue? ');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send').map(({ question }) => question), 'what was typed, without stray space, on the account that pays').toEqual([
    { conversation: null, account: ADA.id, text: 'Why is the sky blue?', model: null, chosen: { effort: null, instructions: '' }, attachments: [] },
  ]);
  expect(box().value, 'what was sent is no draft any more').toBe('');
  expect(screen.getByRole('article', { name: 'You' }).textContent, 'the question must be in sight').toContain('Why is the sky blue?');
});

test('Shift+Enter begins a line and sends nothing', async () => {
  const host = ada();
  await open(host);
  await type('one');
  const allowed = await fireEvent.keyDown(box(), { key: 'Enter', shiftKey: true });
  expect(allowed, 'the browser must be left to break the line').toBe(true);
  expect(host.calls('send'), 'a line break is not a question').toHaveLength(0);
});

test('an input method’s Enter never sends, in any browser’s way of telling it', async () => {
  const host = ada();
  await open(host);
  await type('ni hao');
  await fireEvent.keyDown(box(), { key: 'Enter', isComposing: true });
  await fireEvent.keyDown(box(), { key: 'Enter', keyCode: 229 });
  // WebKit: the composition is over, then the key comes.
  await fireEvent.compositionStart(box());
  await fireEvent.compositionEnd(box());
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send'), 'the Enter took a candidate').toHaveLength(0);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send'), 'the next Enter is the person’s own').toHaveLength(1);
});

test('nothing is sent while the box is empty', async () => {
  const host = ada();
  await open(host);
  expect(screen.getByRole('button', { name: 'Send' }).getAttribute('aria-disabled'), 'the button must say that it does nothing').toBe('true');
  await type('   ');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send'), 'white space is no question').toHaveLength(0);
});

test('while Copilot answers, what is sent waits, and Stop and Escape stop', async () => {
  const host = ada();
  const state = { kind: 'answering', since: Date.now(), holdup: null } as const;
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), turn({ id: 'a', role: 'copilot', state })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  expect(screen.getByText('Enter sends this after the answer.'), 'what Enter does now is said').toBeTruthy();
  await type('And then?');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(screen.getByRole('list', { name: 'Waiting messages' }).textContent, 'the text must wait, not vanish').toContain('And then?');
  await fireEvent.keyDown(box(), { key: 'Escape' });
  await settled();
  expect(host.calls('stop'), 'Escape stops').toEqual([{ conversation: 'one' }]);
  expect(screen.getByText('Stopped. Copilot does not remember this part.'), 'what became of the answer must be said').toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Stop' }), 'there is nothing left to stop').toBeNull();
});

test('a question that was not taken comes back into the box, with the reason beside it', async () => {
  const host = ada();
  host.instead('send', () => Promise.reject(Object.assign(new Error('refused'), { code: 'store-failed', params: {}, retryable: true })));
  await open(host);
  await type('Precious words');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(box().value, 'words are never lost').toBe('Precious words');
  expect(screen.getByRole('alert').textContent, 'the reason stands where the person is looking').toContain('Your chats cannot be read or written');
});

test('a draft still on its way is stored before the question that it became', async () => {
  const host = ada();
  let stored = (): void => undefined;
  host.instead('save_draft', () => new Promise((resolve) => (stored = () => resolve(null))));
  await open(host);
  await type('A question');
  await fireEvent.blur(box());
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
  expect(host.calls('send'), 'overtaken, the draft would stand in the composer again').toHaveLength(0);
  stored();
  await settled();
  expect(host.calls('send'), 'the question follows').toHaveLength(1);
  expect(host.calls('save_draft'), 'a sent question takes its draft with it').toHaveLength(1);
});

test('a draft is stored soon after typing, and at once when leaving', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  vi.useFakeTimers();
  await type('half a th');
  vi.advanceTimersByTime(299);
  expect(host.calls('save_draft'), 'not at every key').toHaveLength(0);
  vi.advanceTimersByTime(1);
  expect(host.calls('save_draft').at(-1), 'after a pause').toEqual({ account: ADA.id, conversation: null, text: 'half a th' });
  await type('half a thought');
  await fireEvent.blur(window);
  expect(host.calls('save_draft').at(-1)?.text, 'leaving the window may be the last thing that happens').toBe('half a thought');
});

test('every conversation has its own draft, and so has the new chat', async () => {
  const host = ada();
  host.newDraft = 'for a new chat';
  host.keep({ summary: row('one', { draft: true }), draft: 'for one' });
  await open(host);
  expect(box().value, 'a draft survives a restart').toBe('for a new chat');
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  expect(box().value, 'drafts are not carried into another conversation').toBe('for one');
  await type('for one, more');
  await fireEvent.click(screen.getByRole('button', { name: 'New chat' }));
  await settled();
  expect(host.kept.get('one')?.draft, 'leaving a conversation stores its draft first').toBe('for one, more');
  expect(box().value, 'and the new chat’s own is back').toBe('for a new chat');
});

test('a draft that cannot be stored is told; one of a deleted conversation is nobody’s', async () => {
  const host = ada();
  host.keep({ summary: row('one') });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  await type('too late');
  host.kept.delete('one');
  host.tell({ kind: 'conversationGone', id: 'one' });
  await settled();
  expect(screen.queryByRole('alert'), 'the person deleted it').toBeNull();
  host.instead('save_draft', () => Promise.reject(Object.assign(new Error('x'), { code: 'store-failed', params: {}, retryable: true })));
  await type('in danger');
  await fireEvent.blur(box());
  await settled();
  expect(screen.getByRole('alert').textContent, 'words may be lost, so it must be said').toContain('cannot be read or written');
});

test('a starter fills the composer and leaves the sending to the person', async () => {
  const host = ada();
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: /Explain an error/ }));
  await settled();
  expect(box().value, 'the person adds their own error').toMatch(/^Explain this error/);
  expect(document.activeElement, 'and types it right away').toBe(box());
  expect(host.calls('send'), 'nothing is sent for them').toHaveLength(0);
});

test('an account that must sign in again can read but not send', async () => {
  const host = ada({ accounts: [{ ...ADA, state: 'signInNeeded' }] });
  await open(host);
  await type('Hello');
  await fireEvent.keyDown(box(), { key: 'Enter' });
  expect(host.calls('send'), 'there is nothing to send it with').toHaveLength(0);
  expect(host.calls('models'), 'nor to ask for models').toHaveLength(0);
  await fireEvent.click(screen.getByRole('button', { name: 'Sign in again' }));
  expect(host.calls('sign_in'), 'the way out is on the same screen').toHaveLength(1);
});
