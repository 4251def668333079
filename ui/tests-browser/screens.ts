/** Every screen that the scripted host can show, and how each is reached. */

export type Screen = { name: string; scene: string; press?: string };

const scenes = [
  'starting',
  'locked',
  'blocked',
  'blocked:policy',
  'welcome',
  'no-keychain',
  'hosts',
  'waiting',
  'waiting:no-browser',
  'asking',
  'code',
  'finishing',
  'other',
  'failed',
  'managed-door',
  'chat',
  'writing',
  'stopped',
  'turn-failed',
  'signed-out',
  'accounts',
  'payers',
  'shut:no-copilot',
  'gate:several',
  'gate:grace',
  'copilot:no-plan',
  'managed',
  'sandbox',
  'chinese',
];

/** What opens inside a conversation. */
const pressed: Screen[] = [
  { name: 'conversation', scene: 'chat', press: 'A limiter for bursty uploads' },
  { name: 'conversation being answered', scene: 'writing', press: 'A limiter for bursty uploads' },
  { name: 'conversation that failed', scene: 'turn-failed', press: 'A limiter for bursty uploads' },
  { name: 'conversation in Chinese', scene: 'chinese', press: '突发上传的限流器' },
];

/** The pages of the settings, by their tabs. */
const settings = ['Accounts', 'Appearance', 'Language', 'Organisation', 'Keyboard shortcuts', 'About'].map(
  (tab): Screen => ({ name: `settings: ${tab}`, scene: 'managed', press: tab }),
);

export const SCREENS: readonly Screen[] = [...scenes.map((scene) => ({ name: scene, scene })), ...pressed, ...settings, { name: 'palette', scene: 'chat' }];

/** The themes: light and dark in every palette. */
export const THEMES = (['standard', 'highContrast', 'colorblind', 'tritanopia'] as const).flatMap((palette) =>
  (['light', 'dark'] as const).map((theme) => ({ theme, palette })),
);
