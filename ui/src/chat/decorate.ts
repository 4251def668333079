/**
 * What the window adds to an answer's ready HTML: names and buttons in the person's language, where a link goes, and
 * the caret. The HTML itself comes clean from Rust and without a word of the interface.
 */
import { type IconName, iconMarkup } from '../lib/icons';
import { say } from '../messages/say.svelte';

/** Parses an answer's HTML and decorates it. `settled` code can be copied; code still being written cannot. */
export function decorated(html: string, settled: boolean): ChildNode[] {
  const template = document.createElement('template');
  template.innerHTML = html;
  const content = template.content;
  for (const figure of content.querySelectorAll<HTMLElement>('figure.code')) nameCode(figure, settled);
  for (const table of content.querySelectorAll('div.table')) table.setAttribute('aria-label', say.table);
  for (const quote of content.querySelectorAll<HTMLElement>('blockquote[data-alert]')) nameAlert(quote);
  for (const link of content.querySelectorAll('a[href]')) nameLink(link);
  for (const formula of content.querySelectorAll('.math-display')) formula.setAttribute('aria-label', say.prose.formula);
  for (const source of content.querySelectorAll('.math-source')) source.setAttribute('title', say.prose.unread);
  return [...content.childNodes];
}

function nameCode(figure: HTMLElement, settled: boolean): void {
  const language = figure.dataset.language;
  figure.querySelector('pre')?.setAttribute('aria-label', language ? say.codeIn(language) : say.code);
  if (!settled) return;
  const tools = document.createElement('div');
  tools.className = 'code-tools';
  if (language?.toLowerCase() === 'mermaid') tools.append(button('code-draw', 'workflow', say.prose.drawDiagram, say.prose.draw));
  const wrap = button('code-wrap', 'wrap', say.prose.wrap);
  wrap.setAttribute('aria-pressed', 'false');
  tools.append(wrap, button('code-save', 'download', say.prose.save), button('code-copy', 'copy', say.copyCode, say.copy));
  figure.querySelector('.code-head')?.append(tools);
}

/** A button of a code block's head: with its word, or with its icon alone where the word is in its name. */
export function button(kind: string, icon: IconName, name: string, word?: string): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = `button button-plain ${kind}`;
  made.setAttribute('aria-label', name);
  made.innerHTML = iconMarkup(icon);
  if (word === undefined) made.title = name;
  else made.append(word);
  return made;
}

/** Says where a link leads: to an address, which it may hide behind other words, or to a note and back. */
function nameLink(link: Element): void {
  const address = link.getAttribute('href') ?? '';
  const name = link.textContent;
  if (!link.parentElement?.matches('.footnote-mark')) link.setAttribute('title', address);
  else if (address.startsWith('#ref-')) link.setAttribute('aria-label', say.prose.backFromNote(name));
  else link.setAttribute('aria-label', say.prose.note(name));
}

function nameAlert(quote: HTMLElement): void {
  const kind = quote.dataset.alert as keyof typeof say.alerts;
  const title = document.createElement('p');
  title.className = 'alert-kind';
  title.textContent = say.alerts[kind];
  quote.prepend(title);
}

/** Puts the caret behind the last word of what is being written. */
export function addCaret(nodes: readonly ChildNode[]): void {
  let place = lastElement(nodes);
  if (!place || place.matches('hr')) return;
  for (let inner = lastElement(place.childNodes); inner && !inner.matches('br, hr, img, input, .math, .footnote-mark'); ) {
    place = inner;
    inner = lastElement(place.childNodes);
  }
  const caret = document.createElement('span');
  caret.className = 'caret';
  place.append(caret);
}

/** The last node, when it is an element: white space between elements does not count, words do. */
function lastElement(nodes: Iterable<ChildNode>): Element | null {
  const last = [...nodes].findLast((node) => node instanceof Element || node.textContent?.trim());
  return last instanceof Element ? last : null;
}
