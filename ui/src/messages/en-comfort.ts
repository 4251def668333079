/** The palette, the shortcuts and the looks, in English. */
import { plural } from './plural';

/** What a command that sets something is called. */
const setting = (what: string, value: string): string => `${what}: ${value}`;

export const comfort = {
  palette: 'Commands and chats',
  palettePlaceholder: 'Type a command, or words from a chat',
  paletteNone: (query: string) => `No command and no chat has “${query}”.`,
  paletteFound: (count: number) => plural('en', count, { one: '# result', other: '# results' }),
  commands: 'Commands',
  recent: 'Recent',
  chats: 'Chats',
  inChats: 'Found in all chats',

  groups: { chat: 'Actions', view: 'View', settings: 'Settings', accounts: 'Accounts', models: 'Models' },
  newWindow: 'New window',
  find: 'Find in chat',
  export: 'Export this chat',
  regenerate: 'Regenerate the last answer',
  branch: 'Branch from the last answer',
  typeMessage: 'Go to the message box',
  settingsPage: (name: string) => `Settings: ${name}`,
  useModel: (name: string) => `Use the model ${name}`,
  setting,

  editLast: 'Edit the last question, in an empty message box',
  undo: 'Undo what was typed',
  redo: 'Redo it',

  colours: 'Colours',
  palettes: {
    standard: 'Standard',
    highContrast: 'High contrast',
    colorblind: 'Protanopia and deuteranopia',
    tritanopia: 'Tritanopia',
  },
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomReset: 'Reset zoom',
  density: 'Density',
  densities: { comfortable: 'Comfortable', compact: 'Compact' },
  font: 'Font',
  fonts: { system: 'System', serif: 'Serif, in chats', monospace: 'Monospace, in chats', legible: (name: string) => `Easy to read (${name})` },
  codeFont: 'Font of code',
  codeFontSystem: 'System',
  width: 'Width of text',
  widths: { narrow: 'Narrow', normal: 'Normal', wide: 'Wide', full: 'As wide as the window' },
  reading: 'Reading and writing',
  motion: 'Reduce motion',
  motionHint: 'Nothing moves, whatever the system says.',
  spelling: 'Check spelling',
  spellingHint: 'In what you type, with the dictionaries of your system.',
};
