/** Who the scenes are about, and the screens on which they sign in. */
import type { Account, AppState, Code, Error as Failure, KnownHost, SignInStep, Way } from '../generated';
import { NO_CHOICES } from './catalogue';

const face = (hair: string, coat: string, wall: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="${wall}"/><circle cx="20" cy="16" r="10" fill="${hair}"/><ellipse cx="20" cy="18" rx="6" ry="7" fill="#f2c9ac"/><path d="M6 40c0-9 6-13 14-13s14 4 14 13z" fill="${coat}"/></svg>`,
  )}`;

export const ADA: Account = {
  id: 'nordwind.ghe.com/7',
  host: 'nordwind.ghe.com',
  login: 'ada-lind',
  name: 'Ada Lind',
  avatar: face('#4a2c2a', '#1f7a6b', '#cfe8df'),
  state: 'signedIn',
  kept: true,
  missingScopes: [],
  copilot: { kind: 'unknown' },
  membership: { kind: 'open' },
  spent: 0,
  choices: NO_CHOICES,
};

/** The same login at home: somebody else, as far as GitHub is concerned. */
export const ADA_AT_HOME: Account = {
  ...ADA,
  id: 'github.com/70',
  host: 'github.com',
  avatar: face('#4a2c2a', '#b4532a', '#f6dcc3'),
  state: 'signInNeeded',
};

const ADA_AT_WORK: Account = { ...ADA, id: 'github.nordwind.example/3', host: 'github.nordwind.example', login: 'alind', avatar: null };

export const LIN: Account = { ...ADA, id: 'github.com/8', host: 'github.com', login: 'linxiao', name: '林晓' };

const HOSTS: KnownHost[] = [
  { host: 'github.com', client: true },
  { host: 'nordwind.ghe.com', client: true },
  { host: 'github.nordwind.example', client: false },
];

/** Three accounts, of which one lacks scopes and one must sign in again. */
export const everybody = (): Partial<AppState> => ({
  hosts: HOSTS,
  accounts: [{ ...ADA, missingScopes: ['read:org', 'user:email'] }, ADA_AT_HOME, ADA_AT_WORK],
});

/** An account on a server without Copilot, with and without another to turn to. */
export const atWork = (alone: boolean): Partial<AppState> => ({
  hosts: HOSTS,
  accounts: alone ? [ADA_AT_WORK] : [ADA_AT_WORK, ADA],
  account: ADA_AT_WORK.id,
});

/** The screen of a sign-in; none is a scene of something else. */
export function signingIn(kind: string, of: string, error: (code: Code) => Failure): Partial<AppState> | null {
  const [first = '', second = ''] = of.split('/');
  const now = Date.now();
  const host = 'github.com';
  const at = (signIn: SignInStep): Partial<AppState> => ({ signIn });
  switch (kind) {
    case 'hosts':
      return { hosts: HOSTS };
    case 'waiting': {
      const startedAt = now - (first === 'long' ? 61_000 : 18_000);
      return at({ kind, host, account: null, browserOpened: first !== 'no-browser', startedAt, endsAt: startedAt + 600_000 });
    }
    case 'asking':
      return at({ kind, host });
    case 'code': {
      const page = 'https://github.com/login/device';
      return at({ kind, host, userCode: 'WDJB-MJHT', page, browserOpened: first !== 'no-browser', endsAt: now + 871_000 });
    }
    case 'finishing':
      return at({ kind, host, way: (first || 'browser') as Way });
    case 'other':
      return { accounts: [ADA_AT_HOME], account: ADA_AT_HOME.id, signIn: { kind, host, asked: 'ada-lind', came: 'linxiao', way: 'browser', account: ADA_AT_HOME.id } };
    case 'failed': {
      const code = (first || 'sign-in-denied') as Code;
      return at({ kind, host, way: (second || 'browser') as Way, account: null, error: error(code) });
    }
    default:
      return null;
  }
}
