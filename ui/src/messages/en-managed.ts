/** What is said where the administrator of this computer decides, in English. */
import type { Rule, Way } from '../bridge';

type Words = { title: string; text: string };

/** The organization in the middle of a sentence, and at its beginning. */
const inside = (name: string | null): string => name ?? 'your organisation';
const first = (name: string | null): string => name ?? 'Your organisation';
const kept = 'Its chats and drafts are still here to read.';
const days = (count: number): string => (count === 1 ? '1 day' : `${count} days`);

/** What a rule is about, as it is named in a row of the settings. */
const rules: Record<Rule['kind'], string> = {
  hosts: 'Sign-in at',
  organizations: 'Organisations you must be in',
  ways: 'Ways to sign in',
  grace: 'If GitHub cannot be asked',
  scopes: 'Permissions asked for',
  models: 'Models',
  model: 'Model of new chats',
  runtime: 'Copilot runtime',
  handover: 'Your GitHub token',
  proxy: 'Proxy',
  authorities: 'Certificates also trusted',
  retention: 'Chats are kept for',
  signOut: 'When an account signs out',
  memoryOnly: 'What is kept',
  updates: 'Updates',
};

/** The same, more roughly, in the one line that says what all is laid down. */
const subjects: Record<Rule['kind'], string> = {
  hosts: 'how you sign in',
  organizations: 'how you sign in',
  ways: 'how you sign in',
  grace: 'how you sign in',
  scopes: 'how you sign in',
  models: 'the models',
  model: 'the models',
  runtime: 'how Copilot runs',
  handover: 'how Copilot runs',
  proxy: 'the way to the network',
  authorities: 'the way to the network',
  retention: 'how long chats are kept',
  signOut: 'how long chats are kept',
  memoryOnly: 'how long chats are kept',
  updates: 'updates',
};

const ways: Record<Way, string> = { browser: 'Browser', code: 'Code', token: 'Token' };

export const managed = {
  page: 'Organisation',
  by: (name: string | null) => `Managed by ${inside(name)}`,
  lede: (name: string | null) => `These are set by ${inside(name)} on this computer and cannot be changed here.`,
  sets: (name: string | null, what: string) => `Managed by your organisation: ${name ?? 'it'} sets ${what}.`,
  rules,
  subjects,
  ways,
  file: 'Set in',
  list: (all: readonly string[]) => all.join(', '),
  allOf: (organizations: string) => `All of ${organizations}`,
  anyOf: (organizations: string) => `Any of ${organizations}`,
  models: (ids: readonly string[], beginnings: readonly string[]) => {
    if (beginnings.includes('')) return 'Every model';
    if (beginnings.length === 0) return ids.join(', ');
    const rest = `model beginning with ${beginnings.join(' or ')}`;
    return ids.length === 0 ? `Every ${rest}` : `${ids.join(', ')}, every ${rest}`;
  },
  runtimeHere: 'In this app',
  runtimeShared: (address: string) => `Shared, at ${address}`,
  handover: {
    door: 'Put into each request by Wingman; the Copilot runtime never sees it',
    sdk: 'Handed to the Copilot runtime, which puts it into each request',
  },
  proxySystem: 'As the system says',
  proxyNone: 'None',
  retention: (count: number) => `${days(count)} after the last word`,
  signOut: (deletes: boolean): string => (deletes ? 'Its chats are deleted' : 'Its chats stay'),
  memoryOnly: 'Nothing: chats and sign-ins are gone when Wingman is closed',
  grace: (hours: number) =>
    hours === 0 ? 'Nobody goes on' : `You can go on for ${hours === 1 ? '1 hour' : `${hours} hours`}`,
  updatesSelf: 'Left to you',
  updatesBy: (name: string | null) => `Installed by ${inside(name)}`,
  modelsChosen: 'Your organisation chooses which models are offered.',
  deletedAfter: (count: number) => `Chats are deleted ${days(count)} after the last word in them.`,
  noWay: (host: string, name: string | null) =>
    `No OAuth App is set up for ${host}, and ${inside(name)} does not allow tokens. Choose another host, or tell whoever manages this computer.`,
  hostDisallowed: (login: string, host: string, name: string | null, hosts: readonly string[]): Words => ({
    title: `${login} on ${host} cannot be used here`,
    text: `${first(name)} allows only accounts on ${hosts.join(' or ')}. ${kept}`,
  }),
  wayDisallowed: (login: string, name: string | null): Words => ({
    title: `${login} must sign in another way`,
    text: `${first(name)} does not allow the way this account came in. Sign in again, and it is back. ${kept}`,
  }),
  disallowed: (login: string, name: string | null): Words => ({
    title: `${login} cannot be used here`,
    text: `${first(name)} does not allow the way this account came in, and its host offers no other. Tell whoever manages this computer. ${kept}`,
  }),
  hint: 'This account cannot send here. Your text is kept.',
};
