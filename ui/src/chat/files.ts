/** Pieces of an answer as files: their names, and where they go. */
import { call } from '../bridge';
import { app } from '../lib/app.svelte';
import { say } from '../messages/say.svelte';

/** Saves a piece of an answer where the person says. */
export function save(text: string, name: string, tell: (words: string) => void): void {
  const asked = call('save_code', { text, name }).then((saved) => {
    if (saved) tell(say.prose.saved);
  });
  void app.attempt(asked);
}

/** What a language's files end in, where that is not its name. */
const ENDINGS: Record<string, string> = {
  bash: 'sh',
  'c#': 'cs',
  'c++': 'cpp',
  console: 'sh',
  csharp: 'cs',
  dockerfile: 'dockerfile',
  golang: 'go',
  haskell: 'hs',
  javascript: 'js',
  kotlin: 'kt',
  latex: 'tex',
  markdown: 'md',
  mermaid: 'mmd',
  perl: 'pl',
  powershell: 'ps1',
  python: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  text: 'txt',
  typescript: 'ts',
  yaml: 'yml',
};

/** A file's name for code of a language; what is no short word makes a text file. */
export function fileName(language: string | undefined): string {
  const name = (language ?? 'txt').toLowerCase();
  const ending = ENDINGS[name] ?? (/^[a-z0-9]{1,10}$/.test(name) ? name : 'txt');
  return `code.${ending}`;
}
