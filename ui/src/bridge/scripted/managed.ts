/** A computer that an organization manages, and what each of its accounts may do there. */
import type { Account, AppState, Managed } from '../generated';
import { ADA, ADA_AT_HOME } from './people';

export const MANAGED: Managed = {
  name: 'Nordwind',
  file: '/etc/wingman/policy.toml',
  rules: [
    { kind: 'hosts', hosts: ['nordwind.ghe.com', 'github.nordwind.example'] },
    { kind: 'organizations', required: ['nordwind', 'nordwind-labs'], all: false },
    { kind: 'ways', ways: ['browser', 'code'] },
    { kind: 'models', models: ['gpt-5.1', 'claude-*'] },
    { kind: 'model', model: 'gpt-5.1' },
    { kind: 'runtime', address: null },
    { kind: 'handover', handover: 'door' },
    { kind: 'retention', days: 90 },
    { kind: 'updates', enabled: false },
    { kind: 'grace', hours: 72 },
    { kind: 'scopes', scopes: ['read:user', 'read:org'] },
  ],
};

/** Came in by a token, before the policy. */
export const BY_TOKEN: Account = { ...ADA, id: 'nordwind.ghe.com/9', login: 'otto-berg', name: 'Otto Berg', avatar: null, state: 'disallowed' };
/** Has its place elsewhere. */
export const ELSEWHERE: Account = { ...ADA_AT_HOME, state: 'disallowed' };

/** What the policy makes of the state, with a name or without, or for an organization with one host and one way. */
export function managedState(of: string): Partial<AppState> {
  const host = 'nordwind.ghe.com';
  const state: Partial<AppState> = {
    host,
    hosts: [
      { host, client: true },
      { host: 'github.nordwind.example', client: true },
    ],
    otherHosts: false,
    ways: ['browser', 'code'],
    managed: MANAGED,
  };
  switch (of) {
    case 'unnamed':
      return { ...state, managed: { ...MANAGED, name: null } };
    case 'narrow':
      return { ...state, hosts: [{ host, client: true }], ways: ['token'] };
    case 'code':
      return { ...state, ways: ['code', 'token'] };
    default:
      return state;
  }
}
