/**
 * Footnotes whose marks came before their notes. Rust cannot know then whether `[^name]` is a mark or an expression,
 * and nothing that has settled is made anew; once the note is on the page, the window knows.
 */
import { say } from '../messages/say.svelte';

/** Makes marks of the names whose notes are in the answer; once it is `over`, marks without a note lead nowhere. */
export function linkNotes(prose: Element, over: boolean): void {
  for (const name of prose.querySelectorAll<HTMLElement>('.footnote-name')) {
    const label = name.textContent.slice(2, -1);
    const anchor = label.toLowerCase();
    if (!prose.querySelector(`[data-anchor="fn-${anchor}"]`)) continue;
    const mark = document.createElement('sup');
    mark.className = 'footnote-mark';
    mark.dataset.anchor = `ref-${anchor}`;
    const link = document.createElement('a');
    link.href = `#fn-${anchor}`;
    link.setAttribute('aria-label', say.prose.note(label));
    link.textContent = label;
    mark.append(link);
    name.replaceWith(mark);
  }
  if (!over) return;
  for (const link of prose.querySelectorAll('.footnote-mark a')) {
    const anchor = link.getAttribute('href')?.slice(1) ?? '';
    if (!prose.querySelector(`[data-anchor="${anchor}"]`)) link.replaceWith(link.textContent);
  }
}
