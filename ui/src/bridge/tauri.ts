/** The real host: commands of the desktop shell. */
import { Channel, convertFileSrc, invoke } from '@tauri-apps/api/core';
import type { Answer, Arguments, Bridge, CallName, Event, StreamName } from './bridge';

export const tauri: Bridge = {
  // Each system writes a scheme of one's own in its own way.
  get drawing() {
    return convertFileSrc('', 'wingman-drawing');
  },
  call<N extends CallName>(name: N, args: Arguments<N>) {
    return invoke<Answer<N>>(name, args);
  },
  stream<N extends StreamName>(name: N, args: Arguments<N>, receive: (event: Event<N>) => void) {
    const channel = new Channel<Event<N>>();
    channel.onmessage = receive;
    return invoke<Answer<N>>(name, { ...args, channel });
  },
};
