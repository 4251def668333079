/** Who pays for a chat, and how it goes on with another account. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Account } from '../src/bridge';
import { turn, type ScriptedHost } from '../src/bridge/scripted/host';
import { copilotOf, membershipOf } from '../src/bridge/scripted/standings';
import { ADA, ada, open, row, settled } from './window';

const WORK: Account = { ...ADA, id: 'nordwind.ghe.com/7', host: 'nordwind.ghe.com' };
const LIN: Account = { ...ADA, id: 'github.com/8', login: 'linxiao' };

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const offered = (): (string | undefined)[] => screen.queryAllByRole('menuitem').map((one) => one.querySelector('.unseen')?.textContent);

async function press(target: HTMLElement): Promise<void> {
  target.focus();
  await fireEvent.click(target);
  await settled();
}

/** A window with these accounts, in which a chat of the first one is open. */
async function chatOf(...accounts: Account[]): Promise<ScriptedHost> {
  const host = ada({ accounts });
  const paid = { payer: ADA.login, tokens: 12 };
  const block = { kind: { kind: 'text' as const }, html: '<p>Light scatters.</p>' };
  host.keep({
    summary: row('sky'),
    turns: [turn({ id: 'q', role: 'you', text: 'Why is it blue?' }), turn({ id: 'a', role: 'copilot', blocks: [block], ...paid })],
  });
  await open(host);
  await press(button('sky'));
  return host;
}

test('one account alone is told, not offered', async () => {
  await chatOf(ADA);
  expect(screen.getByText('ada-lind pays'), 'who pays is always in sight').toBeTruthy();
  expect(screen.queryByRole('button', { name: /pays/ }), 'a menu of nothing').toBeNull();
});

test('the host is said where one login is two payers', async () => {
  await chatOf(ADA, WORK, LIN);
  expect(button('ada-lind (github.com) pays'), 'which of the two').toBeTruthy();
});

test('only accounts that could ask are offered', async () => {
  await chatOf(
    ADA,
    { ...WORK, state: 'signInNeeded' },
    LIN,
    { ...LIN, id: 'github.com/9', login: 'otto', copilot: copilotOf('no-plan') },
    { ...LIN, id: 'github.com/10', login: 'mira', membership: membershipOf('notMember') },
  );
  await press(button(/pays/));
  expect(offered(), 'a chat must not end where nobody answers').toEqual(['Continue with linxiao (github.com)']);
});

test('a chat goes on with another account after a question that says what happens', async () => {
  const host = await chatOf(ADA, WORK);
  const box = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
  await fireEvent.input(box, { target: { value: 'and at night' } });
  await press(button(/pays/));
  expect(document.activeElement, 'by the keyboard alone').toBe(screen.getByRole('menuitem'));
  await press(screen.getByRole('menuitem', { name: 'Continue with ada-lind (nordwind.ghe.com)' }));
  const dialog = within(screen.getByRole('dialog', { name: 'Continue with ada-lind on nordwind.ghe.com?' }));
  const told = dialog.getByText(/copied into a new chat/).textContent;
  for (const words of [/that account pays from then on/, /its organisation, gets to see the text/, /This chat stays as it is/]) {
    expect(told, 'who pays, who reads, what stays').toMatch(words);
  }
  await press(dialog.getByRole('button', { name: 'Cancel' }));
  expect(host.calls('hand_over'), 'who hesitates gives nothing away').toHaveLength(0);
  expect(document.activeElement, 'and is where they were').toBe(button(/pays/));

  await press(button(/pays/));
  await press(screen.getByRole('menuitem'));
  await press(button('Copy and continue'));
  expect(host.calls('hand_over')).toEqual([{ conversation: 'sky', to: WORK.id }]);
  const order = host.asked.map(({ name }) => name);
  expect(order.indexOf('save_draft'), 'what was typed is stored before it is copied').toBeLessThan(order.indexOf('hand_over'));
  expect(host.state.account, 'the other account is in use').toBe(WORK.id);
  expect(button('ada-lind (nordwind.ghe.com) pays')).toBeTruthy();
  const log = within(screen.getByRole('log'));
  expect(log.getByText('Why is it blue?'), 'the text is there').toBeTruthy();
  expect(log.getByText('Light scatters.')).toBeTruthy();
  expect(box.isConnected && box.value, 'and what was typed').toBe('and at night');
  expect(document.activeElement, 'ready to go on').toBe(box);
  expect(button('sky').getAttribute('aria-current'), 'in its own list').toBe('page');

  await fireEvent.keyDown(box, { key: 'Enter' });
  await settled();
  const sent = host.calls('send').map(({ question }) => [question.conversation, question.account, question.text]);
  expect(sent, 'the new chat, paid by its account').toEqual([['c2', WORK.id, 'and at night']]);
  expect(host.kept.get('sky')?.turns.length, 'the old one stays as it was').toBe(2);
});

test('what somebody else paid for says so', async () => {
  const host = await chatOf(ADA, LIN);
  expect(screen.queryByText(/paid by/), 'one’s own is no news').toBeNull();
  await press(button(/pays/));
  await press(screen.getByRole('menuitem'));
  await press(button('Copy and continue'));
  expect(host.state.account).toBe(LIN.id);
  expect(screen.getByText(/12 tokens · paid by ada-lind \(github\.com\)/), 'the costs stay with who paid').toBeTruthy();
});

test('a chat that is not open goes on with another account by its row', async () => {
  const host = await chatOf(ADA, LIN);
  host.keep({ summary: row('other') });
  host.tell({ kind: 'conversation', summary: row('other') });
  await settled();
  await press(button('More for “other”'));
  await press(screen.getByRole('menuitem', { name: 'Continue with linxiao (github.com)' }));
  await press(button('Copy and continue'));
  expect(host.calls('hand_over')).toEqual([{ conversation: 'other', to: LIN.id }]);
  expect(host.state.account).toBe(LIN.id);
});

test('a refusal is told and changes nothing', async () => {
  const host = await chatOf(ADA, LIN);
  host.instead('hand_over', () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
    throw { code: 'busy', params: {}, retryable: false };
  });
  await press(button(/pays/));
  await press(screen.getByRole('menuitem'));
  await press(button('Copy and continue'));
  expect(screen.getByRole('alert').textContent, 'why').toContain('Copilot is still answering here');
  expect(host.calls('use_account'), 'the account stays').toHaveLength(0);
  expect(within(screen.getByRole('log')).getByText('Why is it blue?'), 'and so does the chat').toBeTruthy();

  host.change({ account: LIN.id });
  await settled();
  expect(screen.queryByText('Why is it blue?'), 'nothing waits to be opened there').toBeNull();
});

test('a new chat has nothing to copy: another account is simply used', async () => {
  const host = ada({ accounts: [ADA, LIN] });
  await open(host);
  await press(button(/pays/));
  await press(screen.getByRole('menuitem', { name: 'Switch to linxiao on github.com' }));
  expect(host.calls('use_account')).toEqual([{ account: LIN.id }]);
  expect(host.calls('hand_over')).toHaveLength(0);
});
