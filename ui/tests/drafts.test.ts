/** Nothing that was typed or attached is lost, or sent unasked, however slowly the core answers and wherever one goes meanwhile. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Error as Failure } from '../src/bridge';
import { ScriptedHost, attachmentOf } from '../src/bridge/scripted/host';
import { tray } from '../src/chat/tray.svelte';
import { ADA, ada, open, row, settled } from './window';

const BOB = { ...ADA, id: 'github.com/8', login: 'bob' };

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const box = (): HTMLTextAreaElement => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
const type = (text: string): Promise<boolean> => fireEvent.input(box(), { target: { value: text } });
const names = (): string[] => [...document.querySelectorAll('.chip-name')].map((one) => one.textContent);

async function enter(): Promise<void> {
  await fireEvent.keyDown(box(), { key: 'Enter' });
  await settled();
}

async function go(name: string): Promise<void> {
  await fireEvent.click(button(name));
  await settled();
}

async function paste(name: string): Promise<void> {
  const happened = new Event('paste', { bubbles: true, cancelable: true });
  Object.defineProperty(happened, 'clipboardData', { value: { types: ['Files'], files: [new File(['x'], name, { type: 'image/png' })] } });
  box().dispatchEvent(happened);
  await settled();
}

/** Questions arrive only when the test says so. */
function slowPost(host: ScriptedHost): { go: () => void; refuse: (failure: Failure) => void }[] {
  const sent: { go: () => void; refuse: (failure: Failure) => void }[] = [];
  host.instead('send', async (args) => {
    await new Promise<void>((go, no) => sent.push({ go, refuse: (failure) => no(Object.assign(new Error(failure.code), failure)) }));
    return host.own('send', args);
  });
  return sent;
}

const REFUSED: Failure = { code: 'too-many-pictures', params: {}, retryable: false };

function two(): ScriptedHost {
  const host = ada();
  host.keep({ summary: row('one') });
  host.keep({ summary: row('two', { updatedAt: Date.now() - 1000 }) });
  return host;
}

test('a question that is refused after one went elsewhere waits in its own chat as a draft, and that is said', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await go('one');
  await type('Precious words');
  await enter();
  await go('two');
  sent[0]?.refuse(REFUSED);
  await settled();
  expect(host.kept.get('one')?.draft, 'where it was written').toBe('Precious words');
  expect(screen.getByRole('alert').textContent, 'and why, wherever one is').toContain('pictures');
  expect(box().value, 'never in another chat').toBe('');
  await go('one');
  expect(box().value, 'there it is').toBe('Precious words');
});

test('where a draft was written meanwhile, both are kept', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await go('one');
  await type('First');
  await enter();
  await type('Second');
  await go('two');
  sent[0]?.refuse(REFUSED);
  await settled();
  expect(host.kept.get('one')?.draft, 'in the order in which they were written').toBe('First\n\nSecond');
});

test('one that is refused when its chat is open again comes back into the box', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await go('one');
  await type('Precious words');
  await enter();
  await go('two');
  await go('one');
  sent[0]?.refuse(REFUSED);
  await settled();
  expect(box().value, 'it is never lost').toBe('Precious words');
  expect(screen.getByRole('alert').textContent, 'the reason beside it').toContain('pictures');
});

test('one that was sent is not in the box when its chat is opened again before it arrives', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await go('one');
  await type('Precious words');
  await fireEvent.blur(box());
  await settled();
  await enter();
  await go('two');
  await go('one');
  const kept = host.kept.get('one');
  if (kept) kept.draft = '';
  sent[0]?.go();
  await settled();
  expect(box().value, 'its stored draft went with it').toBe('');
});

test('a refusal loses nothing that was typed after the question', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await type('First');
  await enter();
  await type('Second');
  await enter();
  sent[0]?.refuse(REFUSED);
  await settled();
  expect(box().value, 'both are in the box').toBe('First\n\nSecond');
  expect(host.calls('send'), 'and the person decides what is sent').toHaveLength(1);
});

test('the second question of a new chat sends nothing of the chat that was opened meanwhile', async () => {
  const host = two();
  host.keep({ summary: row('one', { draft: true }), draft: 'Not finished, not to be sent' });
  const sent = slowPost(host);
  await open(host);
  await type('First');
  await enter();
  await type('Second');
  await enter();
  await go('one');
  expect(box().value, 'another chat’s draft').toBe('Not finished, not to be sent');
  sent[0]?.go();
  await settled();
  expect(host.calls('send').map(({ question }) => question.text), 'only what was sent by the person, there').toEqual(['First']);
  expect(box().value, 'the draft stays').toBe('Not finished, not to be sent');
  const begun = [...host.kept.values()].find(({ summary }) => summary.title === 'First');
  expect(begun?.draft, 'and the second question waits in the chat that it was written for').toBe('Second');
});

test('what is typed while a chat opens is kept with its stored draft, which comes first', async () => {
  const host = two();
  host.keep({ summary: row('one', { draft: true }), draft: 'Stored' });
  await open(host);
  const opens = slowly(host);
  await go('one');
  await type('typed');
  // The pause after which a draft is stored.
  await new Promise((resolve) => setTimeout(resolve, 350));
  expect(host.kept.get('one')?.draft, 'nothing is stored over what is not known').toBe('Stored');
  opens();
  await settled();
  expect(box().value, 'both').toBe('Stored\n\ntyped');
});

test('what is typed while a chat opens that is left again is kept with its stored draft', async () => {
  const host = two();
  host.keep({ summary: row('one', { draft: true }), draft: 'Stored' });
  await open(host);
  const opens = slowly(host);
  await go('one');
  await type('typed');
  await go('two');
  opens();
  await settled();
  expect(host.kept.get('one')?.draft, 'both, where they belong').toBe('Stored\n\ntyped');
  expect(box().value, 'and only there').toBe('');
});

test('what is sent while a chat opens waits, and is not sent together with a draft that nobody has seen', async () => {
  const host = two();
  host.keep({ summary: row('one', { draft: true }), draft: 'Stored' });
  await open(host);
  let opens = slowly(host);
  await go('one');
  await type('typed');
  await enter();
  opens();
  await settled();
  expect(host.calls('send'), 'the person sees both first').toHaveLength(0);
  expect(box().value, 'both').toBe('Stored\n\ntyped');
  opens = slowly(host);
  await go('two');
  await type('at once');
  await enter();
  opens();
  await settled();
  expect(host.calls('send').map(({ question }) => question.text), 'without a draft it goes').toEqual(['at once']);
});

test('a picture that is pasted while the first question is on its way stays, and goes with the next one', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await type('First');
  await enter();
  await paste('image.png');
  expect(names(), 'beside the words').toEqual(['Pasted picture.png']);
  sent[0]?.go();
  await settled();
  expect(screen.getByRole('article', { name: 'You' }).textContent, 'the new chat is a conversation now').toContain('First');
  expect(names(), 'and what was attached meanwhile is in sight').toEqual(['Pasted picture.png']);
  const attached = tray.attachments.map(({ id }) => id);
  await type('Second');
  await enter();
  expect(host.calls('send').at(-1)?.question.attachments, 'it goes with the question').toEqual(attached);
});

test('one that is still being read when the chat begins is shown once it is there', async () => {
  const host = two();
  const sent = slowPost(host);
  let read = (): void => undefined;
  host.instead('attach', () => new Promise((resolve) => (read = () => resolve(attachmentOf({ id: 'slow', name: 'slow.png' })))));
  await open(host);
  await type('First');
  await enter();
  await paste('slow.png');
  sent[0]?.go();
  await settled();
  read();
  await settled();
  expect(names(), 'it does not vanish').toEqual(['slow.png']);
});

test('what is pasted, dropped or copied while a chat opens is attached to it', async () => {
  const host = two();
  host.copiedPicture = true;
  await open(host);
  const opens = slowly(host);
  await go('one');
  await paste('image.png');
  host.picks = [
    { kind: 'reading', place: 0, name: 'a.log' },
    { kind: 'read', place: 0, attachment: attachmentOf({ id: 'd1', name: 'a.log' }) },
  ];
  window.dispatchEvent(new CustomEvent('wingman-drop', { detail: { kind: 'dropped', drop: 7 } }));
  void tray.pastePicture();
  await settled();
  await type('Look');
  expect(button('Send').getAttribute('aria-disabled'), 'sent now, the question would go without it').toBe('true');
  opens();
  await settled();
  expect(host.calls('attach').map(({ conversation }) => conversation), 'the chat that was being opened').toEqual(['one']);
  expect(host.calls('take_dropped').map(({ account, conversation }) => [account, conversation]), 'as well').toEqual([[ADA.id, 'one']]);
  expect(names().sort(), 'all three').toEqual(['Pasted picture.png', 'Pasted picture.png', 'a.log']);
});

test('a chat that could not be opened is opened with its draft when one tries again', async () => {
  const host = two();
  host.keep({ summary: row('one', { draft: true }), draft: 'Stored' });
  await open(host);
  const own = host.stream.bind(host);
  host.stream = (name, args, receive) =>
    name === 'watch_conversation' ? Promise.reject(Object.assign(new Error('x'), { code: 'store-failed', params: {}, retryable: true })) : own(name, args, receive);
  await go('one');
  host.stream = own;
  await fireEvent.click(within(screen.getByRole('log')).getByRole('button', { name: 'Retry' }));
  await settled();
  expect(box().value, 'not only its turns').toBe('Stored');
  await paste('image.png');
  expect(names(), 'and it takes what is attached').toEqual(['Pasted picture.png']);
});

test('a chat that is opened again while its words are still being stored shows them', async () => {
  const host = two();
  await open(host);
  await go('one');
  const stores: (() => void)[] = [];
  host.instead('save_draft', async (args) => {
    await new Promise<void>((resolve) => stores.push(resolve));
    return host.own('save_draft', args);
  });
  await type('Precious words');
  await go('two');
  await go('one');
  expect(stores.length, 'on their way').toBe(1);
  stores[0]?.();
  await settled();
  expect(box().value, 'not an older draft, which the next key would store over them').toBe('Precious words');
});

test('words typed into a chat that cannot be opened are there when it can', async () => {
  const host = two();
  host.keep({ summary: row('one', { draft: true }), draft: 'Stored' });
  await open(host);
  const own = host.stream.bind(host);
  host.stream = (name, args, receive) =>
    name === 'watch_conversation' && args.conversation === 'one'
      ? Promise.reject(Object.assign(new Error('x'), { code: 'store-failed', params: {}, retryable: true }))
      : own(name, args, receive);
  await go('one');
  await type('typed');
  await go('two');
  host.stream = own;
  await go('one');
  expect(box().value, 'with what was stored').toBe('Stored\n\ntyped');
  await go('two');
  expect([host.kept.get('one')?.draft, host.kept.get('two')?.draft], 'and stored now').toEqual(['Stored\n\ntyped', '']);
});

test('words typed just before another account comes into use stay with the first', async () => {
  const host = ada({ accounts: [ADA, BOB] });
  await open(host);
  await type('Of Ada');
  host.change({ account: BOB.id });
  await settled();
  expect(host.calls('save_draft').map(({ account, text }) => [account, text]), 'whose they are').toEqual([[ADA.id, 'Of Ada']]);
});

test('a question that is given back elsewhere leaves the window where it is', async () => {
  const host = two();
  const sent = slowPost(host);
  await open(host);
  await type('Precious words');
  await enter();
  await go('two');
  const shown = host.calls('show_conversation').length;
  sent[0]?.refuse(REFUSED);
  await settled();
  expect(host.newDraft, 'kept').toBe('Precious words');
  expect(host.calls('show_conversation').length, 'and this window still shows the other chat').toBe(shown);
});

/** Chats open only when the test says so. */
function slowly(host: ScriptedHost): () => void {
  const own = host.stream.bind(host);
  const waiting: (() => void)[] = [];
  host.stream = async (name, args, receive) => {
    if (name === 'watch_conversation') await new Promise<void>((resolve) => waiting.push(resolve));
    return own(name, args, receive);
  };
  return () => {
    host.stream = own;
    for (const go of waiting.splice(0)) go();
  };
}
