/** What it costs: under an answer, in the bar, in a month, and at the composer. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import type { Account } from '../src/bridge';
import { quotaOf } from '../src/bridge/scripted/catalogue';
import { turn, type ScriptedHost } from '../src/bridge/scripted/host';
import { dismissed, levelOf } from '../src/chat/limit.svelte';
import { leftOf, premiumOf } from '../src/lib/plan';
import { ADA, ada, open, row, settled } from './window';

const DECEMBER = Date.UTC(2026, 11, 1, 12);
const ready = (quota: Parameters<typeof quotaOf>[0]): Account['copilot'] => ({ kind: 'ready', plan: 'business', quota: quotaOf(quota), resetsAt: DECEMBER });

test('under an answer stand tokens and credits, and apart what was read and written', async () => {
  const host = ada();
  const answer = turn({ id: 'a', role: 'copilot', blocks: [{ kind: { kind: 'text' }, html: '<p>42</p>' }], model: 'gpt', tokens: 1204, tokensIn: 1100, credits: 0.004 });
  host.keep({ summary: row('one'), turns: [turn({ id: 'q', role: 'you', text: 'q' }), answer] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  const cost = screen.getByText(/1,204 tokens/);
  expect(cost.textContent, 'a small cost is not shown as none').toContain('less than 0.01 credits');
  expect(cost.getAttribute('title')).toBe('1,100 tokens in, 104 out');
});

test.each([
  [{ entitlement: 300, remaining: 299 }, '299 of 300 premium requests left · resets December 1', '299 of 300 left'],
  [{ entitlement: 1500, remaining: 412, inCredits: true }, '412 of 1,500 credits left · resets December 1', '412 of 1,500 left'],
  [{ entitlement: 300, overage: 12.5, moreIsPaid: true }, '0 of 300 premium requests left · 12.5 beyond the plan · resets December 1 · more is paid', '12.5 beyond the plan'],
  [{ unlimited: true }, 'Unlimited premium requests', 'unlimited'],
])('what is left of the month is said in full and in short: %o', (quota, full, short) => {
  const account = { ...ADA, copilot: ready(quota) };
  expect(premiumOf(account)).toBe(full);
  expect(leftOf(account)?.left).toBe(short);
});

test('after an answer the bar is up to date', async () => {
  const host = ada({ accounts: [{ ...ADA, copilot: ready({ entitlement: 300, remaining: 300 }) }] });
  await open(host);
  expect(screen.getByText(/^300 of 300 left/)).toBeTruthy();
  host.change({ accounts: [{ ...ADA, copilot: ready({ entitlement: 300, remaining: 299 }) }] });
  await settled();
  expect(screen.getByText(/^299 of 300 left/)).toBeTruthy();
});

async function usage(host: ScriptedHost): Promise<void> {
  await open(host);
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: 'Usage' }));
  await settled();
}

test('a month is summed by account and model, and another one can be looked at', async () => {
  const host = ada();
  await usage(host);
  const table = within(screen.getByRole('table', { name: 'ada-lind on github.com' }));
  const cells = (name: string): (string | null)[] =>
    [...(table.getByRole('rowheader', { name }).parentElement?.querySelectorAll('td') ?? [])].map((cell) => cell.textContent);
  expect(cells('gpt-5.1')).toEqual(['64', '412,806', '96,240', '147.84']);
  expect(cells('mini').at(-1), 'what has no price is not called free').toContain('Not billed by credits');
  expect(cells('Total')).toEqual(['107', '621,616', '150,225', '204.54']);
  await fireEvent.change(screen.getByRole('combobox', { name: 'Month' }), { target: { value: '2026-10' } });
  await settled();
  expect(host.calls('usage').at(-1)).toEqual({ month: '2026-10' });
  expect(screen.getByRole<HTMLSelectElement>('combobox', { name: 'Month' }).selectedOptions[0]?.textContent).toBe('October 2026');
});

test('a limit is set for an account, and an emptied one is none', async () => {
  const host = ada();
  await usage(host);
  const box = screen.getByRole('spinbutton', { name: 'Credits a month for ada-lind on github.com' });
  await fireEvent.change(box, { target: { value: '20' } });
  await settled();
  expect(host.calls('choose_for_account').at(-1)?.chosen.creditLimit).toBe(20);
  await fireEvent.change(box, { target: { value: '' } });
  await settled();
  expect(host.calls('choose_for_account').at(-1)?.chosen.creditLimit).toBeNull();
});

const spent = (share: number): Account => ({ ...ADA, spent: share, choices: { ...ADA.choices, creditLimit: 100 } });

test('a limit warns at 80 and at 100 per cent', () => {
  expect([0, 79.9, 80, 99.9, 100, 250].map((share) => levelOf(spent(share)))).toEqual([null, null, 'near', 'near', 'over', 'over']);
  expect(levelOf({ ...ADA, spent: 1000 }), 'who set none is told nothing').toBeNull();
});

test('the reminder stands at the composer, holds nothing back, and is put away once for each level', async () => {
  const host = ada({ accounts: [spent(85)] });
  await open(host);
  expect(screen.getByText('ada-lind is near its limit for this month')).toBeTruthy();
  const box = screen.getByRole('textbox', { name: 'Message' });
  await fireEvent.input(box, { target: { value: 'All the same' } });
  await fireEvent.keyDown(box, { key: 'Enter' });
  await settled();
  expect(host.calls('send'), 'it is a reminder, no barrier').toHaveLength(1);
  await fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText(/near its limit/)).toBeNull();
  host.change({ accounts: [spent(101)] });
  await settled();
  expect(screen.getByText('ada-lind is over its limit for this month')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Show usage' }));
  await settled();
  expect(screen.getByRole('tab', { name: 'Usage', selected: true }), 'and leads to the figures').toBeTruthy();
});

test('a reminder that was put away comes again in the next month, as GitHub counts them', () => {
  const account: Account = { ...ADA, spent: 90, choices: { ...ADA.choices, creditLimit: 100 } };
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 30, 23, 59) });
  dismissed.add(account, 'near');
  expect(dismissed.has(account, 'near'), 'for this month').toBe(true);
  vi.setSystemTime(Date.UTC(2026, 11, 1, 0, 1));
  expect(dismissed.has(account, 'near'), 'the credits of the new one are new').toBe(false);
  vi.useRealTimers();
});
