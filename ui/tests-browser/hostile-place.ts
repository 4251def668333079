/**
 * A place where an attack would be seen: it serves the page, with the app's own policy or without any, and is the proxy
 * of the browser besides, so whatever is asked for anywhere comes here and is written down.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The policy that the app's pages have. */
export function policy(): string {
  const file = readFileSync(`${ROOT}src-tauri/tauri.conf.json`, 'utf8');
  const { app } = JSON.parse(file) as { app: { security: { csp: Record<string, string> } } };
  return Object.entries(app.security.csp)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');
}

/** What the renderer makes of each text: its blocks, as the window gets them. */
export async function rendered(texts: readonly string[]): Promise<string[][]> {
  // The whole workspace, so that it is built with the features that all else is built with.
  await promisify(execFile)('cargo', ['build', '--quiet', '--workspace', '--example', 'render'], { cwd: ROOT });
  const { CARGO_TARGET_DIR: target = `${ROOT}target` } = process.env;
  const program = spawn(`${target}/debug/examples/render`, { stdio: ['pipe', 'pipe', 'inherit'] });
  const pieces: Buffer[] = [];
  program.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  program.stdin.end(JSON.stringify(texts));
  const code = await new Promise((resolve, reject) => program.once('close', resolve).once('error', reject));
  if (code !== 0) throw new Error('the renderer did not come to its end');
  return JSON.parse(Buffer.concat(pieces).toString()) as string[][];
}

/** What Chromium asks of its makers by itself; no attack names them, which the test makes sure of. */
export const CHROMIUM_S_OWN = ['content-autofill.googleapis.com', 'accounts.google.com', 'update.googleapis.com', 'clients2.google.com', 'optimizationguide-pa.googleapis.com', 'android.clients.google.com', 'redirector.gvt1.com', 'safebrowsing.googleapis.com'];

export class Place {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What was asked for, oldest first. */
  readonly asked: string[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Begins to listen. `pages` is where the pages really are, `csp` the policy they are to have. */
  static async open(pages: string, csp: string | null): Promise<Place> {
    const server = createServer();
    const place = new Place(server);
    server.on('request', (request, response) => void place.#answer(request, response, pages, csp));
    // Another host by TLS, or a WebSocket: to have been asked is enough.
    const refuse = ({ method, url, headers }: IncomingMessage, socket: Socket): void => {
      const own = CHROMIUM_S_OWN.includes((url ?? '').replace(/:\d+$/, ''));
      if (!own) place.asked.push(`${method} ${url ?? ''} ${headers.host ?? ''}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    };
    server.on('connect', refuse).on('upgrade', refuse);
    // WebKitGTK speaks TLS to a proxy for TLS.
    server.on('clientError', (_error, socket) => {
      place.asked.push('CONNECT (unread)');
      socket.destroy();
    });
    server.on('connection', (socket) => place.#sockets.add(socket.once('close', () => place.#sockets.delete(socket))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return place;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer({ method, url = '', headers }: IncomingMessage, response: ServerResponse, pages: string, csp: string | null): Promise<void> {
    this.asked.push(`${method} ${url} ${headers.host ?? ''}`);
    // A proxy is asked for a whole address.
    if (!url.startsWith('/') && !url.startsWith(`http://${this.host}/`)) {
      response.writeHead(404).end();
      return;
    }
    const at = new URL(url, `http://${this.host}`);
    const page = at.pathname === '/empty' ? new Response('<!doctype html><title>Empty</title>', { headers: { 'content-type': 'text/html' } }) : await fetch(new URL(at.pathname + at.search, pages));
    response.statusCode = page.status;
    response.setHeader('content-type', page.headers.get('content-type') ?? 'text/plain');
    response.setHeader('cache-control', 'no-store');
    if (csp !== null) response.setHeader('content-security-policy', csp);
    response.end(Buffer.from(await page.arrayBuffer()));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
