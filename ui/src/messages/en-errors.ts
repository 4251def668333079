/** What is said when something went wrong, in English. */
import type { Code } from '../bridge';
import { attachErrors } from './en-attach';
import { networkErrors } from './en-network';

/** What a person reads when something went wrong. `text` says why, what is safe, and what to do next. */
export type ErrorWords = { title: string; text: string };
type Values = Readonly<Partial<Record<string, string>>>;

/** Why a host is not taken, by the core's word for it. */
const HOST_REFUSED: Values = {
  empty: 'Type the name of your company’s host first, such as github.example.com.',
  scheme: 'Wingman reaches GitHub by https only. Leave out what stands before the name.',
  'user-info': 'Leave out the user name and the @. Only the name of the host belongs here.',
  port: 'Leave out the colon and the port behind the name.',
  path: 'Leave out what follows the name. Only the host belongs here, no path.',
  'look-alike': 'This name looks like one of GitHub’s own and is not. Check it letter by letter with whoever gave it to you.',
  'not-ascii': 'Use plain letters, digits, dots and hyphens. Other letters can imitate these and lead elsewhere.',
  malformed: 'This is not a full host name. One looks like octocorp.ghe.com or github.example.com.',
  sandbox: 'The built-in sandbox talks to no other host. Start Wingman without it to use this one.',
};

/** Why an account may not use Copilot, by the core's word for it. */
const NO_COPILOT: Values = {
  'free-offered': 'It has no Copilot plan. GitHub offers it Copilot Free: start it in your Copilot settings on GitHub, then try again.',
  'no-plan': 'Start a Copilot plan on GitHub or ask your organisation for a seat, then try again.',
  'seat-pending': 'Your organisation is giving it a seat that has not arrived yet. Try again later, or ask an owner of the organisation.',
  disabled: 'Your organisation has turned Copilot Chat off. Ask an owner to allow it in the organisation’s Copilot policies, then try again.',
};

/** The ways in, as they end a sentence. */
const WAYS: Values = { browser: 'through the browser', code: 'with a code', token: 'with a token' };

/** What the core names in one string, with commas between. */
const named = (list: string, join: string): string => list.split(',').map((one) => WAYS[one.trim()] ?? one.trim()).join(join);

export const errors: Record<Code, (values: Values) => ErrorWords> = {
  'config-invalid': () => ({
    title: 'The configuration file has a mistake',
    text: 'Wingman does not start on half a configuration. Correct the file, then try again.',
  }),
  'policy-invalid': () => ({
    title: 'Your organisation’s rules for Wingman have a mistake',
    text: 'This is not your fault, and your chats are safe. Wingman does not start on half a policy. Show the place below to whoever manages this computer: an administrator must correct the file. Then try again.',
  }),
  'client-missing': ({ host = 'GitHub', ways = 'token' }) => ({
    title: `Wingman is not registered with ${host}`,
    text: `Signing in there needs the client ID of an OAuth App: client_id under [github] in the configuration file, or under [hosts] for a further host.${ways.includes('token') ? ' A token needs none.' : ''}`,
  }),
  'runtime-missing': ({ looked }) => ({
    title: 'The Copilot runtime is not where it should be',
    text: `${looked ? `Wingman looked in ${looked}. ` : ''}Install Wingman again, or set runtime_dir under [copilot].`,
  }),
  'runtime-failed': () => ({
    title: 'The Copilot runtime did not start',
    text: 'Your chats are safe. Try again; if it keeps failing, install Wingman again.',
  }),
  'shared-runtime-gone': ({ address }) => ({
    title: 'Your company’s Copilot server does not answer',
    text: `${address ? `Wingman looked for it at ${address}. ` : ''}Everything you wrote is kept. Check that the tunnel to it runs, then try again; Wingman connects anew by itself.`,
  }),
  'shared-runtime-refused': ({ address }) => ({
    title: 'Your company’s Copilot server did not let Wingman in',
    text: `${address ? `The server at ${address}` : 'It'} does not accept the connection token in your keychain. Ask for the current one and store it with “wingman --store-runtime-token”, then try again.`,
  }),
  'shared-runtime-token-missing': ({ address }) => ({
    title: 'The key to your company’s Copilot server is missing',
    text: `Your keychain holds no connection token for ${address ?? 'it'}. Ask whoever runs the server for it and store it with “wingman --store-runtime-token”, then try again.`,
  }),
  'organization-required': ({ login = 'This account', organizations = 'the organisation' }) => ({
    title: `${login} is not in ${organizations}`,
    text: 'Your company lets only its members use Wingman. Your question is kept. Ask an owner of the organisation to add you, then check again, or use another account.',
  }),
  'organization-unknown': ({ login = 'this account' }) => ({
    title: `GitHub cannot be asked yet whether ${login} is in your organisation`,
    text: 'Your question is kept. Wingman asks again by itself; try again in a moment.',
  }),
  'keychain-locked': () => ({
    title: 'Your keychain is locked',
    text: 'Wingman keeps your sign-in there. Unlock it, then try again.',
  }),
  'keychain-failed': () => ({
    title: 'The keychain said no',
    text: 'Nothing was written anywhere else. Check your keychain, then try again.',
  }),
  'store-key-missing': () => ({
    title: 'The key to your chats is missing',
    text: 'The chats are on this computer, but their key is not in the keychain. They are left untouched. Bring back the keychain that held the key, then try again.',
  }),
  'passphrase-wrong': () => ({
    title: 'This is another passphrase',
    text: 'It does not open what was locked with it. Look out for capital letters and the keyboard’s language, then try again. Nothing was changed.',
  }),
  'passphrase-short': ({ characters = '8' }) => ({
    title: 'This passphrase is too short',
    text: `Anybody could guess it. Use at least ${characters} characters; a few words are easy to keep.`,
  }),
  'passphrase-needed': () => ({
    title: 'A passphrase is needed',
    text: 'Type the passphrase that was set, then try again. Nothing was changed.',
  }),
  'store-newer': () => ({
    title: 'Your chats were written by a newer Wingman',
    text: 'They are left untouched. Install the newer version to open them.',
  }),
  'store-damaged': () => ({
    title: 'Your chats are damaged',
    text: 'Part of their file is not what Wingman wrote, most likely because a disk failed, and there is no copy of it that is whole. Nothing was changed. Put a copy of your own in its place, or move the file away to begin anew.',
  }),
  'store-failed': () => ({
    title: 'Your chats cannot be read or written',
    text: 'Check that the disk has space and that Wingman may write to its folder, then try again.',
  }),
  'disk-full': () => ({
    title: 'The disk is full',
    text: 'This could not be stored; everything stored before is safe. Make some room on the disk, then try again.',
  }),
  'disk-read-only': () => ({
    title: 'Wingman cannot write to its folder',
    text: 'The folder, or the disk it is on, can only be read. Your chats are untouched. Allow writing there, then try again.',
  }),
  'host-refused': ({ reason = '' }) => ({
    title: 'This host cannot be used',
    text: HOST_REFUSED[reason] ?? 'Wingman cannot tell which GitHub this is. Check the name of the host.',
  }),
  'host-not-allowed': ({ hosts }) => ({
    title: 'This host is not allowed here',
    text: hosts ? `Your organisation allows sign-in only at ${named(hosts, ' or ')}.` : 'Your organisation does not allow sign-in there. Choose another host.',
  }),
  'way-not-allowed': ({ ways }) => ({
    title: 'This way to sign in is not allowed here',
    text: `${ways ? `Your organisation lets you sign in ${named(ways, ' or ')} only. ` : ''}Choose a way that is offered.`,
  }),
  'account-not-allowed': ({ login = 'This account', host }) => ({
    title: `${login} cannot be used here`,
    text: `Your organisation does not allow accounts${host ? ` on ${host}` : ' of this host'}, or not the way this one came in. Your question is kept. Use another account, or sign in again.`,
  }),
  'device-flow-disabled': ({ ways = 'browser' }) => ({
    title: 'Sign-in with a code is turned off',
    text: `The app that Wingman is registered as does not offer it. ${ways.includes('browser') ? 'Sign in through the browser instead.' : 'Tell whoever gave you Wingman.'}`,
  }),
  'code-rejected': () => ({
    title: 'GitHub no longer knows this sign-in',
    text: 'It was used already, or took too long. Nothing was stored here. Start it again.',
  }),
  'token-classic': () => ({
    title: 'This is a classic token',
    text: 'Copilot does not take tokens that begin with ghp_. Make a fine-grained one and copy it.',
  }),
  'token-malformed': () => ({
    title: 'There is no token on the clipboard',
    text: 'Copy the whole token and nothing else. A fine-grained one begins with github_pat_.',
  }),
  'token-rejected': ({ host = 'GitHub' }) => ({
    title: `${host} does not accept this token`,
    text: 'It may have expired, been deleted, or be for another host. Nothing was stored here. Copy it again, or make a new one.',
  }),
  'copilot-not-served': ({ host = 'this host' }) => ({
    title: `Copilot is not served on ${host}`,
    text: 'GitHub offers it on github.com and ghe.com only. You stay signed in here; to ask Copilot, use another account.',
  }),
  'browser-failed': () => ({
    title: 'No browser could be opened',
    text: 'Copy the sign-in link and open it in a browser on this computer.',
  }),
  'sign-in-denied': ({ host = 'GitHub' }) => ({
    title: 'The authorization was declined',
    text: `Nothing was changed on ${host}, and nothing was stored here. If that was not what you meant, sign in again. If your organisation declined, ask its owner to approve Wingman.`,
  }),
  'sign-in-expired': ({ minutes = '10' }) => ({
    title: 'This sign-in took too long',
    text: `To keep you safe, a sign-in ends after ${minutes} minutes. Start again and approve it in the browser.`,
  }),
  'sign-in-unknown': () => ({
    title: 'This sign-in was not started here',
    text: 'The browser came back from a sign-in that this window does not know, perhaps one from before a restart. Start it again.',
  }),
  'sign-in-mismatch': () => ({
    title: 'The answer did not fit this sign-in',
    text: 'Wingman stopped to keep you safe, and stored nothing. Start again, and use only the page that Wingman opens.',
  }),
  'sign-in-refused': ({ error }) => ({
    title: 'GitHub did not finish the sign-in',
    text: `${error ? `It said: ${error}. ` : ''}Nothing was stored here. Start it again.`,
  }),
  'application-suspended': () => ({
    title: 'GitHub has suspended this app’s registration',
    text: 'Nobody can sign in with it now. Tell whoever gave you Wingman.',
  }),
  'client-rejected': ({ error }) => {
    if (error === 'redirect_uri_mismatch') {
      return {
        title: 'GitHub knows another callback address',
        text: 'The app is registered with an address that is not Wingman’s. Its owner must set dev.wingman.desktop://oauth/callback there.',
      };
    }
    if (error === 'incorrect_client_credentials') {
      return {
        title: 'GitHub does not accept this app’s credentials',
        text: 'client_id and client_secret do not belong together, or are no longer valid. Correct them in the configuration file, then start Wingman again.',
      };
    }
    return {
      title: 'GitHub does not accept this app’s registration',
      text: 'The client ID, the secret or the callback address is not the one GitHub knows. Correct them in the configuration file.',
    };
  },
  'email-unverified': () => ({
    title: 'Your e-mail address is not verified',
    text: 'GitHub asks for that first. Verify it in your GitHub settings, then sign in again.',
  }),
  'answer-unexpected': ({ host = 'The server' }) => ({
    title: `${host} answered something unexpected`,
    text: 'A proxy or a sign-in page of your network may be in between. Check the network, then try again.',
  }),
  offline: ({ host = 'GitHub' }) => ({
    title: `No connection to ${host}`,
    text: 'Everything you wrote is kept. Check the network, then try again.',
  }),
  'timed-out': ({ host = 'GitHub' }) => ({
    title: `${host} took too long`,
    text: 'Everything you wrote is kept. Try again in a moment.',
  }),
  'server-failed': ({ host = 'GitHub', until }) => ({
    title: until ? `${host} has a problem until ${until}` : `${host} has a problem`,
    text: `The fault is not on your side, and everything you wrote is kept. Try again ${until ? 'then' : 'in a moment'}.`,
  }),
  'rate-limited': ({ until }) => ({
    title: until ? `Too many requests until ${until}` : 'Too many requests',
    text: 'GitHub limits how often this account may ask. Your question is kept. Retry later, or go on with another model.',
  }),
  'sign-in-needed': ({ login = 'This account' }) => ({
    title: `${login} needs to sign in again`,
    text: 'GitHub no longer accepts its sign-in. Your question, chats and drafts are kept.',
  }),
  'no-copilot': ({ login = 'This account', reason }) => ({
    title: `${login} has no access to Copilot`,
    text: (reason ? NO_COPILOT[reason] : undefined) ?? 'Start a Copilot plan on GitHub or ask your organisation for a seat, then try again. Copilot Free is enough.',
  }),
  'quota-used': ({ login = 'This account', until }) => ({
    title: until ? `${login} has used up its quota until ${until}` : `${login} has used up its quota`,
    text: 'Your question is kept. Try another model, or raise the budget in your Copilot settings on GitHub.',
  }),
  'models-unavailable': () => ({
    title: 'The list of models did not arrive',
    text: 'Nothing was sent and nothing was charged. Your question is kept. Try again.',
  }),
  'no-models': () => ({
    title: 'No model is offered to this account',
    text: 'Your organisation or your Copilot settings on GitHub allow none. Your question is kept. Once one is allowed there, try again.',
  }),
  filtered: () => ({
    title: 'The content filter ended this answer',
    text: 'What arrived before is kept. Put the question in other words and send it again.',
  }),
  'too-long': () => ({
    title: 'This is too long for the model',
    text: 'Your question is kept. Shorten it, begin a new chat, or choose a model that takes more.',
  }),
  'name-taken': ({ name = '' }) => ({
    title: `There is a /${name} already`,
    text: 'Choose another name, or edit the one that has it.',
  }),
  'name-refused': () => ({
    title: 'This is no name for a prompt',
    text: 'Use one word of up to 40 letters, without spaces and slashes.',
  }),
  'request-refused': () => ({
    title: 'The model refused this request',
    text: 'Your question is kept. Choose another model or put it differently.',
  }),
  stalled: ({ seconds }) => ({
    title: 'Copilot went silent',
    text: `${seconds ? `Nothing arrived for ${seconds} seconds. ` : ''}What arrived before is kept. Try again.`,
  }),
  interrupted: () => ({
    title: 'The connection broke in the middle of the answer',
    text: 'What arrived before is kept. Try again.',
  }),
  'question-empty': () => ({
    title: 'The question is empty',
    text: 'Write something first, then send it.',
  }),
  busy: () => ({
    title: 'Copilot is still answering here',
    text: 'Wait for the end of the answer or stop it, then try again.',
  }),
  'not-found': () => ({
    title: 'This is no longer here',
    text: 'It was deleted, or it belongs to another account. Choose another chat from the list.',
  }),
  'login-start-failed': ({ reason }) => ({
    title: 'Starting at login was not changed',
    text: `Your system did not take it. Look at the programs that start at login in its settings.${reason ? ` (${reason})` : ''}`,
  }),
  'window-failed': ({ reason }) => ({
    title: 'No further window could be opened',
    text: `Close another one and try again.${reason ? ` (${reason})` : ''}`,
  }),
  'file-failed': ({ reason }) => ({
    title: 'The file could not be read or written',
    text: `Choose another place or another file, then try again.${reason ? ` (${reason})` : ''}`,
  }),
  'import-unreadable': () => ({
    title: 'This file cannot be imported',
    text: 'It is neither a Wingman export nor the file ChatGPT sends you, or it is damaged. Nothing was changed.',
  }),
  'import-newer': () => ({
    title: 'A newer Wingman made this file',
    text: 'Update Wingman on this computer, then import it again. Nothing was changed.',
  }),
  'import-too-large': ({ limit }) => ({
    title: 'This file is too large',
    text: `Files${limit ? ` up to ${limit} MB` : ' of this size'} can be imported. Export fewer chats at a time. Nothing was changed.`,
  }),
  'link-refused': ({ scheme }) => ({
    title: 'This link was not opened',
    text: `Wingman opens web and mail links only${scheme ? `, and this one begins with ${scheme}` : ''}.`,
  }),
  ...attachErrors,
  ...networkErrors,
  internal: ({ reason }) => ({
    title: 'Something went wrong in Wingman',
    text: `Your chats are safe. Try again; if it keeps happening, copy the report under Settings, About.${reason ? ` (${reason})` : ''}`,
  }),
};
