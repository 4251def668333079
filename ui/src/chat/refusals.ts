/** What is said of an organization that stands in the way, and what the button to its page is called. */
import type { Refusal, Unseen } from '../bridge';
import { say } from '../messages/say.svelte';

export type RefusalWords = {
  title: string;
  text: string;
  /** The name of the button that opens the page, for what one does there. */
  page: string;
  /** Signing in again can help: another sign-in shows more. */
  again: boolean;
};

/** The words for one refusal. */
export function refusalWords({ organization, reason, page }: Refusal, login: string): RefusalWords {
  const words = say.gate;
  const open = words.openPage(organization);
  switch (reason.kind) {
    case 'notMember':
      return { ...words.notMember(organization, login), page: open, again: false };
    case 'invited':
      return { ...words.invited(organization, login), page: words.accept, again: false };
    case 'ssoRequired':
      return { ...words.ssoRequired(organization, login), page: words.signOn(organization), again: false };
    case 'hiddenBySso': {
      // One id is GitHub's word that it is this one; of several it may be another.
      const told = reason.ids.length === 1 ? words.hiddenBySso : words.maybeHiddenBySso;
      return { ...told(organization, login), page: words.signOn(organization), again: false };
    }
    case 'appNotApproved': {
      // Members ask at a page of their own; where that is not known there is only the owners' page.
      const owners = page === reason.ownersPage;
      const told = owners ? words.appForOwners : words.appNotApproved;
      return { ...told(organization, login), page: owners ? words.approvals(organization) : words.ask(organization), again: false };
    }
    case 'ipNotAllowed':
      return { ...words.ipNotAllowed(organization, login), page: open, again: false };
    case 'cannotTell': {
      const text = words.unseen[reason.why](organization, login);
      const names: Partial<Record<Unseen, string>> = { app: words.installed(organization), personalToken: words.tokens };
      return { title: words.cannotTell(organization, login), text, page: names[reason.why] ?? open, again: reason.why === 'scope' || reason.why === 'personalToken' };
    }
  }
}
