/** What is said when an organization stands in the way, in English. */
import type { Unseen } from '../bridge';

type Words = { title: string; text: string };
type Told = (organization: string, login: string) => Words;

const notMember: Told = (organization, login) => ({
  title: `${login} is not a member of ${organization}`,
  text: `Ask an owner of ${organization} to add ${login}, then check again.`,
});
const invited: Told = (organization, login) => ({
  title: `${organization} has invited ${login}`,
  text: 'The invitation is waiting. Accept it on GitHub, and this window goes on by itself.',
});
const ssoRequired: Told = (organization) => ({
  title: `${organization} asks you to sign on`,
  text: `It uses single sign-on. Sign on at the page of ${organization}, and this window goes on by itself.`,
});
const hiddenBySso: Told = (organization, login) => ({
  title: `${organization} is hidden until you sign on`,
  text: `Behind its single sign-on GitHub does not show whether ${login} is a member. Sign on, and this window goes on by itself.`,
});
const maybeHiddenBySso: Told = (organization, login) => ({
  title: `${organization} may be hidden until you sign on`,
  text: `GitHub hides some of the organisations of ${login} behind single sign-on, and this may be one of them. Sign on there, and this window goes on by itself. If you cannot, ask an owner whether ${login} is a member.`,
});
const appNotApproved: Told = (organization) => ({
  title: `${organization} has not approved this app`,
  text: 'Ask for approval on GitHub. An owner of the organisation gets your request and decides; this window goes on by itself.',
});
const appForOwners: Told = (organization) => ({
  title: `${organization} has not approved this app`,
  text: `Only an owner of ${organization} can approve it. Ask one, or approve it yourself if you are one.`,
});
const ipNotAllowed: Told = (organization) => ({
  title: `${organization} does not let this network in`,
  text: `Your address is not on its IP allow list. Connect through your company’s network or VPN, or ask an owner of ${organization} to add your address, then check again.`,
});

const unseen: Record<Unseen, (organization: string, login: string) => string> = {
  scope: () => 'Its sign-in lacks the permission read:org. Sign in again and grant it.',
  app: (organization, login) =>
    `Wingman is registered as a GitHub App, which sees only where it is installed. Ask an owner of ${organization} to install it there with the organisation permission Members: read. It may also be that ${login} is not a member.`,
  personalToken: (organization) =>
    `A fine-grained token shows only the organisation that it was made for. Make one for ${organization}, or sign in through the browser instead.`,
  pages: (organization, login) =>
    `GitHub’s list of the organisations of ${login} did not come to its end, and ${organization} may be in the rest. Check again; if that changes nothing, sign in through the browser with read:org.`,
  refused: (organization) =>
    `GitHub refused to say, for a reason of its own. Check again; if that changes nothing, ask an owner of ${organization} what it demands of apps.`,
};

export const gate = {
  asking: 'Checking your organisation…',
  several: (login: string) => `${login} cannot ask Copilot yet`,
  need: (organization: string) => `Your company lets only members of ${organization} ask Copilot here.`,
  needAll: 'Your company asks you to be in all of these organisations.',
  needOne: 'Your company asks you to be in one of these organisations.',
  kept: 'Your chats and drafts are still here to read.',
  unknown: (login: string) => `GitHub cannot be asked whether ${login} is in your organisation`,
  byItself: 'Wingman asks again by itself.',
  grace: (why: string, until: string) =>
    `Your organisation cannot be checked now: ${why}. Until ${until} you can go on as before.`,
  opened: 'The page is open in your browser. This window goes on by itself.',
  openPage: (organization: string) => `Open ${organization}’s page`,
  accept: 'Accept the invitation',
  signOn: (organization: string) => `Sign on at ${organization}`,
  ask: (organization: string) => `Ask ${organization} for approval`,
  approvals: (organization: string) => `Open ${organization}’s approvals`,
  installed: (organization: string) => `Open ${organization}’s installed apps`,
  tokens: 'Open your tokens',
  cannotTell: (organization: string, login: string) => `GitHub does not show whether ${login} is in ${organization}`,
  notMember,
  invited,
  ssoRequired,
  hiddenBySso,
  maybeHiddenBySso,
  appNotApproved,
  appForOwners,
  ipNotAllowed,
  unseen,
};
