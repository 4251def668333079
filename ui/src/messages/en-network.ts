/** What is said of an answer that is held up, and of a network that is in the way, in English. */
import type { ErrorWords } from './en-errors';

type Values = Readonly<Partial<Record<string, string>>>;

export const holdup = {
  tryingAgain: (attempt: number, of: number) => `Trying again, ${attempt} of ${of}`,
  silent: 'Copilot has gone quiet',
  silentFor: (seconds: number) => `Nothing has arrived for ${seconds} s. A model that thinks for long can be like that; the connection can be lost, too.`,
  givenUpIn: (seconds: number) => `What is here stays. The answer is ended by itself in ${seconds} s.`,
};

export const networkErrors = {
  'host-not-found': ({ host = 'GitHub' }: Values): ErrorWords => ({
    title: `${host} was not found`,
    text: 'This network does not know the name, or the computer is offline. Everything you wrote is kept. Check the network, connect to your company’s VPN if the host is your company’s, then try again.',
  }),
  'certificate-untrusted': ({ host = 'GitHub' }: Values): ErrorWords => ({
    title: `This computer does not trust what answers as ${host}`,
    text: 'Nothing was sent, and everything you wrote is kept. If your company inspects its network, its certificate must be among those this computer trusts: ask whoever manages it. Elsewhere, use another network.',
  }),
  'certificate-expired': ({ host = 'GitHub' }: Values): ErrorWords => ({
    title: `The certificate of ${host} is not valid today`,
    text: 'Nothing was sent, and everything you wrote is kept. Check this computer’s date and time first. If they are right, tell whoever runs the host or the network, and try again later.',
  }),
  'tls-failed': ({ host = 'GitHub' }: Values): ErrorWords => ({
    title: `No secure connection to ${host}`,
    text: 'What answers does not encrypt as it must: a sign-in page of this network, or an old proxy. Nothing was sent, and everything you wrote is kept. Open the network’s sign-in page in a browser or use another network, then try again.',
  }),
  'proxy-sign-in': (): ErrorWords => ({
    title: 'The proxy asks who you are',
    text: 'Your network’s proxy lets nobody through without a name and a password. Everything you wrote is kept. Put them into the proxy’s settings, or ask whoever manages this computer, then try again.',
  }),
  'proxy-refused': ({ host = 'GitHub' }: Values): ErrorWords => ({
    title: `The proxy does not let you through to ${host}`,
    text: 'Your network’s proxy blocks this host or cannot reach it. Everything you wrote is kept. Ask whoever runs the network to allow it, then try again.',
  }),
  'proxy-unreachable': (): ErrorWords => ({
    title: 'The proxy does not answer',
    text: 'This computer is set up to go through a proxy that cannot be reached from here. Everything you wrote is kept. Connect to the network it belongs to or correct the proxy’s settings, then try again.',
  }),
};
