/** What the administrator's policy leaves, and what it says. Whether it is kept, the core sees to. */
import type { Account, Rule, Way } from '../bridge';
import { say } from '../messages/say.svelte';
import { app } from './app.svelte';

/** The ways in that can work at a host: without an app only a token, and none where nobody may sign in. */
export function waysAt(host: string): Way[] {
  const { hosts = [], otherHosts = true, ways = [] } = app.state ?? {};
  const known = hosts.find((one) => one.host === host);
  if (!known) return otherHosts ? ways : [];
  return known.client ? ways : ways.filter((way) => way === 'token');
}

/** The rule about something, if there is one. */
export function rule<K extends Rule['kind']>(kind: K): Extract<Rule, { kind: K }> | undefined {
  return app.state?.managed?.rules.find((one): one is Extract<Rule, { kind: K }> => one.kind === kind);
}

/** Why an account is not allowed, and what is left of it. */
export function disallowedWords({ login, host }: Account): { title: string; text: string } {
  const { hosts = [], otherHosts = true, managed = null } = app.state ?? {};
  const name = managed?.name ?? null;
  const names = hosts.map((one) => one.host);
  if (!otherHosts && !names.includes(host)) return say.managed.hostDisallowed(login, host, name, names);
  return waysAt(host).length > 0 ? say.managed.wayDisallowed(login, name) : say.managed.disallowed(login, name);
}

/** Whether an account's chats go with its sign-in. */
export function deletesOnSignOut(): boolean {
  return rule('signOut')?.deletes === true || app.state?.settings.history.deleteOnSignOut === true;
}
