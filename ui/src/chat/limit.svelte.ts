/** How near an account is to the limit that its person has set. */
import type { Account } from '../bridge';

/** Near, or past it. */
export type Level = 'near' | 'over';

/** From this share on a reminder is of use. */
const NEAR = 0.8;

/** How near; nothing where there is no limit, or much is left of it. */
export function levelOf({ spent, choices: { creditLimit } }: Account): Level | null {
  if (creditLimit === null || creditLimit <= 0) return null;
  const share = spent / creditLimit;
  if (share >= 1) return 'over';
  return share >= NEAR ? 'near' : null;
}

/** What was read and put away in this run: said again at the next level, of another limit, or in another month. */
class Dismissed {
  #all = $state.raw<readonly string[]>([]);

  has(account: Account, level: Level): boolean {
    return this.#all.includes(name(account, level));
  }

  add(account: Account, level: Level): void {
    this.#all = [...this.#all, name(account, level)];
  }
}

function name({ id, choices }: Account, level: Level): string {
  // GitHub’s months, and so the spent credits’, are UTC’s.
  const month = new Date().toISOString().slice(0, 7);
  return `${id} ${level} ${String(choices.creditLimit)} ${month}`;
}

export const dismissed = new Dismissed();
