/**
 * What the window adds to an answer's ready HTML: names and buttons in the person's language, where a link goes, and
 * the caret. The HTML itself comes clean from Rust and without a word of the interface.
 */
import { iconMarkup } from '../lib/icons';
import { say } from '../messages/say.svelte';

/** Parses an answer's HTML and decorates it. `settled` code can be copied; code still being written cannot. */
export function decorated(html: string, settled: boolean): ChildNode[] {
  const template = document.createElement('template');
  template.innerHTML = html;
  const content = template.content;
  for (const figure of content.querySelectorAll<HTMLElement>('figure.code')) nameCode(figure, settled);
  for (const table of content.querySelectorAll('div.table')) table.setAttribute('aria-label', say.table);
  for (const quote of content.querySelectorAll<HTMLElement>('blockquote[data-alert]')) nameAlert(quote);
  for (const link of content.querySelectorAll('a[href]')) link.setAttribute('title', link.getAttribute('href') ?? '');
  return [...content.childNodes];
}

function nameCode(figure: HTMLElement, settled: boolean): void {
  const language = figure.dataset.language;
  figure.querySelector('pre')?.setAttribute('aria-label', language ? say.codeIn(language) : say.code);
  if (!settled) return;
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'button button-plain code-copy';
  button.setAttribute('aria-label', say.copyCode);
  button.innerHTML = iconMarkup('copy');
  button.append(say.copy);
  figure.querySelector('.code-head')?.append(button);
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
  for (let inner = lastElement(place.childNodes); inner && !inner.matches('br, hr, input'); ) {
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
