import { connect as connectPlain, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** A port of 127.0.0.1 that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/**
 * The server's greeting, or undefined while nobody listens.
 *
 * @throws Error when somebody answers with anything else.
 */
export function readGreeting(port: number, secure: boolean, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const socket = open(port, secure);
    let text = '';
    const end = (act: () => void): void => {
      socket.destroy();
      act();
    };
    socket.setTimeout(timeoutMs, () => end(() => reject(new Error('no greeting'))));
    socket.on('error', () => end(() => resolve(undefined)));
    socket.on('end', () => end(() => resolve(undefined)));
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (!text.includes('\r\n')) return;
      end(() => (text.startsWith('* OK') ? resolve(text) : reject(new Error(`not a greeting: ${text}`))));
    });
  });
}

function open(port: number, secure: boolean): Socket {
  const host = '127.0.0.1';
  return secure ? connectTls({ host, port, rejectUnauthorized: false }) : connectPlain({ host, port });
}
