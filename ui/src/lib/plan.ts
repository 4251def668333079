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
  // What has no end tells one plan from another no more.
  const granted = copilot.quota?.unlimited ? undefined : copilot.quota?.entitlement;
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

/** What is left of the month's premium requests, or of its credits. */
export function quotaWords({ entitlement, remaining, overage, unlimited, inCredits }: Quota): string {
  if (unlimited) return say.usage.unlimited;
  if (entitlement <= 0) return inCredits ? say.usage.creditsNone : say.premiumNone;
  const words = inCredits ? say.usage.creditsLeft : say.premiumLeft;
  const left = words(figure(Math.min(remaining, entitlement)), figure(entitlement));
  return overage > 0 ? [left, say.usage.beyond(figure(overage))].join(say.listJoin) : left;
}

/** The same with the day on which they begin anew, in one line; empty where nothing is counted. */
export function premiumOf({ copilot }: Account): string {
  if (copilot.kind !== 'ready' || !copilot.quota) return '';
  const { quota, resetsAt } = copilot;
  if (quota.unlimited) return quotaWords(quota);
  return [quotaWords(quota), resetsAt !== null && say.premiumResets(day(resetsAt)), quota.moreIsPaid && say.morePaid]
    .filter(Boolean)
    .join(say.listJoin);
}

/** The same in as few words as the bar has room for: what is left, and until when. */
export function leftOf({ copilot }: Account): { left: string; until: string } | null {
  if (copilot.kind !== 'ready' || !copilot.quota) return null;
  const { quota, resetsAt } = copilot;
  if (quota.unlimited) return { left: say.usage.unlimitedShort, until: '' };
  if (quota.entitlement <= 0) return null;
  const left =
    quota.overage > 0
      ? say.usage.beyond(figure(quota.overage))
      : say.usage.leftShort(figure(Math.min(quota.remaining, quota.entitlement)), figure(quota.entitlement));
  return { left, until: resetsAt === null ? '' : say.usage.resetsShort(day(resetsAt)) };
}
