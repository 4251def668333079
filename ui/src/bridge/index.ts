/** The window's host, set once at the start; everything else asks through it. */
import type { Answer, Arguments, Bridge, CallName, Event, StreamName } from './bridge';

export { failureOf } from './bridge';
export { onDrop } from './drops';
export type * from './generated';
export type { Bridge } from './bridge';

let host: Bridge | undefined;

/** Chooses the host. */
export function connect(bridge: Bridge): void {
  host = bridge;
}

function connected(): Bridge {
  if (!host) throw new Error('no host is connected yet');
  return host;
}

/** Runs a command of the core. Rejects with the boundary's error. */
export function call<N extends CallName>(name: N, args: Arguments<N>): Promise<Answer<N>> {
  return connected().call(name, args);
}

/** Runs a command that goes on sending events. */
export function stream<N extends StreamName>(
  name: N,
  args: Arguments<N>,
  receive: (event: Event<N>) => void,
): Promise<Answer<N>> {
  return connected().stream(name, args, receive);
}

/** Where the page of a drawing's frame is. */
export function drawingPage(): string {
  return connected().drawing;
}
