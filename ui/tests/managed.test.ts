/** A computer that an organization manages: what it lays down is said, and an account it does not allow is explained. */
import { fireEvent, screen, within } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import type { Account, AppState, KnownHost, Language, Managed, Rule, Way } from '../src/bridge';
import { freshState, turn, type ScriptedHost } from '../src/bridge/scripted/host';
import { MANAGED } from '../src/bridge/scripted/managed';
import { ADA, ada, open, row, settled } from './window';

const WORK: Account = { ...ADA, id: 'nordwind.ghe.com/7', host: 'nordwind.ghe.com' };
const ONE: KnownHost[] = [{ host: 'nordwind.ghe.com', client: true }];

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const absent = (name: string): boolean => screen.queryByRole('button', { name }) === null;
const spoken = (language: Language): Partial<AppState> => ({ settings: { ...freshState().settings, language, theme: 'light' } });
const policy = (change: Partial<Managed> = {}): Managed => ({ ...MANAGED, ...change });
/** What the policy leaves of the ways and the hosts. */
const leaves = (ways: Way[], hosts = ONE, change: Partial<AppState> = {}): Partial<AppState> => ({
  ways,
  hosts,
  host: 'nordwind.ghe.com',
  otherHosts: false,
  managed: MANAGED,
  ...change,
});

async function press(target: HTMLElement | string): Promise<void> {
  const pressed = typeof target === 'string' ? button(target) : target;
  // As a pointer or a key does it: what is pressed has the focus.
  pressed.focus();
  await fireEvent.click(pressed);
  await settled();
}

test('on a computer of one’s own nothing is said of managing', async () => {
  await open(ada());
  await press('Settings');
  expect(screen.queryByText(/Managed by/), 'a rule that is not there needs no word').toBeNull();
  expect(screen.queryByRole('tab', { name: 'Organisation' })).toBeNull();
});

async function organization(host: ScriptedHost, language: Language = 'en'): Promise<string[]> {
  host.state = { ...host.state, ...spoken(language) };
  await open(host);
  await press(language === 'en' ? 'Settings' : '设置');
  await press(screen.getByRole('tab', { name: language === 'en' ? 'Organisation' : '组织' }));
  const rows = [...screen.getByRole('tabpanel').querySelectorAll('dl > div')];
  return rows.map((one) => [...one.children].map((part) => part.textContent).join(': '));
}

test('the settings say every rule in plain words, and where it is laid down', async () => {
  const rows = await organization(ada({ managed: MANAGED }));
  expect(screen.getByText('These are set by Nordwind on this computer and cannot be changed here.')).toBeTruthy();
  expect(rows, 'nobody should have to read the file for it').toEqual([
    'Sign-in at: nordwind.ghe.com, github.nordwind.example',
    'Organisations you must be in: Any of nordwind, nordwind-labs',
    'Ways to sign in: Browser, Code',
    'Models: gpt-5.1, every model beginning with claude-',
    'Model of new chats: gpt-5.1',
    'Copilot runtime: In this app',
    'Your GitHub token: Put into each request by Wingman; the Copilot runtime never sees it',
    'Chats are kept for: 90 days after the last word',
    'Updates: Installed by Nordwind',
    'If GitHub cannot be asked: You can go on for 72 hours',
    'Permissions asked for: read:user, read:org',
    'Set in: /etc/wingman/policy.toml',
  ]);
});

test('they say it in Chinese as well', async () => {
  const rows = await organization(ada({ managed: MANAGED }), 'zh-CN');
  expect(screen.getByText('以下设置由 Nordwind 在本机统一规定，无法在此更改。')).toBeTruthy();
  expect(rows).toEqual([
    '登录主机: nordwind.ghe.com、github.nordwind.example',
    '必须加入的组织: 以下任意一个：nordwind、nordwind-labs',
    '登录方式: 浏览器、设备码',
    '模型: gpt-5.1、所有以 claude- 开头的模型',
    '新对话的模型: gpt-5.1',
    'Copilot 运行时: 在本应用内',
    'GitHub 令牌: 由 Wingman 放入每个请求，Copilot 运行时不会看到',
    '对话保留: 最后一条消息之后 90 天',
    '更新: 由 Nordwind 安装',
    '无法询问 GitHub 时: 可继续使用 72 小时',
    '申请的权限: read:user、read:org',
    '策略文件: /etc/wingman/policy.toml',
  ]);
});

test.each<[Rule, string, string]>([
  [{ kind: 'organizations', required: ['acme'], all: true }, 'acme', 'acme'],
  [{ kind: 'organizations', required: ['acme', 'octo'], all: true }, 'All of acme, octo', '以下全部：acme、octo'],
  [{ kind: 'models', models: ['gpt-*', 'o*'] }, 'Every model beginning with gpt- or o', '所有以 gpt- 或 o 开头的模型'],
  [{ kind: 'models', models: ['*'] }, 'Every model', '所有模型'],
  [{ kind: 'models', models: ['gpt-5.1', 'mini'] }, 'gpt-5.1, mini', 'gpt-5.1、mini'],
  [{ kind: 'runtime', address: 'tcp://127.0.0.1:4100' }, 'Shared, at tcp 127.0.0.1:4100', '共享，位于 tcp 127.0.0.1:4100'],
  [{ kind: 'handover', handover: 'sdk' }, 'Handed to the Copilot runtime, which puts it into each request', '交给 Copilot 运行时，由它放入每个请求'],
  [{ kind: 'grace', hours: 72 }, 'You can go on for 72 hours', '可继续使用 72 小时'],
  [{ kind: 'grace', hours: 0 }, 'Nobody goes on', '不能继续使用'],
  [{ kind: 'scopes', scopes: ['read:user', 'read:org'] }, 'read:user, read:org', 'read:user、read:org'],
  [{ kind: 'proxy', address: 'http://proxy.example:8080/', system: false }, 'http://proxy.example:8080/', 'http://proxy.example:8080/'],
  [{ kind: 'proxy', address: null, system: true }, 'As the system says', '以系统设置为准'],
  [{ kind: 'proxy', address: null, system: false }, 'None', '不使用'],
  [{ kind: 'authorities', file: '/etc/ssl/company.pem' }, '/etc/ssl/company.pem', '/etc/ssl/company.pem'],
  [{ kind: 'retention', days: 1 }, '1 day after the last word', '最后一条消息之后 1 天'],
  [{ kind: 'updates', enabled: true }, 'Left to you', '由你决定'],
  [{ kind: 'updates', enabled: false }, 'Installed by your organisation', '由你的组织安装'],
])('the rule %o has words of its own', async (rule, english, chinese) => {
  const managed = policy({ name: null, rules: [rule] });
  const host = ada({ managed });
  const [first = ''] = await organization(host);
  expect(first.split(': ')[1], 'as a person would say it').toBe(english);
  host.change(spoken('zh-CN'));
  await settled();
  expect(screen.getByText(chinese), 'in both languages').toBeTruthy();
});

test.each<[Managed, Language, string]>([
  [
    policy(),
    'en',
    'Managed by your organisation: Nordwind sets how you sign in, the models, how Copilot runs, how long chats are kept, and updates.',
  ],
  [policy({ rules: MANAGED.rules.slice(0, 5) }), 'en', 'Managed by your organisation: Nordwind sets how you sign in and the models.'],
  [policy({ name: null, rules: MANAGED.rules.slice(3, 5) }), 'en', 'Managed by your organisation: it sets the models.'],
  [policy({ rules: [] }), 'en', 'Managed by Nordwind'],
  [policy({ rules: MANAGED.rules.slice(0, 5) }), 'zh-CN', '由你的组织管理：Nordwind 规定了登录方式和可用模型。'],
  [policy({ name: null, rules: MANAGED.rules.slice(3, 5) }), 'zh-CN', '由你的组织管理：规定了可用模型。'],
])('beside the accounts one line says what all is laid down', async (managed, language, line) => {
  await open(ada({ managed, ...spoken(language) }));
  await press(language === 'en' ? 'Settings' : '设置');
  expect(screen.getByText(line), 'whoever wonders about an account looks here').toBeTruthy();
});

test('where models are chosen, who chose them before is said; without such a rule nothing is', async () => {
  const host = ada({ managed: MANAGED });
  await open(host);
  await press('Model for the next message: GPT-5.1');
  const list = screen.getByRole('listbox', { name: 'Models' });
  const said = screen.getByText('Your organisation chooses which models are offered.');
  expect(list.getAttribute('aria-describedby'), 'it is said aloud too').toBe(said.id);
  host.change({ managed: policy({ rules: [{ kind: 'retention', days: 90 }] }) });
  await settled();
  expect(screen.queryByText(/chooses which models/), 'another rule is no reason').toBeNull();
});

test('how long chats are kept is said where the list of them ends', async () => {
  const host = ada({ managed: MANAGED });
  for (let i = 0; i < 31; i++) host.keep({ summary: row(`chat ${i}`, { updatedAt: Date.now() - i * 1000 }) });
  host.instead('conversations', () => ({ conversations: [...host.kept.values()].slice(0, 30).map(({ summary }) => summary), more: true }));
  await open(host);
  const list = within(screen.getByRole('navigation', { name: 'Conversations' }));
  expect(list.queryByText(/Chats are deleted/), 'further down there are more').toBeNull();
  host.instead('conversations', () => ({ conversations: [row('the oldest')], more: false }));
  await fireEvent.scroll(screen.getByRole('navigation', { name: 'Conversations' }));
  await settled();
  expect(list.getByText('Chats are deleted 90 days after the last word in them.'), 'who looks for an old one ends here').toBeTruthy();
  host.change(spoken('zh-CN'));
  await settled();
  expect(screen.getByText('对话会在最后一条消息之后 90 天删除。')).toBeTruthy();
});

/** Ada at github.com, which is not allowed, or at work, where her way in is not. */
function barred(host: string, ways: Way[], hosts = ONE): ScriptedHost {
  const account: Account = { ...ADA, id: `${host}/7`, host, state: 'disallowed' };
  return ada({ ...leaves(ways, hosts), accounts: [account, { ...WORK, id: 'nordwind.ghe.com/8', login: 'lin' }], account: account.id });
}

test('an account on a host that is not allowed can be read, and nothing can be sent', async () => {
  const host = barred('github.com', ['browser']);
  host.keep({ summary: row('from before'), turns: [turn({ id: 'a', role: 'you', text: 'What was asked then' })] });
  host.newDraft = 'not sent yet';
  await open(host);
  const box = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Message' });
  expect(box.value, 'a draft survives everything').toBe('not sent yet');
  expect(screen.getByText('ada-lind on github.com cannot be used here')).toBeTruthy();
  expect(screen.getByText(/Nordwind allows only accounts on nordwind\.ghe\.com\. Its chats and drafts are still here to read\./)).toBeTruthy();
  expect(screen.getByText('This account cannot send here. Your text is kept.')).toBeTruthy();
  expect(absent('Sign in again'), 'it would come to the same').toBe(true);
  expect(button('Send').getAttribute('aria-disabled')).toBe('true');
  await fireEvent.keyDown(box, { key: 'Enter' });
  expect(host.calls('send'), 'nor by the keyboard').toHaveLength(0);
  expect(host.calls('models'), 'and no models are asked for').toHaveLength(0);
  await press('from before');
  expect(screen.getByText('What was asked then'), 'the chats are there').toBeTruthy();
  await press('Use another account');
  await press(screen.getByRole('menuitem', { name: 'Switch to lin on nordwind.ghe.com' }));
  expect(host.calls('use_account'), 'and the way on is there').toEqual([{ account: 'nordwind.ghe.com/8' }]);
});

test('an account whose way in is not allowed signs in again by one that is', async () => {
  const host = barred('nordwind.ghe.com', ['code']);
  await open(host);
  expect(screen.getByText('ada-lind must sign in another way')).toBeTruthy();
  expect(screen.getByText('Sign in again to send.')).toBeTruthy();
  await press('Sign in again');
  expect(host.calls('sign_in')).toEqual([{ request: { way: 'code', host: 'nordwind.ghe.com', account: 'nordwind.ghe.com/7' } }]);
});

test('where no way is left at an allowed host, the administrator is named as the help', async () => {
  await open(barred('nordwind.ghe.com', ['browser'], [{ host: 'nordwind.ghe.com', client: false }]));
  expect(screen.getByText(/its host offers no other\. Tell whoever manages this computer\./)).toBeTruthy();
  expect(absent('Sign in again')).toBe(true);
});

test.each<['en' | 'zh-CN', string, string]>([
  ['en', 'ada-lind on github.com, not allowed', 'ada-lind on github.com cannot be used here'],
  ['zh-CN', 'github.com 上的 ada-lind，不允许使用', 'github.com 上的 ada-lind 不能在此使用'],
])('the account menu and the settings say it too (%s)', async (language, item, title) => {
  const host = barred('github.com', ['browser']);
  host.state = { ...host.state, ...spoken(language) };
  await open(host);
  await press(screen.getByRole('button', { name: /ada-lind ?github\.com/ }));
  expect(screen.getByRole('menuitemradio', { name: item }), 'before it is chosen').toBeTruthy();
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: 'Escape' });
  await press(language === 'en' ? 'Settings' : '设置');
  const card = within(screen.getByRole('listitem', { name: /github\.com/ }));
  expect(card.getByText(title)).toBeTruthy();
  expect(card.queryByRole('button', { name: /Sign in again|重新登录/ }), 'where it cannot help it is not offered').toBeNull();
  expect(card.getByRole('button', { name: /Sign out|退出登录/ }), 'leaving is always allowed').toBeTruthy();
});

test('in the settings an account signs in again where only its way was wrong', async () => {
  const host = barred('nordwind.ghe.com', ['browser']);
  await open(host);
  await press('Settings');
  const card = within(screen.getByRole('listitem', { name: /ada-lind/ }));
  await press(card.getByRole('button', { name: 'Sign in again' }));
  expect(host.calls('sign_in')).toEqual([{ request: { way: 'browser', host: 'nordwind.ghe.com', account: 'nordwind.ghe.com/7' } }]);
});

test('a question that was refused for its account offers another, and no retry in vain', async () => {
  const host = barred('github.com', ['browser']);
  const error = { code: 'account-not-allowed' as const, params: { login: 'ada-lind', host: 'github.com' }, retryable: false };
  host.keep({ summary: row('asked'), turns: [turn({ id: 'a', role: 'copilot', state: { kind: 'failed', error } })] });
  await open(host);
  await press('asked');
  const told = within(screen.getByRole('alert'));
  expect(told.getByText('ada-lind cannot be used here')).toBeTruthy();
  expect(told.queryByRole('button', { name: 'Retry' })).toBeNull();
  expect(told.getByRole('button', { name: 'Switch to lin on nordwind.ghe.com' })).toBeTruthy();
});
