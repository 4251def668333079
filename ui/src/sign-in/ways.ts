/** The ways in as rows, and which of them to go on by after a sign-in that failed. */
import type { Code, Way } from '../bridge';
import type { IconName } from '../lib/icons';
import { say } from '../messages/say.svelte';

/** The way that helps most, and the others worth a try. None where nothing that is allowed can help. */
export type Remedy = { first: Way | null; others: Way[] };

/** What nobody can mend by trying again is not offered again, and what is not allowed never. */
export function remedy(code: Code, way: Way, allowed: readonly Way[]): Remedy {
  const [first = null, ...others] = helpful(code, way, allowed).filter((one) => allowed.includes(one));
  return { first, others };
}

function helpful(code: Code, way: Way, allowed: readonly Way[]): Way[] {
  if (code === 'host-not-allowed') return [];
  if (code === 'client-missing') return ['token'];
  if (code === 'device-flow-disabled') return ['browser', 'token'];
  return [way, ...allowed.filter((other) => other !== way)];
}

/** What a way is called, and for whom it is. */
export function wayWords(way: Way): { icon: IconName; title: string; hint: string } {
  switch (way) {
    case 'browser':
      return { icon: 'globe', title: say.signIn, hint: say.signInHint };
    case 'code':
      return { icon: 'device-mobile', title: say.useCode, hint: say.useCodeHint };
    case 'token':
      return { icon: 'key', title: say.useToken, hint: say.useTokenHint };
  }
}
