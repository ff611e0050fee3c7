import type { Hash } from 'node:crypto';
import type { UidSet } from '../model/uid-set.js';
import type { BodySink, OpenMailbox } from '../store/mail-store.js';
import { digestText, newDigest } from './body-digest.js';

/** What ends a header (RFC 5322, section 2.1), also where line ends were lost. */
const HEADER_ENDS = ['\r\n\r\n', '\n\n'] as const;
const MOST_OF_AN_END = 3;

/**
 * Reads whole messages and keeps only the digests of what comes after their headers: servers that rewrite messages add
 * to the header and change it. Messages that are gone are absent.
 */
export async function digestTexts(
  mailbox: OpenMailbox,
  uids: UidSet,
  signal: AbortSignal,
): Promise<ReadonlyMap<number, string>> {
  const sink = new TextSink();
  if (!uids.isEmpty) await mailbox.bodies(uids, sink, signal);
  return sink.digests;
}

class TextSink implements BodySink {
  readonly digests = new Map<number, string>();
  #uid = 0;
  #hash: Hash = newDigest();
  /** The last octets of the header so far; null once it has ended. */
  #tail: Buffer | null = null;

  start(uid: number): undefined {
    this.#uid = uid;
    this.#hash = newDigest();
    this.#tail = Buffer.alloc(0);
  }

  chunk(data: Buffer): undefined {
    if (!this.#tail) {
      this.#hash.update(data);
      return;
    }
    const seen = Buffer.concat([this.#tail, data]);
    const text = textStart(seen);
    if (text < 0) {
      this.#tail = Buffer.from(seen.subarray(-MOST_OF_AN_END));
      return;
    }
    this.#tail = null;
    this.#hash.update(seen.subarray(text));
  }

  end(): undefined {
    this.digests.set(this.#uid, digestText(this.#hash));
  }
}

/** -1 while the header goes on. */
function textStart(octets: Buffer): number {
  const starts = HEADER_ENDS.map((end) => [octets.indexOf(end, 0, 'latin1'), end.length] as const);
  const found = starts.filter(([at]) => at >= 0).map(([at, length]) => at + length);
  return found.length === 0 ? -1 : Math.min(...found);
}
