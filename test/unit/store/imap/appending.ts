import { ImapAppend } from '../../../../src/store/imap/append.js';
import type { LiteralMode } from '../../../../src/store/imap/wire/command.js';
import type { AppendMessage, AppendResult } from '../../../../src/store/mail-store.js';
import { type Connected, connected, endedLater, settle } from '../../../support/scripted-imap/index.js';

const quiet = new AbortController().signal;
export const DATE = ' 7-Feb-1994 21:52:25 -0800';

export function open(literalMode: LiteralMode = 'plus'): Connected {
  return endedLater(connected({ literalMode }));
}

export function append({ connection }: Connected, mailbox = 'Box'): ImapAppend {
  return new ImapAppend(connection, 'ann@example.net', mailbox, quiet);
}

export function message(sizeBytes: number, ...flags: string[]): AppendMessage {
  return { sizeBytes, flags, internalDate: DATE };
}

/** Appends whole bodies and answers the command; what the server was sent and what came of it. */
export async function appendAll(
  made: Connected,
  bodies: readonly string[],
  answer: string,
): Promise<{ sent: string; result: AppendResult }> {
  const from = made.server.seen.length;
  const stream = append(made);
  for (const body of bodies) {
    await stream.begin(message(body.length));
    await stream.write(Buffer.from(body, 'latin1'));
  }
  const result = stream.commit();
  await settle();
  const sent = made.server.seen.slice(from);
  made.server.send(`${sent.split(' ')[0]} ${answer}\r\n`);
  return { sent, result: await result };
}
