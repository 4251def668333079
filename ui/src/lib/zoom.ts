/** The size of everything, in per cent: the steps that browsers have, by keys, wheel and settings. */
import { app } from './app.svelte';
import { panels } from './panels.svelte';

export const STEPS: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200];
/** So much turning of a wheel with Ctrl held down is a step; a touch pad sends it in small parts. */
const TURN = 60;

/** The next step up or down from a size, which may lie between steps. */
export function stepped(zoom: number, by: 1 | -1): number {
  const next = by > 0 ? STEPS.find((step) => step > zoom) : STEPS.findLast((step) => step < zoom);
  return next ?? zoom;
}

/** Makes everything a step larger or smaller, or 100 %. */
export function zoom(by: 1 | -1 | 0): void {
  const now = app.state?.settings.appearance.zoom;
  if (now === undefined) return;
  const next = by === 0 ? 100 : stepped(now, by);
  panels.zoomed++;
  if (next !== now) app.look({ zoom: next });
}

let turned = 0;

/** A wheel that is turned with Ctrl held down zooms, and nothing scrolls. */
export function wheel(event: WheelEvent): void {
  if (!event.ctrlKey) return;
  event.preventDefault();
  turned += event.deltaY;
  if (Math.abs(turned) < TURN) return;
  zoom(turned < 0 ? 1 : -1);
  turned = 0;
}
