/** Every failure has a face: its words, the steps that are offered, and what is said before it is one. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import faces from '../../src-tauri/core/tests/copilot/faces.json';
import type { Code, Holdup, Turn } from '../src/bridge';
import { type ScriptedHost, turn } from '../src/bridge/scripted/host';
import { helps } from '../src/chat/helps';
import { tables } from '../src/messages/languages';
import { explain } from '../src/messages/say.svelte';
import { ada, open, row, settled } from './window';

const asked = turn({ id: 'q', role: 'you', text: 'Why?' });
const answering = (holdup: Holdup | null): Turn['state'] => ({ kind: 'answering', since: Date.now(), holdup });
const OFFLINE = { code: 'offline', params: { host: 'api.githubcopilot.com' }, retryable: true } as const;

async function opened(answer: Partial<Turn>): Promise<ScriptedHost> {
  const host = ada();
  host.keep({ summary: row('one'), turns: [asked, turn({ id: 'a', role: 'copilot', ...answer })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  return host;
}

const copilot = (): HTMLElement => screen.getByRole('article', { name: 'Copilot' });
const status = (): string => within(copilot()).getByRole('status').textContent.trim();

// What the core makes of each of these is asserted beside the table, with the real runtime.
const failures = faces.flatMap(({ row: name, code, retryable, steps }) => (code === null ? [] : [{ name, code: code as Code, retryable, steps }]));

test.each(failures)('$name offers $steps', ({ code, retryable, steps }) => {
  const ways = helps({ code, retryable, params: {} });
  const offered = { wait: ways.wait, 'sign-in': ways.signIn, retry: ways.retry, model: ways.model, account: ways.account };
  expect(Object.entries(offered).filter(([, is]) => is).map(([step]) => step).sort(), 'what helps is offered, and nothing else').toEqual([...steps].sort());
});

test.each([...new Set(failures.map(({ code }) => code))])('%s says what, why and what next in both languages', (code) => {
  const params = { host: 'api.example', login: 'ada', seconds: '60', until: '14:05' };
  const said = [...tables.values()].map(({ errors }) => errors[code](params));
  expect(new Set(said.map(({ title }) => title)).size, 'each in its own words').toBe(said.length);
  for (const { title, text } of said) expect(text, title).not.toBe('');
});

test('no two codes of the table say the same', () => {
  const titles = [...new Set(failures.map(({ code }) => code))].map((code) => explain({ code, params: { host: 'h', login: 'l' }, retryable: false }).title);
  expect(new Set(titles).size, 'what is told apart must read apart').toBe(titles.length);
});

test('a limit says until when, as a time', async () => {
  const until = new Date();
  until.setHours(23, 59, 0, 0);
  await opened({ state: { kind: 'failed', error: { code: 'rate-limited', params: { until: String(until.getTime()) }, retryable: true } } });
  expect(screen.getByRole('alert').textContent, 'by the clock, not in seconds').toMatch(/Too many requests until 11:59\sPM/);
});

test('what is tried again is said with its number and why, and is over when it goes on', async () => {
  const host = await opened({ state: answering(null) });
  expect(status(), 'nothing is wrong yet').toBe('');
  host.patch('one', [{ kind: 'heldUp', turn: 'a', holdup: { kind: 'tryingAgain', attempt: 3, of: 6, error: OFFLINE } }]);
  await settled();
  expect(status(), 'a status, for a screen reader too').toBe('No connection to api.githubcopilot.com · Trying again, 3 of 6');
  expect(screen.queryByRole('alert'), 'nobody has to decide anything').toBeNull();
  host.patch('one', [{ kind: 'heldUp', turn: 'a', holdup: null }]);
  await settled();
  expect(status(), 'it goes on').toBe('');
  host.patch('one', [
    { kind: 'turn', turn: turn({ id: 'a', role: 'copilot', blocks: [{ kind: { kind: 'text' }, html: '<p>Because.</p>' }] }) },
    { kind: 'heldUp', turn: 'a', holdup: { kind: 'silent', since: 0, until: null } },
  ]);
  await settled();
  expect(within(copilot()).queryByRole('status'), 'an answer that is whole is held up by nothing').toBeNull();
});

test('silence is told with a way to stop and one to ask again', async () => {
  const now = Date.now();
  const host = await opened({ tail: '<p>half an</p>', state: answering({ kind: 'silent', since: now - 34_000, until: now + 86_000 }) });
  expect(status(), 'read out once').toBe('Copilot has gone quiet');
  expect(copilot().textContent, 'for how long').toMatch(/Nothing has arrived for 3[45] s/);
  expect(copilot().textContent, 'and until when').toMatch(/ended by itself in 8[56] s/);
  expect(copilot().textContent, 'beside what came').toContain('half an');
  await fireEvent.click(within(copilot()).getByRole('button', { name: 'Retry' }));
  await settled();
  expect(host.calls('retry'), 'the core stops it first').toEqual([{ conversation: 'one' }]);
  expect(document.activeElement, 'the button goes away, the focus does not go with it').toBe(screen.getByRole('textbox', { name: 'Message' }));
});

test('a silent answer can be stopped where it stands', async () => {
  const host = await opened({ state: answering({ kind: 'silent', since: Date.now() - 31_000, until: null }) });
  expect(copilot().textContent, 'where no end is known none is promised').not.toContain('by itself');
  await fireEvent.click(within(copilot()).getByRole('button', { name: 'Stop' }));
  expect(host.calls('stop'), 'one press').toEqual([{ conversation: 'one' }]);
});

test('what changes by the second is not read out by the second', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  try {
    await opened({ state: answering({ kind: 'silent', since: Date.now() - 31_000, until: null }) });
    const read = within(copilot()).getByRole('status').firstElementChild;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(copilot().textContent, 'the figure goes on').toContain('36 s');
    expect(within(copilot()).getByRole('status').firstElementChild, 'the status stays as it is').toBe(read);
  } finally {
    vi.useRealTimers();
  }
});
