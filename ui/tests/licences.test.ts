/** The licences of what others made: a list in the window, each text when it is asked for. */
import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';
import { THIRD_PARTIES } from '../src/bridge/scripted/parts';
import { ada, open, settled } from './window';

async function list(host = ada()) {
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  await fireEvent.click(screen.getByRole('tab', { name: 'About' }));
  await settled();
  await fireEvent.click(screen.getByRole('button', { name: 'Third-party licences' }));
  await settled();
  return host;
}

const rows = () => [...document.querySelectorAll('.licence summary')].map((row) => row.textContent.replace(/\s+/g, ' ').trim());

test('every part is listed with its version and licence, and no text is read before it is asked for', async () => {
  const host = ada();
  const call = vi.spyOn(host, 'call');
  await list(host);
  expect(rows()).toHaveLength(THIRD_PARTIES.length);
  for (const { name, version, licence } of THIRD_PARTIES) {
    expect(rows().some((row) => row.includes(name) && row.includes(version) && row.includes(licence)), `${name} is listed`).toBe(true);
  }
  const asked = () => call.mock.calls.filter(([name]) => name === 'licence_text');
  expect(asked(), 'a megabyte of texts is not for a glance at the list').toHaveLength(0);

  const octicons = [...document.querySelectorAll<HTMLDetailsElement>('.licence')].find((row) => row.textContent.includes('octicons'));
  if (!octicons) throw new Error('octicons is in the list');
  octicons.open = true;
  await settled();
  const place = THIRD_PARTIES.findIndex(({ name }) => name === '@primer/octicons');
  expect(asked(), 'by its place in the whole list').toEqual([['licence_text', { part: place }]]);
  expect(octicons.querySelector('pre')?.textContent).toContain('Permission is hereby granted');
});

test('a part is found by its name or its licence, and the way back leads to the versions', async () => {
  await list();
  const box = screen.getByRole('searchbox', { name: 'Find by name or licence' });
  await fireEvent.input(box, { target: { value: 'unicode-3' } });
  expect(rows()).toEqual(['unicode-ident 1.0.27(MIT OR Apache-2.0) AND Unicode-3.0']);
  await fireEvent.input(box, { target: { value: 'no such thing' } });
  expect(screen.getByText('Nothing has such a name or licence.')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Back to About' }));
  await settled();
  expect(screen.getByRole('button', { name: 'Copy report' })).toBeTruthy();
});
