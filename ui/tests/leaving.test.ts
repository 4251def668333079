/** Links that leave the window: where they lead is in sight, and what may deceive is asked about. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Block, Destination } from '../src/bridge';
import { type ScriptedHost, turn } from '../src/bridge/scripted/host';
import { partsOf } from '../src/chat/address';
import { speak } from '../src/messages/say.svelte';
import { ada, open, row, settled } from './window';

const text = (html: string): Block => ({ kind: { kind: 'text' }, html });
const EVIL = 'https://evil.example/github.com?q=all+that+was+said';
const DOUBTFUL: Destination = {
  before: 'https://',
  host: 'evil.example',
  after: '/github.com?q=all+that+was+said',
  unicode: null,
  doubts: [{ kind: 'otherHost', named: 'github.com' }, { kind: 'saysMuch' }],
};

async function opened(html: string): Promise<ScriptedHost> {
  const host = ada();
  host.keep({ summary: row('one'), turns: [turn({ id: 'a', role: 'copilot', blocks: [text(html)] })] });
  await open(host);
  await fireEvent.click(screen.getByRole('button', { name: 'one' }));
  await settled();
  return host;
}

const link = (words: string, address = EVIL): string => `<p>See <a href="${address}" rel="noreferrer noopener">${words}</a></p>`;
const strip = (): string | undefined => document.querySelector('.link-target')?.textContent;

test('an ordinary link opens at once', async () => {
  const host = await opened(link('our own site'));
  await fireEvent.click(screen.getByText('our own site'));
  await settled();
  expect(host.calls('open_link'), 'the core is told what was read, and judges').toEqual([{ link: { url: EVIL, words: 'our own site', agreed: false } }]);
  expect(screen.queryByRole('dialog'), 'and nobody is asked').toBeNull();
});

test('where a link leads is in sight while it is pointed at or has the focus, with its host in strong letters', async () => {
  await opened(`${link('our own site')}<p><a href="#end">down</a> <a href="mailto:ada@evil.example?subject=Hi">write</a></p>`);
  const words = screen.getByText('our own site');
  expect(words.title, 'a screen reader hears it as the link’s description').toBe(EVIL);
  expect(strip(), 'not before').toBeUndefined();
  await fireEvent.pointerOver(words);
  expect(strip(), 'whatever its words say').toBe(EVIL);
  expect(document.querySelector('.link-target strong')?.textContent, 'the host decides').toBe('evil.example');
  await fireEvent.pointerOver(document.body);
  expect(strip(), 'it goes when the pointer does').toBeUndefined();
  await fireEvent.focusIn(words);
  expect(strip(), 'by the keyboard, too').toBe(EVIL);
  await fireEvent.focusOut(words);
  expect(strip(), 'and goes with the focus').toBeUndefined();
  await fireEvent.pointerOver(screen.getByText('write'));
  expect(document.querySelector('.link-target strong')?.textContent, 'a mailbox is somewhere, too').toBe('evil.example');
  await fireEvent.pointerOver(screen.getByText('down'));
  expect(strip(), 'a place in the answer is no address').toBeUndefined();
});

test('a link that may deceive asks, names the host, says why, and opens only when the person agrees', async () => {
  const host = await opened(link('https://github.com/login'));
  host.instead('open_link', ({ link: { agreed } }) => (agreed ? null : DOUBTFUL));
  await fireEvent.click(screen.getByText('https://github.com/login'));
  await settled();
  const dialog = screen.getByRole('dialog', { name: 'Open evil.example?' });
  const described = document.getElementById(dialog.getAttribute('aria-describedby') ?? '')?.textContent;
  expect(described, 'it is read out with the title').toContain('The link’s words name another address: github.com.');
  expect(described, 'every reason').toContain('It may carry something of this chat');
  expect(dialog.querySelector('.leaving-address')?.textContent, 'the whole address').toBe(EVIL);
  expect(dialog.querySelector('.leaving-address strong')?.textContent, 'with the host in strong letters').toBe('evil.example');
  expect(within(dialog).getByRole('button', { name: 'Cancel' }).autofocus, 'a key that was meant for something else opens nothing').toBe(true);

  await fireEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  await settled();
  expect(screen.queryByRole('dialog'), 'given up').toBeNull();
  expect(host.calls('open_link'), 'nothing was opened').toHaveLength(1);

  await fireEvent.click(screen.getByText('https://github.com/login'));
  await settled();
  await fireEvent.click(screen.getByRole('button', { name: 'Open link' }));
  await settled();
  expect(host.calls('open_link').at(-1), 'and now it is').toEqual({ link: { url: EVIL, words: null, agreed: true } });
  expect(screen.queryByRole('dialog'), 'the question is gone').toBeNull();
});

test('a host of other letters is shown in both, in Chinese too', async () => {
  const host = await opened(link('Apple', 'https://xn--80ak6aa92e.com/'));
  host.instead('open_link', () => ({ before: 'https://', host: 'xn--80ak6aa92e.com', after: '/', unicode: 'аррӏе.com', doubts: [{ kind: 'lookAlike' }] }));
  speak('zh-CN');
  await settled();
  await fireEvent.click(screen.getByText('Apple'));
  await settled();
  const dialog = screen.getByRole('dialog', { name: '打开 xn--80ak6aa92e.com？' });
  expect(dialog.textContent, 'why').toContain('网站名称中有容易与其他字母混淆的字符。');
  expect(dialog.textContent, 'as it would be read').toContain('按其本来的文字显示：аррӏе.com');
  await fireEvent.click(within(dialog).getByRole('button', { name: '取消' }));
});

test('an address falls into its parts, and nothing before the host passes for one', () => {
  for (const [address, host] of [
    ['https://evil.example/github.com', 'evil.example'],
    ['https://evil.example:8443/a', 'evil.example:8443'],
    ['https://a.a/a.a', 'a.a'],
    ['mailto:evil.example@evil.example?subject=x@y', 'evil.example'],
  ] as const) {
    const parts = partsOf(address);
    expect(parts?.host, address).toBe(host);
    expect(`${parts?.before}${parts?.host}${parts?.after}`, 'and nothing is lost').toBe(address);
    expect(parts?.before.includes('evil'), 'the host is the one that decides').toBe(address.startsWith('mailto'));
  }
  expect(partsOf('#end'), 'a place is no address').toBeNull();
});
