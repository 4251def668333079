/** What a person chooses for an account: favourites, a default, a limit. */
import { call, type Account, type AccountChoices } from '../bridge';
import { app } from '../lib/app.svelte';
import { models } from './models.svelte';

/** Chooses for an account. The default decides what a chat without a model of its own uses, so the list comes anew. */
export async function choose(account: Account, change: Partial<AccountChoices>): Promise<boolean> {
  const done = await app.attempt(call('choose_for_account', { account: account.id, chosen: { ...account.choices, ...change } }));
  if (done && change.defaultModel !== undefined && app.account?.id === account.id) await models.load(account.id);
  return done;
}

/** Puts a model among the favourites, or takes it out. */
export function toggleFavourite(account: Account, model: string): void {
  const { favourites } = account.choices;
  const others = favourites.filter((one) => one !== model);
  void choose(account, { favourites: others.length === favourites.length ? [...favourites, model] : others });
}
