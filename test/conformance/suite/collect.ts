import type { UidSet } from '../../../src/model/uid-set.js';
import type {
  AppendMessage,
  AppendResult,
  BodySink,
  MailSession,
  OpenMailbox,
} from '../../../src/store/mail-store.js';
import { DATE, mail } from './mail.js';
import { quiet, type Stage } from './stage.js';

export interface CollectedBody {
  readonly uid: number;
  readonly sizeBytes: number;
  readonly body: Buffer;
}

/** A sink that keeps all it gets and throws when it is not called as the port says. */
export class CollectingSink implements BodySink {
  readonly bodies: CollectedBody[] = [];
  #open: { uid: number; sizeBytes: number; chunks: Buffer[] } | null = null;

  start(uid: number, sizeBytes: number): undefined {
    if (this.#open) throw new Error('a body starts inside another one');
    this.#open = { uid, sizeBytes, chunks: [] };
  }

  chunk(data: Buffer): undefined {
    if (!this.#open) throw new Error('octets outside a body');
    this.#open.chunks.push(data);
  }

  end(): undefined {
    if (!this.#open) throw new Error('the end of a body that never started');
    const { uid, sizeBytes, chunks } = this.#open;
    this.bodies.push({ uid, sizeBytes, body: Buffer.concat(chunks) });
    this.#open = null;
  }
}

export async function bodiesOf(mailbox: OpenMailbox, uids: UidSet): Promise<CollectedBody[]> {
  const sink = new CollectingSink();
  await mailbox.bodies(uids, sink, quiet);
  return sink.bodies;
}

export interface ToAppend extends Partial<AppendMessage> {
  readonly body: Buffer;
}

/** Writes messages into one APPEND that is not committed. */
export async function fill(
  stream: ReturnType<MailSession['append']>,
  messages: readonly ToAppend[],
  chunkBytes = 10_000,
): Promise<void> {
  for (const { body, flags = [], internalDate = DATE } of messages) {
    await stream.begin({ flags, internalDate, sizeBytes: body.length });
    for (let at = 0; at < body.length; at += chunkBytes)
      await stream.write(body.subarray(at, at + chunkBytes));
  }
}

export async function append(
  session: MailSession,
  mailbox: string,
  messages: readonly ToAppend[],
  chunkBytes?: number,
): Promise<AppendResult> {
  const stream = session.append(mailbox, quiet);
  await fill(stream, messages, chunkBytes);
  return await stream.commit();
}

export function letters(count: number): ToAppend[] {
  return Array.from({ length: count }, (_, index) => ({ body: mail(`letter-${index}`) }));
}

/** How many messages another client sees: asked more than once, as what was sent may be on its way. */
export async function countSeen({ peer }: Stage, name: string): Promise<number> {
  let count = 0;
  for (let look = 0; look < 3; look++) count = Math.max(count, (await peer.look(name)).messages.length);
  return count;
}
