/**
 * Everything that can be done from anywhere: one list, which feeds the palette, the keys, the sheet of shortcuts and
 * the tips of buttons. A further command is a further entry here.
 */
import { desk } from '../chat/desk.svelte';
import { models } from '../chat/models.svelte';
import { use } from '../chat/others';
import type { Appearance, Theme, Turn } from '../bridge';
import type { Messages } from '../messages/en';
import { tables } from '../messages/languages';
import type { SettingsTab } from '../settings/tabs';
import { door } from '../sign-in/door.svelte';
import { app } from './app.svelte';
import type { IconName } from './icons';
import { ariaKeys, chordName, pressed, type Chord } from './keys';
import { hooks, panels } from './panels.svelte';
import { mayAsk } from './standing';
import { zoom } from './zoom';

/** Under which heading a command stands. */
export type CommandGroup = keyof Messages['comfort']['groups'];

export type Command = {
  /** Lasting: what was used recently is remembered by it. */
  id: string;
  group: CommandGroup;
  icon: IconName;
  /** What it is called, by the words of a language. In the palette it is found by its name in each of them. */
  name: (say: Messages) => string;
  keys?: Chord;
  /** Works over a dialog and before anybody is signed in, too. */
  anywhere?: true;
  /** Only a key: the palette does not offer it. */
  hidden?: true;
  /** Whether the part of the window that does it is there; it is, when it does not say. */
  exists?: () => boolean;
  /** Whether it can be done now; always, when it does not say. */
  when?: () => boolean;
  run: () => void;
};

const inChat = (): boolean => desk.conversation !== null;

/** The answer at the end of the chat. */
const lastAnswer = (): Turn | undefined => desk.conversation?.turns.findLast(({ role }) => role === 'copilot');

/** Opens a page of the settings. */
const page = (tab: SettingsTab, icon: IconName, name: (say: Messages) => string): Command => ({
  id: `settings-${tab}`,
  group: 'settings',
  icon,
  name: (say) => say.comfort.settingsPage(name(say)),
  run: () => (panels.settings = tab),
});

const theme = (value: Theme, name: (say: Messages) => string): Command => ({
  id: `theme-${value}`,
  group: 'view',
  icon: 'paintbrush',
  name: (say) => say.comfort.setting(say.theme, name(say)),
  when: () => app.state?.settings.theme !== value,
  run: () => app.set({ theme: value }),
});

/** Sets one thing of the appearance. */
const look = <K extends keyof Appearance>(key: K, value: Appearance[K], what: (say: Messages) => string, name: (say: Messages) => string): Command => ({
  id: `${key}-${String(value)}`,
  group: 'view',
  icon: 'paintbrush',
  name: (say) => say.comfort.setting(what(say), name(say)),
  when: () => app.state?.settings.appearance[key] !== value,
  run: () => app.look({ [key]: value }),
});

const COMMANDS: readonly Command[] = [
  { id: 'new-chat', group: 'chat', icon: 'plus', name: (say) => say.newChat, keys: 'mod+n', run: () => void desk.begin() },
  {
    id: 'new-window',
    group: 'chat',
    icon: 'plus',
    name: (say) => say.comfort.newWindow,
    keys: 'mod+shift+n',
    exists: () => hooks.newWindow !== undefined,
    run: () => hooks.newWindow?.(),
  },
  {
    id: 'palette',
    group: 'chat',
    icon: 'command-palette',
    name: (say) => say.comfort.palette,
    keys: 'mod+k',
    hidden: true,
    run: () => (panels.palette = true),
  },
  {
    id: 'find',
    group: 'chat',
    icon: 'search',
    name: (say) => say.comfort.find,
    keys: 'mod+f',
    exists: () => hooks.find !== undefined,
    when: inChat,
    run: () => hooks.find?.(),
  },
  {
    id: 'search',
    group: 'chat',
    icon: 'search',
    name: (say) => say.find.keySearch,
    keys: 'mod+shift+f',
    exists: () => hooks.search !== undefined,
    run: () => hooks.search?.(),
  },
  {
    id: 'print',
    group: 'chat',
    icon: 'file',
    name: (say) => say.find.keyPrint,
    keys: 'mod+p',
    exists: () => hooks.print !== undefined,
    when: inChat,
    run: () => hooks.print?.(),
  },
  { id: 'type', group: 'chat', icon: 'comment', name: (say) => say.comfort.typeMessage, run: () => desk.focus() },
  {
    id: 'copy-answer',
    group: 'chat',
    icon: 'copy',
    name: (say) => say.keyCopy,
    keys: 'mod+shift+c',
    when: inChat,
    run: () => void desk.copyLast(),
  },
  {
    id: 'stop',
    group: 'chat',
    icon: 'square-fill',
    name: (say) => say.keyStop,
    keys: 'escape',
    when: () => desk.answering,
    run: () => desk.stop(),
  },
  {
    id: 'regenerate',
    group: 'chat',
    icon: 'sync',
    name: (say) => say.comfort.regenerate,
    when: () => lastAnswer() !== undefined && !desk.answering && mayAsk(app.account),
    run: () => {
      const answer = lastAnswer();
      if (answer) desk.regenerate(answer.id);
    },
  },
  {
    id: 'branch',
    group: 'chat',
    icon: 'git-branch',
    name: (say) => say.comfort.branch,
    when: () => lastAnswer() !== undefined && !desk.answering,
    run: () => {
      const answer = lastAnswer();
      if (answer) desk.branch(answer.id);
    },
  },
  {
    id: 'export',
    group: 'chat',
    icon: 'paste',
    name: (say) => say.comfort.export,
    exists: () => hooks.exportChat !== undefined,
    when: inChat,
    run: () => hooks.exportChat?.(),
  },

  { id: 'instructions', group: 'chat', icon: 'note', name: (say) => say.told.here, run: () => (panels.instructions = true) },

  { id: 'zoom-in', group: 'view', icon: 'plus', name: (say) => say.comfort.zoomIn, keys: 'mod+plus', anywhere: true, run: () => zoom(1) },
  { id: 'zoom-out', group: 'view', icon: 'dash', name: (say) => say.comfort.zoomOut, keys: 'mod+minus', anywhere: true, run: () => zoom(-1) },
  { id: 'zoom-reset', group: 'view', icon: 'search', name: (say) => say.comfort.zoomReset, keys: 'mod+0', anywhere: true, run: () => zoom(0) },
  theme('system', (say) => say.themeSystem),
  theme('light', (say) => say.themeLight),
  theme('dark', (say) => say.themeDark),
  ...(['standard', 'highContrast', 'colorblind', 'tritanopia'] as const).map((palette) =>
    look('palette', palette, (say) => say.comfort.colours, (say) => say.comfort.palettes[palette]),
  ),
  ...(['comfortable', 'compact'] as const).map((density) =>
    look('density', density, (say) => say.comfort.density, (say) => say.comfort.densities[density]),
  ),

  { id: 'settings', group: 'settings', icon: 'gear', name: (say) => say.settings, keys: 'mod+,', run: () => (panels.settings = 'accounts') },
  page('accounts', 'person', (say) => say.accounts),
  page('appearance', 'paintbrush', (say) => say.appearance),
  page('language', 'globe', (say) => say.language),
  page('desktop', 'device-desktop', (say) => say.shell.page),
  page('instructions', 'note', (say) => say.told.page),
  page('usage', 'graph', (say) => say.usage.page),
  { ...page('data', 'database', (say) => say.find.data), when: () => app.account !== null },
  { ...page('organization', 'organization', (say) => say.managed.page), when: () => app.state?.managed != null },
  page('about', 'info', (say) => say.about),
  { id: 'shortcuts', group: 'settings', icon: 'command-palette', name: (say) => say.shortcuts, keys: '?', run: () => (panels.settings = 'shortcuts') },
  { id: 'add-account', group: 'accounts', icon: 'person', name: (say) => say.addAccount, run: () => door.add() },
];

/** What there is one of for each language, account and model. */
const SOURCES: readonly (() => Command[])[] = [
  () =>
    [...tables].map(([tag, words]) => ({
      id: `language-${tag}`,
      group: 'view',
      icon: 'globe',
      name: (say) => say.comfort.setting(say.language, words.languageName),
      when: () => app.state?.settings.language !== tag,
      run: () => app.set({ language: tag }),
    })),
  () =>
    (app.state?.accounts ?? []).map((account) => ({
      id: `account-${account.id}`,
      group: 'accounts',
      icon: 'person',
      name: (say) => say.switchTo(account.login, account.host),
      when: () => app.account?.id !== account.id,
      run: () => use(account),
    })),
  () =>
    (models.offered?.models ?? []).map((model) => ({
      id: `model-${model.id}`,
      group: 'models',
      icon: 'beaker',
      name: (say) => say.comfort.useModel(model.name),
      when: () => desk.model !== model.id,
      run: () => {
        void desk.choose(model.id);
        desk.focus();
      },
    })),
];

/** Whether a command can be done now. */
const possible = ({ exists, when }: Command): boolean => (exists?.() ?? true) && (when?.() ?? true);

/** Every command that can be done now. */
export function commands(): Command[] {
  return [...COMMANDS, ...SOURCES.flatMap((source) => source())].filter((one) => possible(one) && !one.hidden);
}

/** The command that a key means, if it can be done now. Over a dialog only what works anywhere. */
export function commandOf(event: KeyboardEvent, anywhere: boolean): Command | undefined {
  return COMMANDS.find((one) => one.keys !== undefined && (!anywhere || one.anywhere) && pressed(one.keys, event) && possible(one));
}

/** A key that belongs to one place and is handled there, for the sheet of shortcuts. */
type Habit = Pick<Command, 'group' | 'name' | 'exists'> & { keys: readonly Chord[] };

const HABITS: readonly Habit[] = [
  { group: 'chat', name: (say) => say.keySend, keys: ['enter'] },
  { group: 'chat', name: (say) => say.keyLine, keys: ['shift+enter'] },
  { group: 'chat', name: (say) => say.comfort.editLast, keys: ['arrowup'] },
  { group: 'chat', name: (say) => say.comfort.undo, keys: ['mod+z'] },
  { group: 'chat', name: (say) => say.comfort.redo, keys: ['mod+shift+z', 'mod+y'] },
  { group: 'view', name: (say) => say.keyList, keys: ['arrowup', 'arrowdown'] },
  { group: 'view', name: (say) => say.find.keySelect, keys: ['shift+arrowup', 'shift+arrowdown'] },
];

/** The sheet of shortcuts, by heading. What no part of the window can do yet is not in it. */
export function shortcutSheet(): { group: CommandGroup; rows: Habit[] }[] {
  const keyed = COMMANDS.flatMap((one): Habit[] => (one.keys === undefined ? [] : [{ ...one, keys: [one.keys] }]));
  const all = [...HABITS, ...keyed].filter(({ exists }) => exists?.() ?? true);
  return (['chat', 'view', 'settings'] as const).map((group) => ({ group, rows: all.filter((one) => one.group === group) }));
}

/** The keys of a command. */
export function keysOf(id: string): Chord | undefined {
  return COMMANDS.find((one) => one.id === id)?.keys;
}

/** What the button of a command carries: its keys for assistive technology, and a tip with its name and keys. */
export function tip(id: string, name: string): { 'aria-keyshortcuts'?: string; title?: string } {
  const keys = keysOf(id);
  return keys === undefined ? {} : { 'aria-keyshortcuts': ariaKeys(keys), title: `${name} (${chordName(keys)})` };
}
