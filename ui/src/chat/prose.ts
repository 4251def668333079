/**
 * What happens where an answer's text is clicked. One listener for the whole conversation: the text itself comes
 * ready from Rust, and nothing in it listens by itself.
 */
import { call } from '../bridge';
import { app } from '../lib/app.svelte';
import { say } from '../messages/say.svelte';
import { draw } from './drawing';
import { fileName, save } from './files';
import { leaving } from './leaving.svelte';

/** Does what a click in the conversation is for. `tell` says politely what was done. */
export function clicked(event: MouseEvent, tell: (words: string) => void): void {
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest('a[href]');
  if (link) {
    event.preventDefault();
    if (event.button !== 2) follow(link);
    return;
  }
  const pressed = event.target.closest('.code-head button');
  const figure = pressed?.closest<HTMLElement>('.code');
  const code = figure?.querySelector('pre');
  if (!pressed || !figure || !code || event.button !== 0) return;
  if (pressed.matches('.code-copy')) copy(code.textContent, tell);
  else if (pressed.matches('.code-save')) save(code.textContent, fileName(figure.dataset.language), tell);
  else if (pressed.matches('.code-wrap')) wrap(figure, pressed);
  else if (pressed.matches('.code-draw')) draw(figure, tell);
}

function copy(text: string, tell: (words: string) => void): void {
  void app.attempt(call('copy_text', { text })).then((done) => {
    if (done) tell(say.copied);
  });
}

function wrap(figure: Element, button: Element): void {
  const wrapped = figure.classList.toggle('code-wrapped');
  button.setAttribute('aria-pressed', String(wrapped));
}

/** Opens a link in the browser, or goes to the place in the same answer that it names. */
function follow(link: Element): void {
  const address = link.getAttribute('href') ?? '';
  if (!address.startsWith('#')) {
    void leaving.open(address, link.textContent);
    return;
  }
  const place = placeOf(link, address.slice(1));
  if (!place) return;
  // Reached by keyboard, too: reading goes on from there.
  place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView({ block: 'start', behavior: calm() ? 'auto' : 'smooth' });
}

const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** The place of that name in the answer that `from` is in: two answers may have the same names. */
function placeOf(from: Element, name: string): HTMLElement | null {
  const places = [...(from.closest('.prose')?.querySelectorAll<HTMLElement>('[data-anchor]') ?? [])];
  const named = (wanted: string): HTMLElement[] => places.filter((place) => place.dataset.anchor === wanted);
  // The second heading of the same words is `name-1`, as on GitHub.
  const [, words, number] = /^(.+)-(\d{1,3})$/.exec(name) ?? [];
  return named(name)[0] ?? (words === undefined ? null : (named(words)[Number(number)] ?? null));
}
