/** Calling a saved prompt by its name, `/name`, and filling in what stands in double braces in it. */

/** A call that is being typed: where it stands, and the name so far. */
export type Call = { from: number; to: number; query: string };

/**
 * The call at the caret, if there is one. It begins a line: a slash in the middle of one is a path, a date or a
 * fraction.
 */
export function callAt(text: string, caret: number): Call | null {
  const from = text.lastIndexOf('\n', caret - 1) + 1;
  const match = /^\/([^\s/]*)$/.exec(text.slice(from, caret));
  if (!match || /^[^\s]/.test(text.slice(caret))) return null;
  return { from, to: caret, query: match[1] ?? '' };
}

const PLACEHOLDER = /\{\{\s*([^{}\n]+?)\s*\}\}/g;

/** What is to be filled in, each thing once, in the order in which it stands there. */
export function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ''))];
}

/** The text with its places filled in. What has no value is left as it is. */
export function filled(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => values.get(name) ?? whole);
}
