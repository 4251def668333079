/** What the text box takes from the program, and what is sent of it. */

/**
 * Puts a text in the place of what the box holds. With `undoable` a person can take it back, as with a starter;
 * otherwise the history ends here, as with another chat's draft: undo must not bring one chat's words into another.
 */
export function put(box: HTMLTextAreaElement, text: string, undoable: boolean): void {
  const { activeElement } = box.ownerDocument;
  // The engine writes where the focus is, and whoever types somewhere else keeps it there.
  const free = activeElement === box || !activeElement?.matches('input, textarea, select, dialog *');
  if (undoable && free && !box.closest('[inert]')) {
    box.focus();
    box.select();
    // Old, and told to be avoided; but nothing else writes into a box and leaves its history whole.
    // eslint-disable-next-line @typescript-eslint/no-deprecated
    document.execCommand('insertText', false, text);
  }
  if (box.value !== text) box.value = text;
}

/** The question as it is sent: without stray space around it, and with the indentation of its first line if it has more. */
export function asSent(typed: string): string {
  const text = typed.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd();
  return text.includes('\n') ? text : text.trim();
}

/** The language of a text by its script, where that tells; the face and the spelling go by it. */
export function languageOf(text: string): string | undefined {
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)) return 'ja';
  if (/\p{Script=Hangul}/u.test(text)) return 'ko';
  return /\p{Script=Han}/u.test(text) ? 'zh' : undefined;
}
