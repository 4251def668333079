/** What a report under Settings, About says of the person and their company: nothing. */
import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { ada, open, settled } from './window';

test('a report holds three versions, and no name, path, host or token', async () => {
  const host = ada();
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  await fireEvent.click(screen.getByRole('tab', { name: 'About' }));
  await settled();
  await fireEvent.click(screen.getByRole('button', { name: 'Copy report' }));
  await settled();
  expect(host.calls('copy_text'), 'whoever pastes it into an issue gives nothing away').toEqual([
    { text: 'Wingman 0.1.0\nCopilot runtime 1.0.102\nLinux x86_64\n' },
  ]);
});
