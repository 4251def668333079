import type { ThirdParty } from '../generated';

/** Some of what others made: one of each kind. */
export const THIRD_PARTIES: ThirdParty[] = [
  { name: '@github/copilot-linux-x64', version: '1.0.102', kind: 'runtime', licence: 'GitHub Copilot CLI License', source: 'https://github.com/github/copilot-cli' },
  { name: 'aho-corasick', version: '1.1.4', kind: 'crate', licence: 'Unlicense OR MIT', source: 'https://github.com/BurntSushi/aho-corasick' },
  { name: 'unicode-ident', version: '1.0.27', kind: 'crate', licence: '(MIT OR Apache-2.0) AND Unicode-3.0', source: 'https://github.com/dtolnay/unicode-ident' },
  { name: '@primer/octicons', version: '19.42.0', kind: 'npm', licence: 'MIT', source: 'https://github.com/primer/octicons' },
  { name: 'sqlcipher', version: '4.19.0', kind: 'library', licence: 'BSD-3-Clause', source: 'https://github.com/sqlcipher/sqlcipher' },
];
