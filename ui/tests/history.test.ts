/** Where the chats are, who can open them, and for how long they are kept: what the window says and asks. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { MANAGED } from '../src/bridge/scripted/managed';
import type { ScriptedHost } from '../src/bridge/scripted/host';
import { ADA, ada, open, row, settled, stranger } from './window';

const button = (name: string | RegExp): HTMLElement => screen.getByRole('button', { name });
const field = (name: string): HTMLInputElement => screen.getByLabelText<HTMLInputElement>(name);

async function press(target: HTMLElement): Promise<void> {
  target.focus();
  await fireEvent.click(target);
  await settled();
}

async function type(name: string, text: string): Promise<void> {
  await fireEvent.input(field(name), { target: { value: text } });
  await settled();
}

async function privacy(host: ScriptedHost): Promise<HTMLElement> {
  await open(host);
  await press(button('Settings'));
  await press(screen.getByRole('tab', { name: 'Privacy' }));
  return screen.getByRole('tabpanel');
}

test('the settings say where the chats are, and what a lost keychain means before it is lost', async () => {
  const page = await privacy(ada());
  expect(page.textContent).toContain('Their key is in your keychain');
  expect(page.textContent, 'said before it happens').toContain('cannot be opened again by anybody');
  expect(page.textContent, 'what is deleted is not gone from everywhere at once').toContain('stays in those for up to a week');
});

test('for how long chats are kept takes effect at once, and no longer than a policy says', async () => {
  const host = ada({ managed: { ...MANAGED, rules: [{ kind: 'retention', days: 90 }] } });
  await privacy(host);
  const pick = screen.getByLabelText<HTMLSelectElement>('Keep chats');
  const offered = [...pick.options].map((one) => one.textContent);
  expect(offered, 'nothing is offered that the organisation forbids').toEqual(['For 90 days', 'For 7 days', 'For 30 days']);
  await fireEvent.change(pick, { target: { value: '30' } });
  await settled();
  expect(host.calls('save_settings').at(-1)?.settings.history.days).toBe(30);
  expect(screen.getByText('Your organisation deletes chats after 90 days at the latest.')).toBeTruthy();
});

test('who signs out with their chats reads that before it is done', async () => {
  const host = ada();
  await privacy(host);
  await press(screen.getByRole('switch', { name: 'Delete an account’s chats when it signs out' }));
  expect(host.calls('save_settings').at(-1)?.settings.history.deleteOnSignOut).toBe(true);
  await press(screen.getByRole('tab', { name: 'Accounts' }));
  await press(button('Sign out'));
  expect(screen.getByText(/all its chats are deleted from this computer/), 'nobody may lose chats unwarned').toBeTruthy();
});

test('a passphrase is typed twice, long enough, and alike', async () => {
  const host = ada();
  await privacy(host);
  await press(button('Set a passphrase…'));
  const dialog = screen.getByRole('dialog', { name: 'Set a passphrase for your chats' });
  const set = within(dialog).getByRole('button', { name: 'Set a passphrase…' });
  await type('New passphrase', 'short');
  await type('The same once more', 'short');
  await press(set);
  expect(host.calls('set_passphrase'), 'what anybody guesses protects nothing').toEqual([]);
  await type('New passphrase', 'correct horse');
  await type('The same once more', 'correct hose');
  expect(screen.getByText('These are two different ones.')).toBeTruthy();
  await press(set);
  expect(host.calls('set_passphrase'), 'a slip of the hand would lock the chats for ever').toEqual([]);
  await type('The same once more', 'correct horse');
  await press(set);
  expect(host.calls('set_passphrase')).toEqual([{ passphrase: 'correct horse' }]);
  expect(screen.getByText('The passphrase is set.')).toBeTruthy();
  expect(screen.getByText('If the keychain is lost, your recovery passphrase opens them.')).toBeTruthy();
});

test('another key asks for the passphrase where one is set, and says when it is another', async () => {
  const host = ada({ history: { place: 'keychain', passphrase: true } });
  await privacy(host);
  await press(button('Change the key…'));
  const dialog = screen.getByRole('dialog', { name: 'Change the encryption key?' });
  await type('Passphrase', 'correct mouse');
  await press(within(dialog).getByRole('button', { name: 'Change the key…' }));
  expect(within(dialog).getByRole('alert').textContent).toContain('This is another passphrase');
  await type('Passphrase', 'correct horse');
  await press(within(dialog).getByRole('button', { name: 'Change the key…' }));
  expect(screen.getByText('The chats have another key now.')).toBeTruthy();
});

test('locked chats ask for their passphrase, and can be gone on without', async () => {
  const host = ada({ phase: { kind: 'passphrase', wrong: false }, keychain: 'absent' });
  await open(host);
  expect(document.activeElement, 'one types at once').toBe(field('Passphrase'));
  await type('Passphrase', 'correct mouse');
  await press(button('Unlock'));
  expect(screen.getByRole('alert').textContent).toContain('This is another passphrase');
  expect(field('Passphrase').value, 'a passphrase stays nowhere').toBe('');
  await press(button('Go on without them'));
  expect(screen.getByRole('button', { name: 'Sign in with GitHub' })).toBeTruthy();
});

test('without a keychain the chats can be kept from the first warning on', async () => {
  const host = ada({ keychain: 'absent', history: { place: 'memory', passphrase: false } });
  await open(host);
  await press(button('Keep my chats…'));
  await type('New passphrase', 'correct horse');
  await type('The same once more', 'correct horse');
  await press(button('Set a passphrase…'));
  expect(host.calls('set_passphrase')).toEqual([{ passphrase: 'correct horse' }]);
  expect(screen.getByText(/your chats are kept behind your passphrase/), 'and the warning is another one').toBeTruthy();
});

test('chats of a newer Wingman are read and not asked in', async () => {
  const host = ada({ accounts: [{ ...ADA, state: 'readOnly' }] });
  host.keep({ summary: row('old'), turns: [] });
  await open(host);
  expect(screen.getByText('Your chats were written by a newer Wingman')).toBeTruthy();
  await fireEvent.input(screen.getByRole('textbox', { name: 'Message' }), { target: { value: 'and now?' } });
  await settled();
  expect(button('Send').getAttribute('aria-disabled'), 'a question that cannot be kept is not taken').toBe('true');
});

test('chats go into a sealed file and come out of one', async () => {
  const host = ada();
  host.keep({ summary: row('sky'), turns: [] });
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- this is what crosses the real boundary
  host.instead('import_conversations', () => Promise.reject({ code: 'passphrase-needed', params: {}, retryable: false }));
  await open(host);
  await press(button('Settings'));
  await press(screen.getByRole('tab', { name: 'Data' }));
  await press(button('Export all chats'));
  await press(screen.getByRole('radio', { name: /^Encrypted/ }));
  await type('New passphrase', 'correct horse');
  await type('The same once more', 'correct horse');
  await press(button('Export'));
  expect(host.calls('export_sealed')).toEqual([{ account: ADA.id, conversations: null, passphrase: 'correct horse' }]);
  await press(button('Import chats'));
  await type('Passphrase', 'correct horse');
  await press(button('Open'));
  expect(host.calls('import_sealed')).toEqual([{ account: ADA.id, passphrase: 'correct horse' }]);
  expect(screen.getByText(/2 chats imported/)).toBeTruthy();
});

test('nobody is asked to keep anything before they have something', async () => {
  await open(stranger({ keychain: 'absent', history: { place: 'memory', passphrase: false } }));
  expect(screen.queryByRole('button', { name: 'Keep my chats…' })).toBeNull();
});
