/** How well a query fits a name: letters in their order are enough, letters that stand together are better. */

/** No more of a name is looked at. */
const LONGEST = 200;
const WORD = 12;
const TOGETHER = 6;
const START = 10;
/** For each letter of a query that stands in the name as it is: at a word's beginning, or inside a word. */
const WHOLE = 40;
const INSIDE = 7;
/** Each letter that is passed over costs a little, so that the shorter name wins. */
const PASSED = 0.2;

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** A score above 0, or 0 when the query's letters are not in the name in their order. An empty query fits anything. */
export function fit(query: string, name: string): number {
  const wanted = Array.from(plain(query)).filter((letter) => letter.trim() !== '');
  if (wanted.length === 0) return 1;
  const text = plain(name).slice(0, LONGEST);
  const whole = text.indexOf(plain(query).trim());
  if (whole >= 0 && starts(text, whole)) return WHOLE * wanted.length + (whole === 0 ? START : 0) - text.length * PASSED;
  const inside = whole >= 0 ? INSIDE * wanted.length - text.length * PASSED : 0;
  let score = 0;
  let from = 0;
  let last = -2;
  for (const letter of wanted) {
    const at = next(text, letter, from, last);
    if (at < 0) return 0;
    score += 1 + (at === last + 1 ? TOGETHER : starts(text, at) ? WORD : 0) - (at - from) * PASSED;
    last = at;
    from = at + letter.length;
  }
  return Math.max(score - text.length * PASSED, inside, 0.01);
}

/** Where the letter comes next: right behind the last one, else at a word's beginning, else anywhere. */
function next(text: string, letter: string, from: number, last: number): number {
  if (last >= 0 && text.startsWith(letter, from)) return from;
  for (let at = text.indexOf(letter, from); at >= 0; at = text.indexOf(letter, at + 1)) if (starts(text, at)) return at;
  return text.indexOf(letter, from);
}

/** Whether a word begins here. In scripts without spaces every letter begins one. */
function starts(text: string, at: number): boolean {
  return at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '') || /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text[at] ?? '');
}
