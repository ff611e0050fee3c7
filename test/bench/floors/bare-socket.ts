import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type AccountLogin, argument } from '../../support/imap-client/index.js';

/** More than a tagged answer is long. */
const TAIL_CHARS = 400;

/**
 * Logs in and writes everything at once; reads, and throws away, until the last command is answered. Nothing that
 * speaks IMAP can do with less.
 *
 * @param commands without tags and without the last CRLF; pieces follow each other as they are.
 * @returns octets received.
 * @throws Error when the last command is not answered with OK.
 */
export async function sayAll(
  { host, port, user, password }: AccountLogin,
  commands: readonly (readonly Buffer[])[],
): Promise<number> {
  const socket = connect({ host, port, noDelay: true });
  const lastTag = `z${randomBytes(8).toString('hex')}`;
  const answer = new RegExp(`(?:^|\\n)${lastTag} (\\w+)[^\\n]*\\n$`);
  let received = 0;
  let tail = '';
  const answered = new Promise<string>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - TAIL_CHARS))).slice(-TAIL_CHARS);
      const status = answer.exec(tail)?.[1];
      if (status !== undefined) resolve(status);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
  });
  try {
    await Promise.race([once(socket, 'data'), answered]);
    socket.cork();
    socket.write(`l LOGIN "${user}" "${password}"\r\n`);
    for (const [index, pieces] of commands.entries()) {
      socket.write(`${index === commands.length - 1 ? lastTag : `c${index}`} `);
      for (const piece of pieces) socket.write(piece);
      socket.write('\r\n');
    }
    socket.uncork();
    const status = await answered;
    if (status !== 'OK') throw new Error(`a bare client was answered ${status}: ${tail.trim()}`);
    return received;
  } finally {
    socket.destroy();
  }
}

/** A mailbox's name, still in modified UTF-7 and so without anything that would need a literal. */
export function quoted(rawName: string): string {
  const name = argument(rawName);
  if (typeof name !== 'string') throw new Error(`${rawName} is no name in modified UTF-7`);
  return name;
}
