/** The words about the history: where it is, who can open it, for how long it is kept. */

export const history = {
  page: 'Privacy',
  where: 'Where your chats are',
  place: {
    keychain: 'On this computer, encrypted. Their key is in your keychain, and nobody opens them without it: not on a copied disk, not in a backup of your folders.',
    passphrase: 'On this computer, encrypted. Only your passphrase opens them.',
    memory: 'In memory, because this computer has no keychain. They are gone when Wingman is closed.',
    memoryOnly: 'In memory only, because it is configured so. They are gone when Wingman is closed, and so is your sign-in.',
  },
  loss: 'If the keychain is lost, reset, or left on another computer, the chats cannot be opened again by anybody. A recovery passphrase, or an encrypted export, is your way back.',
  lossRecovered: 'If the keychain is lost, your recovery passphrase opens them.',
  lossPassphrase: 'If you forget the passphrase, the chats cannot be opened again by anybody.',
  copies: 'Wingman keeps a copy of the chats for each day, seven of them, encrypted in the same way. A chat you delete stays in those for up to a week; what is deleted all at once is taken out of them right away.',

  // How long
  keep: 'Keep chats',
  keepHint: 'Chats are deleted so long after the last word in them.',
  forever: 'Until you delete them',
  days: (count: number) => (count === 365 ? 'For a year' : `For ${count} days`),
  decided: (count: number) => `Your organisation deletes chats after ${count} days at the latest.`,
  signOut: 'Delete an account’s chats when it signs out',
  signOutHint: 'Otherwise they stay here, encrypted, for its next sign-in.',
  signOutDecided: 'Your organisation has set this.',
  signOutDeletes: 'Its sign-in and all its chats are deleted from this computer. This cannot be undone.',
  signOutAllDeletes: 'Every sign-in and all chats of these accounts are deleted from this computer. This cannot be undone.',

  // Passphrase
  recovery: 'Recovery passphrase',
  recoverySet: 'Set. It opens the chats when the keychain cannot.',
  recoveryUnset: 'Not set.',
  own: 'Passphrase',
  ownUnset: 'With a passphrase your chats are kept without a keychain, too. You are asked for it at each start, and you sign in again then, for a token is kept nowhere else.',
  set: 'Set a passphrase…',
  change: 'Change the passphrase…',
  remove: 'Remove it',
  removed: 'The passphrase opens nothing any more.',
  passphrase: 'Passphrase',
  newPassphrase: 'New passphrase',
  again: 'The same once more',
  different: 'These are two different ones.',
  rule: (characters: number) => `At least ${characters} characters; a few words are easier to keep than signs.`,
  setTitle: 'Set a passphrase for your chats',
  setText: 'Nobody can tell you this passphrase again, and nobody can open the chats without it.',
  isSet: 'The passphrase is set.',
  keepNow: 'Keep my chats…',

  // The key
  key: 'Encryption key',
  keyHint: 'Another key for chats and copies, in case somebody may have got hold of the old one.',
  keyChange: 'Change the key…',
  keyTitle: 'Change the encryption key?',
  keyText: 'All chats are encrypted anew, which can take a moment. An answer that is being written is ended.',
  keyChanged: 'The chats have another key now.',
  working: 'Working…',

  // The start
  unlockTitle: 'Your chats are locked',
  unlockLede: 'Type the passphrase that opens them.',
  unlockWrong: 'This is another passphrase. Look out for capital letters and the keyboard’s language, then try again.',
  unlock: 'Unlock',
  without: 'Go on without them',
  withoutHint: 'The chats stay where they are. What you write until Wingman is closed is kept in memory.',
  noKeychain: 'No keychain: your chats are kept behind your passphrase, and you sign in again at each start.',

  // Export and import
  sealed: { name: 'Encrypted', hint: 'To move to another computer: everything, opened by a passphrase only' },
  sealedTitle: 'This file is encrypted',
  sealedText: 'Type the passphrase it was exported with.',
  open: 'Open',
};
