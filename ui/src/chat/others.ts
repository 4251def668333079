/** The accounts that can stand in for one that cannot use Copilot. */
import { call, type Account } from '../bridge';
import { app } from '../lib/app.svelte';
import { mayAsk } from '../lib/standing';
import { servesCopilot } from '../sign-in/hosts';

/** Others that could ask now, as far as is known. */
export function others(): Account[] {
  const fit = (account: Account): boolean =>
    account.id !== app.account?.id && mayAsk(account) && account.copilot.kind !== 'refused' && servesCopilot(account.host);
  return (app.state?.accounts ?? []).filter(fit);
}

/** Makes this the account in use. */
export function use(account: Account): void {
  void app.attempt(call('use_account', { account: account.id }));
}
