import { createHash, type Hash } from 'node:crypto';
import type { UidSet } from '../model/uid-set.js';
import type { BodySink, OpenMailbox } from '../store/mail-store.js';

/** 132 bits of SHA-256: enough to tell messages apart, short enough to write down for each one in flight. */
const DIGEST_CHARS = 22;

export interface BodyDigest {
  readonly sizeBytes: number;
  readonly digest: string;
}

export function newDigest(): Hash {
  return createHash('sha256');
}

export function digestText(hash: Hash): string {
  return hash.digest('base64url').slice(0, DIGEST_CHARS);
}

/** Reads whole messages and keeps only their digests. Messages that are gone are absent. */
export async function digestBodies(
  mailbox: OpenMailbox,
  uids: UidSet,
  signal: AbortSignal,
): Promise<Map<number, BodyDigest>> {
  const digests = new Map<number, BodyDigest>();
  if (uids.isEmpty) return digests;
  let hash = newDigest();
  let current = { uid: 0, sizeBytes: 0 };
  const sink: BodySink = {
    start(uid, sizeBytes) {
      hash = newDigest();
      current = { uid, sizeBytes };
      return undefined;
    },
    chunk(data) {
      hash.update(data);
      return undefined;
    },
    end() {
      digests.set(current.uid, { sizeBytes: current.sizeBytes, digest: digestText(hash) });
      return undefined;
    },
  };
  await mailbox.bodies(uids, sink, signal);
  return digests;
}
