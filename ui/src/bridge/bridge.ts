/**
 * What the window may ask of the core, and nothing else: the commands of `generated.ts`, with their own types.
 *
 * Two hosts keep this promise: `tauri.ts`, the real one, and `scripted/`, for tests and for looking at pages.
 */
import type { Code, Commands, Error as Failure } from './generated';

type Name = keyof Commands;

/** The commands that send events until they are dropped. */
export type StreamName = { [N in Name]: [Commands[N]['stream']] extends [never] ? never : N }[Name];
/** The commands that answer once. */
export type CallName = Exclude<Name, StreamName>;
/** What a command is given. */
export type Arguments<N extends Name> = Commands[N]['arguments'];
/** What a command answers. */
export type Answer<N extends Name> = Commands[N]['answer'];
/** What a streaming command sends. */
export type Event<N extends StreamName> = Commands[N]['stream'];

export interface Bridge {
  /** Where the page of a drawing's frame is. */
  readonly drawing: string;
  /** Runs a command. Rejects with a {@link Failure}. */
  call<N extends CallName>(name: N, args: Arguments<N>): Promise<Answer<N>>;
  /** Runs a command that goes on sending events to `receive`, possibly before its answer is here. */
  stream<N extends StreamName>(
    name: N,
    args: Arguments<N>,
    receive: (event: Event<N>) => void,
  ): Promise<Answer<N>>;
}

/** What was thrown, as the one error of the boundary; anything else is a fault of ours. */
export function failureOf(thrown: unknown): Failure {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'params' in thrown) {
    return thrown as Failure;
  }
  const code: Code = 'internal';
  return { code, params: { reason: String(thrown) }, retryable: false };
}
