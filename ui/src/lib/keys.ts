/**
 * Keys, as they are pressed, shown and told. A chord is written `mod+shift+c`, where `mod` is Ctrl, on a Mac ⌘; `plus`
 * and `minus` are these signs, since `+` is what joins them.
 */

export type Chord = string;

type Parts = { mod: boolean; shift: boolean; alt: boolean; key: string };

const mac = (): boolean => navigator.userAgent.includes('Mac');

function partsOf(chord: Chord): Parts {
  const names = chord.split('+');
  const key = names.pop() ?? '';
  return { mod: names.includes('mod'), shift: names.includes('shift'), alt: names.includes('alt'), key };
}

/** What a key is called in an event; some signs come with Shift on one layout and without it on another. */
const SIGNS: Readonly<Record<string, readonly string[]>> = { plus: ['+', '='], minus: ['-', '_'], '?': ['?'] };
/** Where a sign lies, for layouts whose keys give other letters. */
const CODES: Readonly<Record<string, string>> = { ',': 'Comma', '0': 'Digit0', plus: 'Equal', minus: 'Minus' };

/** Whether an event is this chord. */
export function pressed(chord: Chord, event: KeyboardEvent): boolean {
  const { mod, shift, alt, key } = partsOf(chord);
  const command = mac() ? event.metaKey : event.ctrlKey;
  const other = mac() ? event.ctrlKey : event.metaKey;
  if (command !== mod || other || event.altKey !== alt) return false;
  const signs = SIGNS[key];
  if (!signs && event.shiftKey !== shift) return false;
  const name = event.key.toLowerCase();
  if (signs ? signs.includes(name) : name === key) return true;
  // A layout of other letters (Cyrillic, Greek, Chinese punctuation): the key at the same place.
  const foreign = /^[^\0-\x7f]$/.test(event.key);
  return foreign && key !== '?' && event.code === (CODES[key] ?? `Key${key.toUpperCase()}`);
}

const CAPS: Readonly<Record<string, string>> = {
  plus: '+',
  minus: '−',
  escape: 'Esc',
  enter: 'Enter',
  arrowup: '↑',
  arrowdown: '↓',
};

/** The caps of its keys, as they are shown. */
export function capsOf(chord: Chord): string[] {
  const { mod, shift, alt, key } = partsOf(chord);
  const names = mac() ? { mod: '⌘', shift: '⇧', alt: '⌥' } : { mod: 'Ctrl', shift: 'Shift', alt: 'Alt' };
  return [mod && names.mod, alt && names.alt, shift && names.shift, CAPS[key] ?? key.toUpperCase()].filter((cap) => cap !== false);
}

/** The chord in one word, for a title. */
export function chordName(chord: Chord): string {
  return capsOf(chord).join(mac() ? '' : '+');
}

/** The chord for `aria-keyshortcuts`. */
export function ariaKeys(chord: Chord): string {
  const { mod, shift, alt, key } = partsOf(chord);
  const names: Readonly<Record<string, string>> = { plus: 'Plus', minus: '-', escape: 'Escape', enter: 'Enter', arrowup: 'ArrowUp', arrowdown: 'ArrowDown' };
  return [mod && (mac() ? 'Meta' : 'Control'), alt && 'Alt', shift && 'Shift', names[key] ?? key.toUpperCase()].filter(Boolean).join('+');
}
