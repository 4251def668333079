/** The licences of what others made, in English. Names and texts of licences are as their makers wrote them. */
export const licences = {
  open: 'Third-party licences',
  back: 'Back to About',
  lede: 'What others made and Wingman is built from, each with its licence.',
  find: 'Find by name or licence',
  kinds: {
    runtime: 'Copilot runtime',
    crate: 'In the program',
    npm: 'In the pages',
    library: 'Libraries and data',
  },
  none: 'Nothing has such a name or licence.',
  source: 'Where it comes from',
  reading: 'Reading the licence…',
};
