/** An account's Copilot plan and what is left of its month, in words. */
import type { Account, Quota } from '../bridge';
import { day, figure, say } from '../messages/say.svelte';

/** More premium requests than the free plan grants, and more than the smaller of the paid ones. */
const FREE = 50;
const PRO = 1000;

/** The plan as people know it; one that is not known goes by the name GitHub gives it. Empty while nothing is known. */
export function planOf({ copilot }: Account): string {
  if (copilot.kind !== 'ready' || !copilot.plan) return '';
  const names = say.plans;
  const granted = copilot.quota?.entitlement;
  switch (copilot.plan) {
    case 'free':
      return names.free;
    case 'individual':
      // The free plan has this name too: only what it grants tells it apart.
      if (granted === undefined) return names.individual;
      return granted > FREE ? names.pro : names.free;
    case 'individual_pro':
      return granted !== undefined && granted > PRO ? names.proPlus : names.pro;
    case 'business':
      return names.business;
    case 'enterprise':
      return names.enterprise;
    default:
      return copilot.plan;
  }
}

/** What is left of the month's premium requests. */
export function quotaWords({ entitlement, remaining }: Quota): string {
  if (entitlement <= 0) return say.premiumNone;
  return say.premiumLeft(figure(Math.min(remaining, entitlement)), figure(entitlement));
}

/** The same with the day on which they begin anew, in one line; empty where nothing is counted. */
export function premiumOf({ copilot }: Account): string {
  if (copilot.kind !== 'ready' || !copilot.quota) return '';
  const { quota, resetsAt } = copilot;
  return [quotaWords(quota), resetsAt !== null && say.premiumResets(day(resetsAt)), quota.moreIsPaid && say.morePaid]
    .filter(Boolean)
    .join(say.listJoin);
}
