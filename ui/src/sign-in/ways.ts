/** Which way to go on after a sign-in that failed. */
import type { Code, Way } from '../bridge';

/** The way that helps most, and the others worth a try. */
export type Remedy = { first: Way; others: Way[] };

const ALL: readonly Way[] = ['browser', 'code', 'token'];

/** What nobody can mend by trying again is not offered again. */
export function remedy(code: Code, way: Way): Remedy {
  if (code === 'client-missing') return { first: 'token', others: [] };
  if (code === 'device-flow-disabled') return { first: 'browser', others: ['token'] };
  return { first: way, others: ALL.filter((other) => other !== way) };
}
