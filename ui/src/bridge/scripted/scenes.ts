/** Scenes for looking at the pages in a browser: `npm run dev`, then `?scripted=<name>`. */
import type { AppState, Appearance, Block, Code, ConversationSummary, Error as Failure, Picked, Theme, Turn, Waiting } from '../generated';
import { MODELS, quotaOf } from './catalogue';
import { brokenDiagram, everything } from './everything';
import { limiter, limiterChinese, limiterTest, sharing } from './content';
import { ScriptedHost, attachmentOf, freshState, turn, type StateChange } from './host';
import { BY_TOKEN, ELSEWHERE, managedState } from './managed';
import { ADA, ADA_AT_HOME, LIN, atWork, everybody, signingIn } from './people';
import { copilotOf, membershipOf } from './standings';

/** A small drawing in place of a picture. */
const TRACE =
  'data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 40"%3E%3Crect width="64" height="40" fill="%230b2545"/%3E%3Cpath d="M4 34 12 8l8 24 8-18 8 20 8-26 8 22 8-12" fill="none" stroke="%2358a6ff" stroke-width="2"/%3E%3C/svg%3E';

const HOUR = 3_600_000;
const QUESTION =
  'Our mobile app uploads in bursts and the API answers 429. Explain the token bucket, compare it with the alternatives, and give me a small version in Rust.';
const FOLLOW_UP = 'Now a test for the burst. No sleeping, please.';

const error = (code: Code, params: Record<string, string> = {}, retryable = false): Failure => ({ code, params, retryable });

function row(id: string, title: string, hoursAgo: number, change: Partial<ConversationSummary> = {}): ConversationSummary {
  const at = Date.now() - hoursAgo * HOUR;
  return { id, account: ADA.id, title, createdAt: at, updatedAt: at, draft: false, answering: false, shelf: 'list', ...change };
}

const answer = (id: string, blocks: Block[], change: Partial<Turn> = {}): Turn =>
  turn({ id, role: 'copilot', blocks, model: 'gpt-5.1', tokens: 1204, tokensIn: 312, credits: 0.8, payer: 'ada-lind', ...change });
const ask = (id: string, text: string): Turn => turn({ id, role: 'you', text });

function signedIn(change: StateChange = {}): ScriptedHost {
  const host = new ScriptedHost(freshState({ accounts: [ADA], account: ADA.id, ...change }), MODELS);
  host.keep({ summary: row('limiter', 'A limiter for bursty uploads', 0.01), turns: [ask('q1', QUESTION), answer('a1', limiter)] });
  host.keep({ summary: row('query', 'Why is this query slow?', 1, { draft: true }), draft: 'EXPLAIN ANALYZE says' });
  host.keep({ summary: row('offsite', 'Offsite agenda', 2) });
  host.keep({ summary: row('kotlin', 'Kotlin coroutines versus threads', 25) });
  host.keep({ summary: row('vendor', 'Polite reply to the vendor', 27) });
  host.keep({ summary: row('terraform', 'Terraform state moved to another bucket', 30) });
  host.keep({ summary: row('grid', 'CSS grid with sticky headers', 24 * 3) });
  host.keep({ summary: row('interview', 'Interview questions, data team', 24 * 5) });
  host.keep({ summary: row('postgres', 'Postgres 18 upgrade plan', 24 * 40) });
  host.onSent = (id) => write(host, id, limiter);
  return host;
}

/** Writes an answer the way the core does: the tail grows, then it settles. */
function write(host: ScriptedHost, conversation: string, blocks: readonly Block[]): void {
  const id = `${conversation}-answer-${Date.now()}`;
  const since = Date.now();
  const state = { kind: 'answering', since, holdup: null } as const;
  host.patch(conversation, [{ kind: 'turn', turn: answer(id, [], { state, tokens: null, credits: null }) }]);
  let at = 0;
  let shown = 0;
  const timer = setInterval(() => {
    const now = host.kept.get(conversation)?.turns.find((one) => one.id === id);
    const block = blocks[at];
    if (now?.state.kind !== 'answering' || !block) {
      clearInterval(timer);
      if (now?.state.kind === 'answering') host.patch(conversation, [{ kind: 'turn', turn: answer(id, [...blocks]) }]);
      return;
    }
    shown += 14;
    const done = shown >= block.html.length;
    // Between tags only: the real host sends whole elements.
    const cut = block.html.slice(0, shown).replace(/<[^>]*$|&[^;]*$/, '');
    host.patch(conversation, [{ kind: 'grown', turn: id, keep: at, blocks: done ? [block] : [], tail: done ? '' : cut }]);
    if (done) {
      at++;
      shown = 0;
    }
  }, 16);
}

function failed(failure: Failure): ScriptedHost {
  const host = signedIn();
  host.keep({
    summary: row('limiter', 'A limiter for bursty uploads', 0.01),
    turns: [
      ask('q1', 'Can two workers share one bucket?'),
      answer('a1', sharing, { tokens: 386, credits: 0.3 }),
      ask('q2', 'And if they run on two machines? Sketch it with Redis, and say what happens when Redis is away.'),
      answer('a2', [], { state: { kind: 'failed', error: failure }, tokens: null, credits: null }),
    ],
  });
  return host;
}

function chinese(): ScriptedHost {
  const host = new ScriptedHost(
    freshState({ accounts: [LIN], account: LIN.id, settings: { language: 'zh-CN', theme: 'system' } }),
    MODELS,
  );
  const titles: [string, number][] = [
    ['突发上传的限流器', 0.01],
    ['这条查询为什么慢？', 1],
    ['团建议程', 2],
    ['Kotlin 协程与线程的区别', 25],
    ['给供应商的礼貌回复', 27],
    ['带吸顶表头的 CSS 网格', 72],
    ['Postgres 18 升级计划', 24 * 40],
  ];
  for (const [index, [title, hours]] of titles.entries()) {
    host.keep({ summary: row(index === 0 ? 'limiter' : `z${index}`, title, hours, { account: LIN.id, draft: index === 1 }) });
  }
  const limiterChat = host.kept.get('limiter');
  limiterChat?.turns.push(
    ask('q1', '移动端的上传总是一阵一阵的，接口经常返回 429。请解释一下令牌桶，和其他方案比较一下，再给一段简短的 Rust 代码。'),
    answer('a1', limiterChinese, { payer: LIN.login }),
  );
  host.onSent = (id) => write(host, id, limiterChinese);
  return host;
}

const gate = (change: Partial<AppState>): ScriptedHost => new ScriptedHost(freshState(change), MODELS);

function scene(name: string): ScriptedHost {
  const [kind = '', of = ''] = name.split(':');
  const screen = signingIn(kind, of, (code) => error(code));
  if (screen) return gate(screen);
  switch (kind) {
    case 'starting':
      return gate({ phase: { kind: 'starting' } });
    case 'locked':
      return gate({ phase: { kind: 'keychainLocked' } });
    case 'blocked':
      if (of === 'policy') {
        const params = { file: '/etc/wingman/policy.toml', line: '7', column: '12', expected: 'a list of hosts' };
        return gate({ phase: { kind: 'blocked', error: error('policy-invalid', params, true) } });
      }
      return gate({
        phase: {
          kind: 'blocked',
          error: error('config-invalid', { file: '~/.config/wingman/config.toml', line: '4', column: '11', expected: 'a string' }, true),
        },
      });
    case 'welcome':
      return gate(of ? { host: of } : {});
    case 'no-keychain':
      return gate({ keychain: 'absent', sandbox: true });
    case 'chat':
      return signedIn();
    case 'managed': {
      const change = managedState(of);
      const accounts = [ADA, BY_TOKEN, ELSEWHERE];
      const use = { 'by-token': BY_TOKEN, elsewhere: ELSEWHERE }[of];
      if (!use) return signedIn({ ...change, accounts });
      const host = signedIn({ ...change, accounts, account: use.id });
      host.keep({ summary: row('old', 'Notes from before', 30, { account: use.id }), turns: [ask('q1', QUESTION), answer('a1', sharing)] });
      host.newDraft = 'What was typed before the policy came';
      return host;
    }
    case 'managed-door':
      return gate(managedState(of));
    case 'stopped': {
      const host = signedIn();
      host.keep({
        summary: row('limiter', 'A limiter for bursty uploads', 0.01),
        turns: [
          ask('q1', QUESTION),
          answer('a1', limiter.slice(0, 3), { state: { kind: 'stopped' }, remembered: false, tokens: null, credits: null }),
          ask('q2', FOLLOW_UP),
          answer('a2', sharing, { notices: [{ kind: 'modelReplaced', asked: 'opus', chosen: 'gpt-5.1' }, { kind: 'cutOff' }] }),
        ],
      });
      return host;
    }
    case 'writing': {
      const host = signedIn();
      const tail = limiterTest.at(-1)?.html ?? '';
      host.keep({
        summary: row('limiter', 'A limiter for bursty uploads', 0.01, { answering: true }),
        turns: [
          ask('q1', QUESTION),
          answer('a1', limiter),
          ask('q2', FOLLOW_UP),
          answer('a2', limiterTest.slice(0, -1), { tail, state: { kind: 'answering', since: Date.now() - 6000, holdup: null }, tokens: null }),
        ],
        draft: 'Then show how two workers share one bucket',
      });
      return host;
    }
    case 'held-up': {
      const host = scene('writing');
      const chat = host.kept.get('limiter');
      const last = chat?.turns.at(-1);
      if (!chat || last?.state.kind !== 'answering') return host;
      const now = Date.now();
      const tried = { kind: 'tryingAgain', attempt: 3, of: 6, error: error('offline', { host: 'api.githubcopilot.com' }, true) } as const;
      const holdup = of === 'silent' ? ({ kind: 'silent', since: now - 34_000, until: now + 86_000 } as const) : tried;
      // What is tried again has no words yet.
      if (of !== 'silent') Object.assign(last, { blocks: [], tail: '' });
      last.state = { kind: 'answering', since: now - 41_000, holdup };
      return host;
    }
    case 'attached': {
      const host = signedIn();
      const picture = { kind: 'image', url: TRACE } as const;
      for (const id of ['p1', 'p2', 'p3', 'p4']) host.contents.set(id, picture);
      host.contents.set('t1', { kind: 'text', text: 'minute,uploads,answered\n'.repeat(200) });
      const log = attachmentOf({ id: 't1', name: 'upload-log.csv' });
      const asked = [
        { ...ask('q1', QUESTION), attachments: [attachmentOf({ id: 'p1', name: 'burst-trace.png', size: 219_136 }), log] },
        { ...ask('q2', ''), attachments: [attachmentOf({ id: 'p2', name: 'Pasted picture.png' })] },
      ];
      host.keep({
        summary: row('limiter', 'A limiter for bursty uploads', 0.01, { draft: true }),
        turns: [asked[0] ?? ask('q1', ''), answer('a1', sharing), asked[1] ?? ask('q2', ''), answer('a2', sharing)],
        draft: 'Then show how two workers share one bucket, as in this trace',
      });
      host.draft('limiter').push(
        attachmentOf({ id: 'p3', name: 'burst-trace.png', size: 219_136 }),
        attachmentOf({ id: 't2', name: 'A report with a long name that does not fit anywhere.pdf', size: 1_204_000 }),
      );
      host.instead('attach', () => new Promise(() => undefined));
      return host;
    }
    case 'queue': {
      const host = scene('writing');
      const waits = (id: string, text: string): Waiting => ({ id, text, model: null, held: false, attachments: [] });
      host.patch('limiter', [
        { kind: 'waiting', waiting: [waits('w1', 'And how would the test look with two workers that share one bucket, on two machines?'), waits('w2', 'Shorter, please'), waits('w3', '谢谢')] },
      ]);
      return host;
    }
    case 'versions': {
      const host = signedIn();
      host.keep({
        summary: row('limiter', 'A limiter for bursty uploads', 0.01),
        turns: [
          { ...ask('q1', QUESTION), versions: ['q0', 'q1'] },
          answer('a1', sharing, { versions: ['a1', 'a2', 'a3'] }),
          { ...ask('q2', FOLLOW_UP), versions: Array.from({ length: 12 }, (_, i) => `q2${i}`).concat('q2') },
          answer('a4', [], { versions: ['a4', 'a5'], state: { kind: 'failed', error: error('offline', { host: ADA.host }, true) }, tokens: null, credits: null }),
        ],
      });
      return host;
    }
    case 'archive': {
      const host = signedIn();
      for (const id of ['vendor', 'grid']) {
        const kept = host.kept.get(id);
        if (kept) kept.summary = { ...kept.summary, shelf: 'archive' };
      }
      const pinned = host.kept.get('postgres');
      if (pinned) pinned.summary = { ...pinned.summary, shelf: 'pinned' };
      return host;
    }
    case 'prose': {
      const host = signedIn();
      const blocks = of === 'broken' ? [...sharing, brokenDiagram] : everything;
      host.keep({ summary: row('limiter', 'A limiter for bursty uploads', 0.01), turns: [ask('q1', QUESTION), answer('a1', blocks)] });
      return host;
    }
    case 'refused': {
      const host = signedIn();
      const names = ['A scan of the contract that was signed on paper.pdf', 'holiday.tiff'];
      const failures = [error('pdf-without-text', { name: names[0] ?? '' }), error('attachment-too-large', { name: names[1] ?? '', size: '31457280', limit: '20971520' })];
      host.picks = [
        ...names.map((name, place): Picked => ({ kind: 'reading', place, name })),
        ...failures.map((error, place): Picked => ({ kind: 'failed', place, error })),
      ];
      return host;
    }
    case 'streaming': {
      const host = signedIn();
      setTimeout(() => write(host, 'limiter', limiter), 800);
      return host;
    }
    case 'turn-failed':
      return failed(
        of === '' || of === 'rate-limited'
          ? error('rate-limited', { until: String(Date.now() + 4 * 60_000) }, true)
          : error(of as Code, { login: ADA.login, host: ADA.host, seconds: '60' }, true),
      );
    case 'signed-out':
      return signedIn({ accounts: [{ ...ADA, state: 'signInNeeded' }] });
    case 'accounts':
      return signedIn(everybody());
    case 'payers':
      return signedIn({ accounts: [ADA, { ...ADA_AT_HOME, state: 'signedIn' }, LIN] });
    case 'shut': {
      const host = signedIn(atWork(of === 'alone'));
      const { host: at } = host.state.accounts[0] ?? ADA;
      host.instead('models', ({ account }) => {
        if (account === ADA.id) return MODELS;
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
        throw of === 'no-copilot' ? error('no-copilot', { login: 'alind' }) : error('copilot-not-served', { host: at });
      });
      return host;
    }
    case 'gate': {
      // Of the other two one may ask.
      const others = everybody().accounts?.slice(1) ?? [];
      const alone = of.endsWith('/alone');
      return signedIn({ accounts: [{ ...ADA, membership: membershipOf(of.replace(/\/alone$/, '')) }, ...(alone ? [] : [...others, LIN])] });
    }
    case 'copilot': {
      const copilot = copilotOf(of);
      const host = signedIn({ accounts: [{ ...ADA, host: 'github.com', copilot }] });
      host.instead('models', () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- this is what crosses the real boundary
        if (copilot.kind === 'refused') throw { ...copilot.error, params: { ...copilot.error.params, login: ADA.login } };
        return MODELS;
      });
      return host;
    }
    case 'money': {
      // So much of the limit is used up, in per cent.
      const spent = (Number(of) || 40) * 2;
      const copilot = { kind: 'ready', plan: 'enterprise', quota: quotaOf({ entitlement: 1500, remaining: 412, inCredits: true }), resetsAt: Date.now() + 8 * 24 * HOUR } as const;
      const choices = { favourites: ['sonnet-5', 'gpt-5.1'], defaultModel: null, creditLimit: 200 };
      const host = signedIn({ accounts: [{ ...ADA, copilot, spent, choices }, LIN] });
      host.choices.instructions = 'Answer briefly. I work with Rust and TypeScript.';
      host.choices.prompts = [
        { id: 'p1', name: 'review', text: 'Review this change as a strict colleague. Look at {{what}} first:\n\n' },
        { id: 'p2', name: 'translate', text: 'Translate into {{language}}, in a {{tone}} tone:\n\n' },
        { id: 'p3', name: 'summary', text: 'Summarise this in five sentences:\n\n' },
      ];
      const limiterChat = host.kept.get('limiter');
      if (limiterChat) limiterChat.chosen = { effort: 'high', instructions: 'You are reviewing my thesis. Be strict.' };
      return host;
    }
    case 'standings':
      return signedIn({
        accounts: [
          { ...ADA, copilot: copilotOf('enterprise') },
          { ...LIN, membership: membershipOf('notMember') },
          { ...LIN, id: 'github.com/9', login: 'otto-berg', copilot: copilotOf('no-plan') },
          { ...LIN, id: 'github.com/10', login: 'mira', state: 'signInNeeded', copilot: copilotOf('pro') },
        ],
      });
    case 'sandbox': {
      const host = signedIn({ sandbox: true });
      host.models = { ...MODELS, missing: 'gpt-6' };
      return host;
    }
    case 'chinese':
      return chinese();
    case 'many': {
      const host = signedIn();
      for (let i = 0; i < 500; i++) host.keep({ summary: row(`m${i}`, `Conversation number ${i}`, 30 + i * 7) });
      return host;
    }
    case 'long': {
      const host = signedIn();
      const turns = (from: number, to: number): Turn[] =>
        Array.from({ length: to - from }, (_, i) => from + i).map((at) =>
          at % 2 === 0 ? ask(`t${at}`, `Question ${at}`) : answer(`t${at}`, at % 3 === 0 ? limiter.slice(0, 1) : limiter),
        );
      host.keep({ summary: row('limiter', 'A limiter for bursty uploads', 0.01), turns: turns(80, 120), earlier: turns(0, 80) });
      return host;
    }
    default:
      return signedIn();
  }
}

/**
 * The host of a scene. In the address, `theme` and `lang` choose these, `text` the size of the type in per cent, `look`
 * anything else of the appearance as JSON, and each `press` names a button to be pressed. The host is `scripted` in the console.
 */
export function play(name: string): ScriptedHost {
  const host = scene(name);
  const address = new URLSearchParams(location.search);
  const theme = address.get('theme');
  const language = address.get('lang');
  const settings = { ...host.state.settings };
  if (theme) settings.theme = theme as Theme;
  if (language) settings.language = language;
  const look = JSON.parse(address.get('look') ?? '{}') as Partial<Appearance>;
  const text = Number(address.get('text') ?? settings.appearance.zoom);
  settings.appearance = { ...settings.appearance, zoom: text, ...look };
  host.state = { ...host.state, settings };
  // As the shell answers it (`src-tauri/src/desktop/drawing.rs`); the scripts are those that are built beside the page.
  const scripts = ['mermaid', 'drawing'].map((name) => `<script src="${new URL(`drawing/${name}.js`, location.href).href}" defer></script>`);
  host.drawing = `data:text/html,${encodeURIComponent(`<!doctype html><html lang="en"><head><title>Drawing</title>${scripts.join('')}</head><body></body></html>`)}`;
  Object.assign(globalThis, { scripted: host });

  // For pictures: presses what a person would press, named as a person reads it.
  const steps = address.getAll('press');
  const press = (): void => {
    const wanted = steps[0];
    if (wanted === undefined) return;
    const button = [...document.querySelectorAll<HTMLElement>('button, summary, label')].find(
      (one) => (one.ariaLabel ?? one.textContent.trim()) === wanted || one.textContent.trim() === wanted,
    );
    if (button) {
      steps.shift();
      button.click();
    }
    setTimeout(press, 60);
  };
  setTimeout(press, 60);
  return host;
}
