/** What is said around many conversations, in English: finding, keeping, files. */

const chats = (count: number): string => (count === 1 ? '1 chat' : `${count} chats`);

export const find = {
  // Search
  search: 'Search',
  placeholder: 'Search all chats',
  clear: 'Clear the search',
  results: 'Search results',
  found: (count: number, more: boolean) =>
    count === 0 ? 'Nothing found' : more ? `More than ${count} chats found` : `${chats(count)} found`,
  nothing: (query: string) => `No chat has “${query}” in its title or its text.`,
  incomplete: 'Older chats are still being read in. Search again in a moment to see all of them.',
  more: 'Show more',
  searching: 'Searching…',
  archived: 'Archived',

  // In the open chat
  inChat: 'Find in chat',
  count: (at: number, all: number) => `${at} of ${all}`,
  none: 'Not found',
  next: 'Next',
  previous: 'Previous',
  close: 'Close',

  // The list
  pinned: 'Pinned',
  pin: 'Pin',
  unpin: 'Unpin',
  archive: 'Archive',
  unarchive: 'Move back to the list',
  openArchive: 'Archived chats',
  closeArchive: 'Back to all chats',
  noArchived: 'Chats you archive are kept here, out of the way.',
  select: 'Select',
  selection: 'Selected chats',
  selected: (count: number) => `${count} selected`,
  endSelection: 'End the selection',
  deleted: (count: number) => (count === 1 ? 'Chat deleted' : `${count} chats deleted`),
  archivedNow: (count: number) => (count === 1 ? 'Chat archived' : `${count} chats archived`),
  undo: 'Undo',
  broughtBack: (back: number, all: number) =>
    back === 0 ? `Too late: ${chats(all)} deleted for good` : `${back} of ${chats(all)} brought back, the rest deleted for good`,

  // Export and print
  export: 'Export',
  exportMenu: 'Export…',
  exportTitle: (count: number) => (count === 1 ? 'Export this chat' : `Export ${chats(count)}`),
  format: 'Format',
  formats: {
    markdown: { name: 'Markdown', hint: 'To read and edit: the chat as it is shown' },
    html: { name: 'Web page', hint: 'To read and share: one file that needs nothing else' },
    json: { name: 'JSON', hint: 'To keep or move: everything, all versions of every answer' },
  },
  several: 'Several chats become one zip file with a page for each.',
  exporting: 'Exporting…',
  exported: (count: number) => `${chats(count)} exported`,
  print: 'Print…',
  printing: 'Getting the chat ready to print…',
  chatMenu: 'More for this chat',
  stopped: 'The answer was stopped.',
  failed: 'The answer failed.',
  footer: (day: string) => `Exported from Wingman on ${day}`,

  // Settings
  data: 'Data',
  dataLede: (login: string, host: string) => `The chats of ${login} on ${host}. They are kept on this computer, encrypted.`,
  exportAll: 'Export all chats',
  exportAllHint: 'Into one file, to keep, to move or to read; encrypted when you choose so.',
  importFile: 'Import chats',
  importHint: 'From a Wingman export, or from the file ChatGPT sends you: conversations.json or the whole zip.',
  importing: 'Importing…',
  imported: (count: number) => (count === 0 ? 'No new chats in this file.' : `${chats(count)} imported.`),
  already: (count: number) => `${count} were here already.`,
  damaged: (count: number) => `${count} could not be read.`,
  leftOut: (count: number) =>
    count === 1 ? 'One image or file was left out.' : `${count} images or files were left out.`,
  deleteAll: 'Delete all chats',
  deleteAllHint: 'Removes every chat of this account from this computer.',
  deleteAllTitle: (login: string, host: string) => `Delete all chats of ${login} on ${host}?`,
  deleteAllText:
    'Every chat of this account is deleted from this computer, archived ones too, with what Copilot remembers of them. This cannot be undone.',
  allDeleted: (count: number) => `${chats(count)} deleted.`,

  // Keys
  keySearch: 'Search all chats',
  keyPrint: 'Print the open chat',
  keySelect: 'Select several chats',
};
