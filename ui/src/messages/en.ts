/**
 * Every word of the interface, in English. `zh-CN.ts` has the same keys, which its type makes sure of; a test makes
 * sure that each is used.
 */
import type { Code } from '../bridge';

/** What a person reads when something went wrong. `text` says why, what is safe, and what to do next. */
export type ErrorWords = { title: string; text: string };
type Values = Readonly<Partial<Record<string, string>>>;

export const en = {
  languageName: 'English',
  listJoin: ' · ',

  // Starting
  starting: 'Opening Wingman…',
  lockedTitle: 'Your keychain is locked',
  lockedLede: 'Wingman keeps its key there. Unlock it when your system asks, and this window goes on by itself.',
  lockedStatus: 'Waiting for the keychain',
  blockedTitle: 'Wingman cannot start',
  retry: 'Retry',
  place: (file: string, line: string, column: string) => `${file}, line ${line}, column ${column}`,
  expected: (what: string) => `Expected: ${what}`,
  details: 'Details',

  // Signing in
  language: 'Language',
  systemLanguage: 'Same as system',
  welcomeTitle: 'A quiet window for GitHub Copilot',
  welcomeLede: 'Every chat stays with you.\nEvery answer shows what it costs.',
  signIn: 'Sign in with GitHub',
  atHost: (host: string) => `on ${host}`,
  keptWhere: 'Your sign-in is kept in this computer’s keychain, your chats encrypted on its disk.',
  waitingTitle: 'Continue in your browser',
  waitingLede: 'GitHub is open there. Approve Wingman, and this window goes on by itself.',
  noBrowserTitle: 'Open the link in a browser',
  noBrowserLede: 'No browser could be opened from here. Copy the link, open it, approve Wingman, and this window goes on by itself.',
  stepsName: (host: string) => `Signing in to ${host}`,
  stepBrowser: 'Browser opened',
  stepNoBrowser: 'Browser not opened',
  stepDone: ', done',
  stepApprove: 'Waiting for you to approve',
  stepApproved: 'Approved by you',
  stepApproveHint: (host: string) => `On ${host}, in your default browser`,
  stepCheck: 'Copilot access checked',
  stepChecking: 'Checking your Copilot access',
  waitingStatus: (host: string) => `Waiting for you to approve Wingman on ${host}`,
  timeLeft: 'Time left',
  openAgain: 'Open the browser again',
  copyLink: 'Copy sign-in link',
  copied: 'Copied',
  cancelSignIn: 'Cancel sign-in',
  finishingTitle: 'Almost there',
  finishingLede: 'You approved Wingman. It is checking what you may use.',
  failedTitle: 'You are not signed in yet',
  back: 'Back',

  // Conversations
  account: 'Account: ',
  conversations: 'Conversations',
  showConversations: 'Show conversations',
  hideConversations: 'Hide conversations',
  newChat: 'New chat',
  settings: 'Settings',
  shortcuts: 'Keyboard shortcuts',
  moreFor: (title: string) => `More for “${title}”`,
  rename: 'Rename',
  renameName: 'New title',
  delete: 'Delete',
  deleteTitle: (title: string) => `Delete “${title}”?`,
  deleteText: 'The whole chat is deleted from this computer: its questions, its answers and its draft. This cannot be undone.',
  cancel: 'Cancel',
  draft: 'Draft',
  answering: 'answering',
  today: 'Today',
  yesterday: 'Yesterday',
  lastDays: 'Last 7 days',
  noChats: 'Your chats will be listed here.',
  loadingMore: 'Loading more…',
  signOut: 'Sign out',
  signOutTitle: (login: string) => `Sign out ${login}?`,
  signOutText: 'Its sign-in is deleted from this computer. Your chats stay here, encrypted, and are back when you sign in again.',
  signOutTextMemory: 'Its sign-in and its chats were kept in memory only, and are gone then.',

  // The bar
  model: (name: string) => `Model: ${name}`,
  modelFor: (name: string) => `Model for the next message: ${name}`,
  models: 'Models',
  modelsLoading: 'loading…',
  modelsNone: 'not available',
  modelDefault: 'default',
  modelMissing: (asked: string, chosen: string) => `${asked} is not offered to this account. New questions go to ${chosen}.`,
  perMillion: (input: string, output: string) => `${input} in / ${output} out credits per 1M`,
  perMillionUnit: ' tokens',
  multiplier: (times: string) => `${times}× a request`,
  included: 'included',
  pays: (login: string) => `${login} pays`,
  paysWhere: (login: string, host: string) => `${login} pays for this chat, on ${host}`,

  // The conversation
  conversation: 'Conversation',
  you: 'You',
  copilot: 'Copilot',
  morning: (name: string) => `Good morning, ${name}`,
  afternoon: (name: string) => `Good afternoon, ${name}`,
  evening: (name: string) => `Good evening, ${name}`,
  helloLede: 'What would you like to work out?',
  starters: 'Ways to start',
  starterError: 'Explain an error',
  starterErrorHint: 'Paste a stack trace, get the cause and a fix',
  starterErrorText: 'Explain this error, its most likely cause, and how to fix it:\n\n',
  starterText: 'Improve a text',
  starterTextHint: 'A reply, a commit message, release notes',
  starterTextText: 'Improve this text. Keep its meaning and my tone:\n\n',
  starterOptions: 'Weigh two options',
  starterOptionsHint: 'Trade-offs in a table, with a recommendation',
  starterOptionsText: 'Compare these two options in a table and recommend one:\n\n1. \n2. ',
  loadingChat: 'Opening the chat…',
  loadingEarlier: 'Loading earlier messages…',
  answeringFor: (seconds: number) => `Answering · ${seconds} s`,
  tryingAgain: (attempt: number) => `Trying again, ${attempt} of 6`,
  stopped: 'Stopped.',
  notRemembered: 'Copilot does not remember this part.',
  modelReplaced: (asked: string, chosen: string) => `${asked} is not offered to this account. ${chosen} answered instead.`,
  cutOff: 'The answer reached the model’s limit and ends here. Ask it to go on.',
  copy: 'Copy',
  copyCode: 'Copy code',
  codeIn: (language: string) => `Code, ${language}`,
  code: 'Code',
  table: 'Table',
  alerts: { note: 'Note', tip: 'Tip', important: 'Important', warning: 'Warning', caution: 'Caution' },
  tokens: (count: string) => `${count} tokens`,
  credits: (count: string) => `${count} credits`,
  jump: 'Jump to latest',
  statusAnswering: 'Copilot is answering',
  statusAnswered: 'Copilot has answered',
  statusStopped: 'The answer was stopped',
  chooseModel: 'Choose another model',

  // The composer
  message: 'Message',
  placeholder: 'Ask anything',
  send: 'Send',
  stop: 'Stop',
  hintAnswering: 'Copilot is answering. Your text is kept until it is done.',
  hintSignIn: 'Sign in again to send.',
  hintKeys: 'Enter sends, Shift+Enter begins a new line.',
  signInAgain: (login: string) => `${login} needs to sign in again. Chats and drafts are still here to read.`,

  // Banners
  sandbox: 'Built-in sandbox: nothing leaves this computer, and the answers are made up.',
  noKeychain: 'No keychain: your sign-in and chats are kept in memory until Wingman is closed. To keep them longer, install or start a keychain (on Linux, gnome-keyring or KWallet).',
  dismiss: 'Dismiss',

  // Settings
  closeSettings: 'Close settings',
  accounts: 'Accounts',
  accountsLede: 'Each account keeps its own chats and pays for its own answers.',
  inUse: 'In use',
  use: 'Use this account',
  needsSignIn: 'Sign in again to use this account. Its chats and drafts are still here to read.',
  keptForRun: 'Kept in memory until Wingman is closed, because there is no keychain.',
  appearance: 'Appearance',
  theme: 'Theme',
  themeSystem: 'Same as system',
  themeLight: 'Light',
  themeDark: 'Dark',
  about: 'About',
  aboutLede: 'A desktop chat window for GitHub Copilot.',
  version: 'Wingman',
  runtime: 'Copilot runtime',
  platform: 'System',
  copyReport: 'Copy report',
  aboutReport: 'For a bug report: versions only, nothing of yours is in it.',
  keyNewChat: 'New chat',
  keySend: 'Send',
  keyLine: 'New line',
  keyStop: 'Stop the answer',
  keyCopy: 'Copy the last answer',
  keyList: 'Walk through the conversations',
  keySettings: 'Settings',
  keyShortcuts: 'This list',

  errors: {
    'config-invalid': () => ({
      title: 'The configuration file has a mistake',
      text: 'Wingman does not start on half a configuration. Correct the file, then try again.',
    }),
    'client-missing': ({ host = 'GitHub' }) => ({
      title: `Wingman is not registered with ${host}`,
      text: 'It needs the client ID of an OAuth App to sign anybody in. Put client_id under [github] in the configuration file, then start Wingman again.',
    }),
    'runtime-missing': ({ looked }) => ({
      title: 'The Copilot runtime is not where it should be',
      text: `${looked ? `Wingman looked in ${looked}. ` : ''}Install Wingman again, or set runtime_dir under [copilot].`,
    }),
    'runtime-failed': () => ({
      title: 'The Copilot runtime did not start',
      text: 'Your chats are safe. Try again; if it keeps failing, install Wingman again.',
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
    'store-newer': () => ({
      title: 'Your chats were written by a newer Wingman',
      text: 'They are left untouched. Install the newer version to open them.',
    }),
    'store-failed': () => ({
      title: 'Your chats cannot be read or written',
      text: 'Check that the disk has space and that Wingman may write to its folder, then try again.',
    }),
    'browser-failed': () => ({
      title: 'No browser could be opened',
      text: 'Copy the sign-in link and open it in a browser on this computer.',
    }),
    'sign-in-denied': ({ host = 'GitHub' }) => ({
      title: 'The authorization was declined',
      text: `Nothing was changed on ${host}, and nothing was stored here. If that was not what you meant, sign in again. If your organization declined, ask its owner to approve Wingman.`,
    }),
    'sign-in-expired': () => ({
      title: 'This sign-in took too long',
      text: 'To keep you safe, a sign-in ends after ten minutes. Start again and approve it in the browser.',
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
    'client-rejected': () => ({
      title: 'GitHub does not accept this app’s registration',
      text: 'The client ID, the secret or the callback address is not the one GitHub knows. Correct them under [github] in the configuration file.',
    }),
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
    'server-failed': ({ host = 'GitHub' }) => ({
      title: `${host} has a problem`,
      text: 'The fault is not on your side, and everything you wrote is kept. Try again in a moment.',
    }),
    'rate-limited': ({ until }) => ({
      title: until ? `Too many requests until ${until}` : 'Too many requests',
      text: 'GitHub limits how often this account may ask. Your question is kept. Retry later, or go on with another model.',
    }),
    'sign-in-needed': ({ login = 'This account' }) => ({
      title: `${login} needs to sign in again`,
      text: 'GitHub no longer accepts its sign-in. Your question, chats and drafts are kept.',
    }),
    'no-copilot': ({ login = 'This account' }) => ({
      title: `${login} has no access to Copilot`,
      text: 'Start a Copilot plan on GitHub or ask your organization for a seat, then try again. Copilot Free is enough.',
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
      text: 'Your organization or your Copilot settings on GitHub allow none. Your question is kept. Once one is allowed there, try again.',
    }),
    filtered: () => ({
      title: 'The content filter ended this answer',
      text: 'What arrived before is kept. Put the question in other words and send it again.',
    }),
    'too-long': () => ({
      title: 'This is too long for the model',
      text: 'Your question is kept. Shorten it, begin a new chat, or choose a model that takes more.',
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
      text: 'Wait for the end of the answer or stop it, then send your question.',
    }),
    'not-found': () => ({
      title: 'This is no longer here',
      text: 'It was deleted, or it belongs to another account. Choose another chat from the list.',
    }),
    'link-refused': ({ scheme }) => ({
      title: 'This link was not opened',
      text: `Wingman opens web and mail links only${scheme ? `, and this one begins with ${scheme}` : ''}.`,
    }),
    internal: ({ reason }) => ({
      title: 'Something went wrong in Wingman',
      text: `Your chats are safe. Try again; if it keeps happening, copy the report under Settings, About.${reason ? ` (${reason})` : ''}`,
    }),
  } satisfies Record<Code, (values: Values) => ErrorWords> as Record<Code, (values: Values) => ErrorWords>,
};

/** The shape that every language fills. */
export type Messages = typeof en;
