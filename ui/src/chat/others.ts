/** The accounts that can stand in for one that cannot use Copilot, or go on with its chats. */
import { call, type Account } from '../bridge';
import { app } from '../lib/app.svelte';
import type { MenuItem } from '../lib/menu';
import { mayAsk } from '../lib/standing';
import { say } from '../messages/say.svelte';
import { servesCopilot } from '../sign-in/hosts';

/** Others than this one, the one in use, that could ask now, as far as is known. */
export function others(than = app.account?.id): Account[] {
  const fit = (account: Account): boolean =>
    account.id !== than && mayAsk(account) && account.copilot.kind !== 'refused' && servesCopilot(account.host);
  return (app.state?.accounts ?? []).filter(fit);
}

/** What a menu offers to go on with a chat of this account; between other things with an icon of their size. */
export function continuations(of: string, run: (to: Account) => void, faces = true): MenuItem[] {
  return others(of).map((to) => ({
    label: say.continueWith(to.login),
    name: say.continueAt(to.login, to.host),
    hint: to.host,
    ...(faces ? { face: to } : { icon: 'person' as const }),
    run: () => run(to),
  }));
}

/** Makes this the account in use. */
export function use(account: Account): void {
  void app.attempt(call('use_account', { account: account.id }));
}
