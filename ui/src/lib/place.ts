/** Where a menu opens: under its button when there is room, else above it, and never outside the window. */

const GAP = 4;
const EDGE = 8;

/** Places `menu`, which is fixed, at `button`. Through the CSSOM: a style attribute would break the page's CSP. */
export function place(menu: HTMLElement, button: HTMLElement, end: boolean): void {
  const at = button.getBoundingClientRect();
  const size = menu.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const height = document.documentElement.clientHeight;
  const wanted = end ? at.right - size.width : at.left;
  const left = Math.max(EDGE, Math.min(wanted, width - size.width - EDGE));
  const below = height - at.bottom - GAP - EDGE;
  const above = at.top - GAP - EDGE;
  const under = size.height <= below || below >= above;
  menu.style.left = `${left}px`;
  menu.style.maxHeight = `${under ? below : above}px`;
  if (under) menu.style.top = `${at.bottom + GAP}px`;
  else menu.style.bottom = `${height - at.top + GAP}px`;
}
