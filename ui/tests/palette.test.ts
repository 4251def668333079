/** The palette, as a person without a mouse meets it. */
import { fireEvent, screen } from '@testing-library/svelte';
import { afterEach, expect, test } from 'vitest';
import { hooks } from '../src/lib/panels.svelte';
import { fit } from '../src/palette/rank';
import { turn } from '../src/bridge/scripted/host';
import { ada, open, row, settled } from './window';

const field = (): HTMLInputElement => screen.getByRole('combobox', { name: 'Commands and chats' });
const options = (): string[] => screen.getAllByRole('option').map((one) => one.querySelector('.palette-label')?.textContent ?? '');
const current = (): string | undefined => screen.getAllByRole('option').find((one) => one.getAttribute('aria-selected') === 'true')?.querySelector('.palette-label')?.textContent;

async function summon(host = ada(), type = ''): Promise<ReturnType<typeof ada>> {
  await open(host);
  await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
  await settled();
  if (type !== '') await fireEvent.input(field(), { target: { value: type } });
  await settled();
  return host;
}

/** Waits for answers that take their time. */
async function later(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 160));
  await settled();
}

afterEach(() => {
  for (const name of Object.keys(hooks)) Reflect.deleteProperty(hooks, name);
});

test('a few letters find a command, and Enter does it', async () => {
  const host = await summon(ada(), 'thdark');
  expect(current(), 'letters in their order are enough').toBe('Theme: Dark');
  await fireEvent.keyDown(field(), { key: 'Enter' });
  await settled();
  expect(document.documentElement.dataset.theme, 'an effect at once').toBe('dark');
  expect(host.calls('save_settings').at(-1)?.settings.theme, 'and for the next start').toBe('dark');
  expect(screen.queryByRole('dialog'), 'what was chosen is done').toBeNull();
});

test('a command is found by its name in any language, and shown in the person’s own', async () => {
  await summon(ada(), '深色');
  expect(current(), 'who knows the Chinese word gets there').toBe('Theme: Dark');
});

test('conversations are found by their titles, and opened', async () => {
  const host = ada();
  for (const title of ['Kotlin coroutines', 'A limiter for uploads', '突发上传的限流器']) host.keep({ summary: row(title, { title }) });
  await summon(host, '限流');
  expect(current(), 'a word inside unspaced text').toBe('突发上传的限流器');
  await fireEvent.input(field(), { target: { value: 'limit up' } });
  await fireEvent.keyDown(field(), { key: 'Enter' });
  await settled();
  expect(screen.getByRole('heading', { level: 1 }).textContent, 'the one that was chosen').toBe('A limiter for uploads');
});

test('a chat is found by its words, loaded or not, and opened where they stand', async () => {
  const host = ada();
  for (let i = 0; i < 40; i++) host.keep({ summary: row(`Chat ${i}`, { updatedAt: Date.now() - i * 1000 }) });
  host.keep({
    summary: row('old', { title: 'Notes', updatedAt: 1 }),
    turns: [turn({ id: 'q', role: 'you', text: 'How do otters sleep?' }), turn({ id: 'a', role: 'copilot', blocks: [] })],
  });
  await summon(host, 'otters');
  await later();
  expect(current(), 'found by what was said in it').toBe('Notes');
  expect(screen.getByRole('option').querySelector('mark')?.textContent, 'with the hit marked').toBe('otters');
  await fireEvent.keyDown(field(), { key: 'Enter' });
  await settled();
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Notes');
  expect(host.calls('show_turn'), 'at the place').toEqual([{ conversation: 'old', turn: 'q' }]);
});

test('a search that fails costs nobody the commands, and one that was overtaken is not shown', async () => {
  const host = ada();
  host.instead('search', ({ query }) => {
    if (query === 'dark') return Promise.reject(new Error('no search'));
    return new Promise((resolve) => setTimeout(() => resolve({ found: [{ summary: row('late'), title: [{ text: 'late', hit: true }], turns: [] }], more: false, incomplete: false }), 60));
  });
  await summon(host, 'lat');
  await later();
  await fireEvent.input(field(), { target: { value: 'dark' } });
  await later();
  expect(current(), 'the command is there').toBe('Theme: Dark');
  expect(options(), 'and nothing of what was typed before').not.toContain('late');
  expect(screen.queryByRole('alert'), 'nobody looked for an error here').toBeNull();
});

test('arrows walk the list round, the text box keeps the focus, and the list says where one is', async () => {
  await summon();
  const all = options();
  expect(all[0], 'with nothing typed everything is there').toBe('New chat');
  await fireEvent.keyDown(field(), { key: 'ArrowDown' });
  expect(current(), 'down').toBe(all[1]);
  const option = screen.getAllByRole('option')[1];
  expect(field().getAttribute('aria-activedescendant'), 'a screen reader reads the option').toBe(option?.id);
  await fireEvent.keyDown(field(), { key: 'ArrowUp' });
  await fireEvent.keyDown(field(), { key: 'ArrowUp' });
  expect(current(), 'up from the first is the last').toBe(all.at(-1));
});

test('an input method’s Enter in the palette takes a candidate and does nothing', async () => {
  const host = await summon(ada(), 'dark');
  await fireEvent.keyDown(field(), { key: 'Enter', isComposing: true });
  await settled();
  expect(host.calls('save_settings'), 'the text is not whole yet').toEqual([]);
});

test('what was used last comes first', async () => {
  const host = await summon(ada(), 'compact');
  await fireEvent.keyDown(field(), { key: 'Enter' });
  await settled();
  await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
  await settled();
  await fireEvent.input(field(), { target: { value: 'zoom in' } });
  await fireEvent.keyDown(field(), { key: 'Enter' });
  await settled();
  await fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
  await settled();
  expect(options()[0], 'most people do the same few things').toBe('Zoom in');
  expect(host.state.settings.appearance, 'both were done').toMatchObject({ zoom: 110, density: 'compact' });
});

test('Escape closes it and gives the focus back', async () => {
  await summon();
  const dialog = screen.getByRole('dialog');
  await fireEvent(dialog, new Event('cancel', { cancelable: true }));
  await settled();
  expect(document.activeElement, 'whoever looked goes on typing').toBe(screen.getByRole('textbox', { name: 'Message' }));
});

test('nothing found is said, and Enter does nothing then', async () => {
  const host = ada();
  host.instead('search', () => new Promise((resolve) => setTimeout(() => resolve({ found: [], more: false, incomplete: false }), 60)));
  await summon(host, 'qqqqxyz');
  expect(screen.queryAllByRole('option'), 'no command is called so, and an answer takes its time').toEqual([]);
  expect(screen.getByText('Searching…'), 'which is said').toBeTruthy();
  await later();
  expect(screen.getByText('No command and no chat has “qqqqxyz”.'), 'an empty list explains itself').toBeTruthy();
  await fireEvent.keyDown(field(), { key: 'Enter' });
  await settled();
  expect(field(), 'still there to be mended').toBeTruthy();
});

test('what a part of the window cannot do yet is neither offered nor listed; what it can is both', async () => {
  await summon(ada(), 'new window');
  expect(screen.queryAllByRole('option').map((one) => one.textContent), 'a dead entry').not.toContain('New window');
  let opened = 0;
  hooks.newWindow = () => opened++;
  await fireEvent.keyDown(field(), { key: 'k', ctrlKey: true });
  await settled();
  await fireEvent.keyDown(document.body, { key: 'N', ctrlKey: true, shiftKey: true });
  expect(opened, 'its key works').toBe(1);
});

test('the better fit comes first', () => {
  const best = (query: string, names: string[]): string | undefined => [...names].sort((a, b) => fit(query, b) - fit(query, a))[0];
  expect(best('nc', ['Announcement', 'New chat']), 'the beginnings of words').toBe('New chat');
  expect(best('zoom', ['Reset zoom', 'Zoom in']), 'the beginning of the name').toBe('Zoom in');
  expect(best('theme', ['The men', 'Theme: Dark']), 'letters that stand together').toBe('Theme: Dark');
  expect(fit('muller', 'Frau Müller'), 'without its marks').toBeGreaterThan(0);
  expect(fit('xyz', 'Theme'), 'letters that are not there').toBe(0);
});
