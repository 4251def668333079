/**
 * Texts as they are compared when something is looked for: whatever the case, the accents and the width. The core does
 * the same (`core/src/chat/marks.rs`), so that what it counts is what is marked here.
 */

/** A text as it is compared, and for each of its characters where in the text it comes from. */
export type Folded = { text: string; from: number[] };

export function fold(text: string): Folded {
  let folded = '';
  const from: number[] = [];
  let at = 0;
  for (const char of text) {
    const put = foldChar(char);
    folded += put;
    from.push(...Array<number>(put.length).fill(at));
    at += char.length;
  }
  from.push(text.length);
  return { text: folded, from };
}

function foldChar(char: string): string {
  let code = char.codePointAt(0) ?? 0;
  if (code >= 0xff01 && code <= 0xff5e) code -= 0xfee0;
  const narrow = String.fromCodePoint(code);
  if (/\s/.test(narrow)) return ' ';
  if (code < 0x80 || code >= 0x2000) return narrow.toLowerCase();
  return narrow.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
}

/** Where `what` stands in a text, as pairs of beginning and end. */
export function places({ text, from }: Folded, what: string): [number, number][] {
  const needle = fold(what).text;
  const found: [number, number][] = [];
  if (needle === '') return found;
  for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
    found.push([from[at] ?? 0, from[at + needle.length] ?? 0]);
  }
  return found;
}
