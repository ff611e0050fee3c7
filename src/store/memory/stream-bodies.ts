import type { BodySink, Pending } from '../mail-store.js';
import type { MemoryConnection } from './connection.js';
import type { MemoryMessage } from './mailbox.js';

const CHUNK_BYTES = 64 * 1024;
/** Octets between two turns given to the rest of the program. */
const TURN_BYTES = 1024 * 1024;

export interface StreamEnd {
  readonly connection: MemoryConnection;
  readonly signal: AbortSignal;
  /** The connection breaks after so many octets. */
  readonly cutAfterBytes: number;
}

/** Hands bodies to the sink in chunks, never ahead of it. A sink that fails breaks the connection. */
export async function streamBodies(
  messages: Iterable<MemoryMessage>,
  sink: BodySink,
  { connection, signal, cutAfterBytes }: StreamEnd,
): Promise<void> {
  let sentBytes = 0;
  let turnAtBytes = TURN_BYTES;
  const hand = async (step: () => Pending): Promise<void> => {
    try {
      signal.throwIfAborted();
      const pending = step();
      if (pending) await connection.wait(pending, signal);
    } catch (error) {
      connection.lose('an answer was cut off');
      throw error;
    }
    if (connection.failure) throw connection.failure;
  };
  for (const { uid, body } of messages) {
    await hand(() => sink.start(uid, body.length));
    for (let at = 0; at < body.length; at += CHUNK_BYTES) {
      const chunk = body.subarray(at, Math.min(at + CHUNK_BYTES, body.length));
      const allowed = Math.min(chunk.length, cutAfterBytes - sentBytes);
      if (allowed > 0) await hand(() => sink.chunk(chunk.subarray(0, allowed)));
      sentBytes += allowed;
      if (allowed < chunk.length || sentBytes >= cutAfterBytes)
        throw connection.lose('cut in the middle of a body');
      if (sentBytes >= turnAtBytes) {
        turnAtBytes = sentBytes + TURN_BYTES;
        await connection.wait(new Promise<void>((resolve) => setImmediate(resolve)), signal);
      }
    }
    await hand(() => sink.end());
  }
}
