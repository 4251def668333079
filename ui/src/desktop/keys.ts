/** Keys that a person presses to choose them: as the shell knows them, and as people read them. */

const MODIFIERS = ['Control', 'Alt', 'Shift', 'Super'] as const;
type Modifier = (typeof MODIFIERS)[number];

/** What was pressed, or why it cannot be used anywhere. */
export type Pressed = { kind: 'keys'; keys: string } | { kind: 'waiting' } | { kind: 'bare' } | { kind: 'cancelled' };

/** Keys that may stand alone: no program takes them for writing. */
const ALONE = /^F\d{1,2}$/;
/** Keys that a keyboard has everywhere, by where they are and not by what they write. */
const USABLE = /^(Key[A-Z]|Digit\d|F\d{1,2}|Numpad\d|Arrow(Up|Down|Left|Right)|Space|Enter|Tab|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Minus|Equal|BracketLeft|BracketRight|Backslash|Semicolon|Quote|Backquote|Comma|Period|Slash|Pause|PrintScreen)$/;

function held(event: KeyboardEvent): Modifier[] {
  const down: Record<Modifier, boolean> = {
    Control: event.ctrlKey,
    Alt: event.altKey,
    Shift: event.shiftKey,
    Super: event.metaKey,
  };
  return MODIFIERS.filter((modifier) => down[modifier]);
}

/** Reads a key press as a choice of keys. */
export function pressed(event: KeyboardEvent): Pressed {
  const modifiers = held(event);
  if (event.code === 'Escape' && modifiers.length === 0) return { kind: 'cancelled' };
  if (!USABLE.test(event.code)) return { kind: 'waiting' };
  // Shift alone writes a capital letter: whoever takes that takes it from every program.
  const alone = modifiers.every((modifier) => modifier === 'Shift');
  if (alone && !ALONE.test(event.code)) return { kind: 'bare' };
  return { kind: 'keys', keys: [...modifiers, event.code].join('+') };
}

const SIGNS: Record<string, string> = {
  Minus: '-',
  Equal: '=',
  BracketLeft: '[',
  BracketRight: ']',
  Backslash: '\\',
  Semicolon: ';',
  Quote: "'",
  Backquote: '`',
  Comma: ',',
  Period: '.',
  Slash: '/',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
};
const MAC: Record<string, string> = { Control: '⌃', Alt: '⌥', Shift: '⇧', Super: '⌘' };

/** The keys one by one, as they are printed on a keyboard. */
export function printed(keys: string, mac: boolean): string[] {
  return keys.split('+').map((key) => {
    if (mac && MAC[key] !== undefined) return MAC[key];
    if (key === 'Control') return 'Ctrl';
    return SIGNS[key] ?? key.replace(/^(Key|Digit)/, '').replace(/^Numpad/, 'Num ');
  });
}
