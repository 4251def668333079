import { fireEvent, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import { ada, open, settled } from './window';

const VERSIONS = { version: '0.1.0', runtime: '1.0.102', platform: 'Linux x86_64' };

async function about(sharedRuntime: string | null, language: 'en' | 'zh-CN' = 'en') {
  const host = ada({ settings: { language, theme: 'light' } });
  host.instead('diagnostics', () => ({ ...VERSIONS, sharedRuntime }));
  await open(host);
  await fireEvent.keyDown(document.body, { key: ',', ctrlKey: true });
  await settled();
  await fireEvent.click(screen.getByRole('tab', { name: language === 'en' ? 'About' : '关于' }));
  await settled();
  return { host, text: screen.getByRole('dialog').textContent };
}

test('who can read along on a company’s server is said in the settings', async () => {
  const { host, text } = await about('127.0.0.1:4100');
  expect(text, 'what its operator sees').toContain('can read your questions, the answers and your GitHub token');
  expect(text, 'and which server it is').toContain('127.0.0.1:4100');
  await fireEvent.click(screen.getByRole('button', { name: 'Copy report' }));
  await settled();
  const report = host.calls('copy_text')[0]?.text;
  expect(report, 'a report must not name a version that is not in use').toBe(
    'Wingman 0.1.0\nCopilot runtime 127.0.0.1:4100\nLinux x86_64\n',
  );
});

test('it is said in Chinese as well', async () => {
  const { text } = await about('127.0.0.1:4100', 'zh-CN');
  expect(text, 'the same sentence').toContain('服务器的运营者可以读到你的提问、回答和 GitHub 令牌');
});

test('with the runtime of this program nothing is said of servers', async () => {
  const { text } = await about(null);
  expect(text, 'the version').toContain('1.0.102');
  expect(text, 'and no warning that means nothing here').not.toContain('server');
});
