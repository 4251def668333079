/** How the accounts of the scenes stand: with the organizations that are required, and with Copilot. */
import type { CopilotStanding, MembershipStanding, Quota, Reason, Refusal, Unseen } from '../generated';
import { quotaOf } from './catalogue';

const HOUR = 3_600_000;

const OFFLINE = { code: 'offline', params: { host: 'nordwind.ghe.com' }, retryable: true } as const;

/** A refusal with the page that the core gives it. */
export function refused(organization: string, reason: Reason): Refusal {
  const host = 'https://nordwind.ghe.com';
  const pages: Record<Reason['kind'], string | null> = {
    notMember: `${host}/${organization}`,
    invited: `${host}/orgs/${organization}/invitation`,
    ssoRequired: `${host}/orgs/${organization}/sso`,
    hiddenBySso: `${host}/orgs/${organization}/sso`,
    appNotApproved: `${host}/settings/connections/applications/Iv1`,
    ipNotAllowed: null,
    cannotTell: null,
  };
  let page = pages[reason.kind];
  if (reason.kind === 'cannotTell' && reason.why === 'app') page = `${host}/organizations/${organization}/settings/installations`;
  if (reason.kind === 'cannotTell' && reason.why === 'personalToken') page = `${host}/settings/tokens`;
  return { organization, reason, page };
}

/** A reason by its name, for `cannotTell` with why behind a slash. */
export function reason(name: string): Reason {
  const [kind = '', why = 'scope'] = name.split('/');
  switch (kind) {
    case 'hiddenBySso':
      return { kind, ids: [5200] };
    case 'maybeHiddenBySso':
      return { kind: 'hiddenBySso', ids: [5200, 5300] };
    case 'appNotApproved':
      return { kind, ownersPage: 'https://nordwind.ghe.com/organizations/acme-corp/settings/oauth_application_policy' };
    case 'cannotTell':
      return { kind, why: why as Unseen };
    default:
      return { kind: kind as 'notMember' | 'invited' | 'ssoRequired' | 'ipNotAllowed' };
  }
}

/** A standing by its name: `asking`, `unknown`, `grace`, `several`, `every`, or a reason's. */
export function membershipOf(name: string): MembershipStanding {
  switch (name) {
    case '':
    case 'open':
      return { kind: 'open' };
    case 'asking':
      return { kind: 'asking' };
    case 'unknown':
      return { kind: 'unknown', error: OFFLINE };
    case 'grace':
      return { kind: 'openByGrace', until: Date.now() + 20 * HOUR, error: OFFLINE };
    case 'several':
    case 'every': {
      const refusals = [refused('acme-corp', reason('invited')), refused('nordwind-labs', reason('ssoRequired'))];
      return { kind: 'closed', all: name === 'every', refusals: [...refusals, refused('octocorp', reason('ipNotAllowed'))] };
    }
    default:
      return { kind: 'closed', all: false, refusals: [refused('acme-corp', reason(name))] };
  }
}

/** What is known of a Copilot, by the plan or by the reason why there is none. */
export function copilotOf(name: string): CopilotStanding {
  const resetsAt = Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() + 1, 1, 12);
  const ready = (plan: string, quota: Quota | null): CopilotStanding => ({ kind: 'ready', plan, quota, resetsAt });
  switch (name) {
    case '':
    case 'unknown':
      return { kind: 'unknown' };
    case 'free':
      return ready('individual', quotaOf({ entitlement: 50, remaining: 12, moreIsPaid: false }));
    case 'pro':
      return ready('individual_pro', quotaOf({ entitlement: 300, remaining: 88.5, moreIsPaid: true }));
    case 'business':
      return ready(name, quotaOf({ entitlement: 300, remaining: 0, moreIsPaid: true }));
    case 'enterprise':
      return ready(name, quotaOf({ entitlement: 1000, remaining: 412, moreIsPaid: true }));
    default:
      return { kind: 'refused', error: { code: 'no-copilot', params: { reason: name }, retryable: false } };
  }
}
