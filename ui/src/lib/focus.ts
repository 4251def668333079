/**
 * The focus goes on when what had it goes away: a row that was deleted, a button of a message that was dismissed. Left
 * alone it falls to the page itself, where keys do nothing and a screen reader begins at the top.
 *
 * One place for all of them: it watches what happens on the page, so that no button has to think of it.
 */

/** What can be walked to in the list, and what stands in for it. */
const ROWS = '.chat-link, .found-link';
const COMPOSER = 'main .composer textarea';
const FOCUSABLE = 'button:not([tabindex="-1"]), input, textarea, select, [tabindex="0"], a[href]';

/** What has the focus, and where it goes from there, the nearest first. */
type Held = { element: Element; next: Element[]; dialog: Element | null };

/** Begins; answers with what ends it. */
export function keepFocus(): () => void {
  let held: Held | null = null;

  function took(event: FocusEvent): void {
    if (event.target instanceof Element) held = { element: event.target, next: nextTo(event.target), dialog: event.target.closest('dialog') };
  }

  /**
   * Left: for something else, which then has it, though what is left may go away before it arrives there; or for nothing,
   * by a click beside everything or because it is just being taken away.
   */
  function left(event: FocusEvent): void {
    if (event.relatedTarget !== null) {
      held = null;
      return;
    }
    const from = event.target;
    queueMicrotask(() => {
      if (from instanceof Element && from.isConnected && fallen() && held?.element === from) held = null;
    });
  }

  function changed(): void {
    if (!held || held.element.isConnected || !fallen()) return;
    const { next, dialog } = held;
    held = null;
    // What is open over the window keeps the focus; an action in it may have taken its own button away.
    const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? null;
    const candidates = open ? (open === dialog ? [...next, ...open.querySelectorAll(FOCUSABLE)] : []) : [...next, ...places()];
    const to = candidates.find((one): one is HTMLElement => one instanceof HTMLElement && usable(one));
    to?.focus();
  }

  document.addEventListener('focusin', took);
  // The first that is told of it, before anybody who takes something away because of it.
  document.addEventListener('blur', left, { capture: true });
  const watch = new MutationObserver(changed);
  watch.observe(document.body, { childList: true, subtree: true });
  return () => {
    document.removeEventListener('focusin', took);
    document.removeEventListener('blur', left, { capture: true });
    watch.disconnect();
  };
}

function fallen(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

function usable(element: HTMLElement): boolean {
  return element.isConnected && !element.closest('[inert]') && !element.matches(':disabled');
}

/** The rows around it: those that follow, then those before, the last one first. */
function nextTo(element: Element): Element[] {
  const list = element.closest('nav');
  if (!list) return [];
  const rows = [...list.querySelectorAll(ROWS)];
  const follows = (row: Element): boolean => (element.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  return [...rows.filter(follows), ...rows.filter((row) => row !== element && !follows(row)).reverse()];
}

/** Where one goes on when no row is near: the composer; in a drawer, which covers it, the drawer's own buttons. */
function places(): Element[] {
  return [...document.querySelectorAll(COMPOSER), ...document.querySelectorAll('.sidebar button')];
}
