/** Every screen that the scripted host can show, and how each is reached. */

/**
 * What a person does: presses what is called so (with `?` before the name only where it is in sight), types, or what
 * only the system can do. `see` waits for what comes late.
 */
export type Step = string | { type: string; into: string } | { see: string } | { run: string };

export type Screen = {
  name: string;
  scene: string;
  steps?: readonly Step[];
  /** Has no control that is not on another too: no walk by Tab. */
  like?: true;
  /** Together these have everything on them that any has: every palette, in light and dark. */
  every?: true;
};

const CHAT = 'A limiter for bursty uploads';
/** Below 45 rem the list is a drawer. */
const LIST = '?Show conversations';
const MENU = 'More for this chat';
const PALETTE: Step = { run: `dispatchEvent(new KeyboardEvent('keydown', { key: 'k', code: 'KeyK', ctrlKey: true, bubbles: true }))` };

const like = (scene: string): Screen => ({ name: scene, scene, like: true });

/** Before and around a conversation. */
const scenes: readonly Screen[] = [
  { every: true, name: 'welcome', scene: 'welcome' },
  { every: true, name: 'failed', scene: 'failed' },
  { every: true, name: 'code', scene: 'code' },
  { every: true, name: 'chat', scene: 'chat' },
  { every: true, name: 'gate:several', scene: 'gate:several' },
  ...['starting', 'locked', 'blocked', 'blocked:policy', 'no-keychain', 'hosts', 'waiting', 'waiting:no-browser', 'asking'].map(like),
  ...['finishing', 'other', 'managed-door', 'signed-out', 'shut:no-copilot', 'gate:grace', 'copilot:no-plan', 'sandbox', 'accounts', 'payers', 'managed', 'chinese'].map(like),
];

/** The list of conversations, and what comes of it. */
const list: readonly Screen[] = [
  { name: 'row menu', scene: 'archive', steps: [LIST, 'More for “Offsite agenda”'] },
  { name: 'renaming', scene: 'chat', steps: [LIST, 'More for “Offsite agenda”', 'Rename'], like: true },
  { name: 'deleted', scene: 'chat', steps: ['More for “Offsite agenda”', 'Delete', { see: '.toast' }] },
  { every: true, name: 'selection', scene: 'chat', steps: [LIST, 'More for “Offsite agenda”', 'Select', 'Kotlin coroutines versus threads'] },
  { name: 'archive', scene: 'archive', steps: [LIST, 'Archived chats'] },
  { name: 'archive, empty', scene: 'chat', steps: [LIST, 'Archived chats'], like: true },
  { every: true, name: 'search', scene: 'chat', steps: [LIST, { type: 'bucket', into: 'Search' }, { see: '.found-turn' }] },
  { name: 'search, nothing found', scene: 'chat', steps: [LIST, { type: 'otters', into: 'Search' }, { see: '.found .list-note:not(.late)' }], like: true },
  {
    name: 'search that fails',
    scene: 'chat',
    steps: [
      { run: `scripted.instead('search', () => Promise.reject({ code: 'store-failed', params: {}, retryable: true }))` },
      LIST,
      { type: 'otters', into: 'Search' },
      { see: '.found [role=alert]' },
    ],
    like: true,
  },
  { name: 'account menu', scene: 'accounts', steps: [LIST, { run: `document.querySelector('.account').click()` }] },
  { name: 'signing out', scene: 'accounts', steps: [LIST, { run: `document.querySelector('.account').click()` }, 'Sign out'], like: true },
  { name: 'many', scene: 'many', steps: [LIST], like: true },
];

/** What opens inside a conversation. */
const turns: readonly Screen[] = [
  { every: true, name: 'conversation', scene: 'chat', steps: [CHAT] },
  { name: 'conversation being answered', scene: 'writing', steps: [CHAT], like: true },
  { name: 'answer that is tried again', scene: 'held-up', steps: [CHAT], like: true },
  { every: true, name: 'answer that went silent', scene: 'held-up:silent', steps: [CHAT] },
  { name: 'conversation that was stopped', scene: 'stopped', steps: [CHAT], like: true },
  { every: true, name: 'conversation that failed', scene: 'turn-failed', steps: [CHAT] },
  { name: 'conversation in Chinese', scene: 'chinese', steps: ['突发上传的限流器'], like: true },
  { every: true, name: 'queue', scene: 'queue', steps: [CHAT] },
  { name: 'versions', scene: 'versions', steps: [CHAT] },
  { name: 'editing', scene: 'versions', steps: [CHAT, 'Edit'] },
  { name: 'another model', scene: 'chat', steps: [CHAT, 'Regenerate with another model'], like: true },
  { every: true, name: 'find', scene: 'chat', steps: [CHAT, MENU, 'Find in chat', { type: 'bucket', into: 'Find in chat' }, { see: '.find-count:not(:empty)' }] },
  { name: 'chat menu', scene: 'chat', steps: [CHAT, MENU], like: true },
  { name: 'export', scene: 'chat', steps: [CHAT, MENU, 'Export'] },
  { name: 'instructions here', scene: 'money', steps: [CHAT, 'Instructions for this chat, on', { see: 'q' }] },
  { name: 'who pays', scene: 'payers', steps: [CHAT, { run: `document.querySelector('button.payer').click()` }], like: true },
  { name: 'handing over', scene: 'payers', steps: [CHAT, { run: `document.querySelector('button.payer').click()` }, { run: `document.querySelector('.menu .menu-item').click()` }] },
  { every: true, name: 'prose', scene: 'prose', steps: [CHAT] },
  { name: 'drawn', scene: 'prose', steps: [CHAT, 'Draw the diagram', { see: '.drawing[data-drawn]' }] },
  {
    name: 'link that is asked about',
    scene: 'prose',
    steps: [
      CHAT,
      {
        run: `scripted.instead('open_link', () => ({ before: 'https://', host: 'xn--80ak6aa92e.com', after: '/' + 'all-that-was-said-'.repeat(40), unicode: 'аррӏе.com', doubts: [{ kind: 'otherHost', named: 'github.com' }, { kind: 'lookAlike' }, { kind: 'saysMuch' }] }))`,
      },
      { run: `document.querySelector('.prose a[href^=http]').click()` },
      { see: '.leaving' },
    ],
  },
  { name: 'not drawn', scene: 'prose:broken', steps: [CHAT, 'Draw the diagram', { see: '.drawing-failed' }], like: true },
];

/** What is written, and what goes along. */
const composer: readonly Screen[] = [
  { every: true, name: 'models', scene: 'money', steps: ['Model for the next message: GPT-5.1'] },
  { name: 'model that is withheld', scene: 'chat', steps: ['Model for the next message: GPT-5.1', { type: 'haiku', into: 'Find a model' }], like: true },
  { name: 'no such model', scene: 'chat', steps: ['Model for the next message: GPT-5.1', { type: 'zzz', into: 'Find a model' }], like: true },
  { name: 'effort', scene: 'chat', steps: ['Reasoning: Medium effort'], like: true },
  { name: 'prompts', scene: 'money', steps: [{ type: '/', into: 'Message' }, { see: '.prompt-list' }] },
  { name: 'prompt to fill in', scene: 'money', steps: [{ type: '/tr', into: 'Message' }, { see: '.prompt-list' }, { run: `document.querySelector('.prompt-list .menu-item').click()` }] },
  { every: true, name: 'attached', scene: 'attached', steps: [CHAT, { see: '.attached-picture img' }] },
  { name: 'attached, refused', scene: 'refused', steps: ['Attach', { see: '.dock-notice' }], like: true },
  { name: 'picture', scene: 'attached', steps: [CHAT, 'Show burst-trace.png', { see: '.viewer img' }] },
  { name: 'file', scene: 'attached', steps: [CHAT, 'Show upload-log.csv', { see: '.viewer pre' }] },
  { name: 'drop', scene: 'attached', steps: [CHAT, { run: `dispatchEvent(new CustomEvent('wingman-drop', { detail: { kind: 'over' } }))` }, { see: '.drop' }], like: true },
  { name: 'near the limit', scene: 'money:90', steps: [CHAT] },
  { every: true, name: 'palette', scene: 'chat', steps: [PALETTE] },
  { name: 'palette that found words', scene: 'chat', steps: [PALETTE, { type: 'bucket', into: 'Commands and chats' }, { see: '.palette-text' }], like: true },
];

const page = (tab: string, scene = 'managed', more: readonly Step[] = []): Screen => ({ name: `settings: ${tab}`, scene, steps: [LIST, 'Settings', tab, ...more] });

const settings: readonly Screen[] = [
  { ...page('Accounts'), every: true },
  { ...page('Accounts', 'standings'), name: 'settings: Accounts that stand differently', like: true },
  { ...page('Appearance'), every: true },
  { ...page('Language'), like: true },
  { ...page('Desktop'), name: 'settings: Desktop' },
  page('Instructions', 'money'),
  { ...page('Instructions', 'money', ['Add a prompt']), name: 'settings: a new prompt' },
  { ...page('Usage', 'money', [{ see: '.usage-scroll' }]), every: true },
  { ...page('Organisation'), like: true },
  page('Data'),
  { ...page('Data', 'managed', ['Delete all chats']), name: 'settings: deleting all chats', like: true },
  { ...page('Keyboard shortcuts'), every: true },
  { ...page('About'), like: true },
  { ...page('About', 'managed', ['Third-party licences', { see: '.licence' }]), name: 'settings: licences' },
];

export const SCREENS: readonly Screen[] = [...scenes, ...list, ...turns, ...composer, ...settings];

/** The themes: light and dark in every palette. */
export const THEMES = (['standard', 'highContrast', 'colorblind', 'tritanopia'] as const).flatMap((palette) =>
  (['light', 'dark'] as const).map((theme) => ({ theme, palette })),
);
