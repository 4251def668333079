/** How an account stands: whether it may ask now, and the few words for it that fit in a menu. */
import type { Account, MembershipStanding, Refusal } from '../bridge';
import { listed, say } from '../messages/say.svelte';
import { waysAt } from './policy';

/** A standing with which an account can read and not ask. */
export type Barring = Exclude<MembershipStanding, { kind: 'open' } | { kind: 'openByGrace' }>;

/** What keeps an account from asking because of an organization; none when nothing does. */
export function barring(account: Account | null): Barring | null {
  const standing = account?.membership;
  return !standing || standing.kind === 'open' || standing.kind === 'openByGrace' ? null : standing;
}

/** Whether a question of this account would be taken now. */
export function mayAsk(account: Account | null): boolean {
  return account?.state === 'signedIn' && barring(account) === null;
}

/** Whether the person has something to do before the account can ask. */
export function needsHelp(account: Account): boolean {
  // Where no way in is allowed, there is nothing that the person could do.
  if (account.state === 'disallowed') return waysAt(account.host).length > 0;
  return account.state === 'signInNeeded' || account.membership.kind === 'closed';
}

/** The account's state in a word or two. What must be done first is said first. */
export function stateOf(account: Account): string {
  if (account.state === 'disallowed') return say.stateDisallowed;
  if (account.state === 'readOnly') return say.stateReadOnly;
  if (account.state === 'signInNeeded') return say.stateAgain;
  if (account.membership.kind === 'closed') return outside(account.membership.refusals);
  return account.copilot.kind === 'refused' ? say.stateNoCopilot : say.stateSignedIn;
}

/** “Not in” is said only of whom GitHub says it of; the others may well be members. */
function outside(refusals: readonly Refusal[]): string {
  const absent = refusals.every(({ reason }) => reason.kind === 'notMember' || reason.kind === 'invited');
  const names = listed(refusals.map(({ organization }) => organization), 'or');
  return absent ? say.stateOutside(names) : say.stateUnconfirmed(names);
}
