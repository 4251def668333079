/** Small pictures, each fetched once while the window is open and few enough to be kept. */
import { SvelteMap } from 'svelte/reactivity';
import { call } from '../bridge';

/** Kept at most; the oldest go first and are fetched again when they are seen again. */
const KEPT = 200;

const urls = new SvelteMap<string, string | null>();

/** The small picture of an attachment, as soon as it is here. */
export function thumbnail(id: string): string | null {
  return urls.get(id) ?? null;
}

/** Fetches it if it is not here. */
export function fetchThumbnail(id: string): void {
  if (urls.has(id)) return;
  for (const oldest of urls.keys()) {
    if (urls.size < KEPT) break;
    urls.delete(oldest);
  }
  urls.set(id, null);
  call('thumbnail', { attachment: id }).then(
    (url) => urls.set(id, url),
    () => urls.delete(id), // it is asked for again when it is shown again
  );
}
