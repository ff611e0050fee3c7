import { FlagTable } from '../model/flags.js';
import { UidMap, type UidRun } from '../model/uid-map.js';
import { UidSet } from '../model/uid-set.js';
import type { Intent, StateRecord } from '../state/record.js';
import type { OpenMailbox } from '../store/mail-store.js';
import { digestBodies } from './body-digest.js';
import { FINGERPRINT_FIELDS, type Fingerprint, fingerprintOf, sameMessageKey } from './fingerprint.js';
import { pairByDate, pairByFingerprint } from './identity.js';
import type { MailboxWork } from './run-context.js';
import { tellArrived } from './tell-arrived.js';
import { listWhole } from './whole-listing.js';

/** Metadata of this many messages is held at once while looking through a window. */
const LOOK_MESSAGES = 1000;

/** For each intent, the destination UID of each of its messages, 0 where it is not there. */
export type Landed = ReadonlyMap<number, readonly number[]>;

/**
 * Looks which messages of these intents are at the destination: all intents together, in the window above the lowest
 * uidNext they name, as a multiset by digest of the octets; what a server rewrote is found by its fingerprint.
 * `unknown` are the UIDs there that have no partner and are not known to be foreign.
 */
export async function findLanded(
  source: OpenMailbox,
  destination: OpenMailbox,
  intents: readonly Intent[],
  unknown: UidSet,
  signal: AbortSignal,
): Promise<Landed> {
  const window = unknown.subtract(UidSet.range(1, lowestUid(intents) - 1));
  const found = new Map(intents.map((intent) => [intent.id, intent.sourceUids.map(() => 0)]));
  if (window.isEmpty) return found;
  const left = await matchOctets(source, destination, intents, window, found, signal);
  await matchHeaders(source, destination, intents, left, found, signal);
  await matchPrints(destination, intents, left, found, signal);
  return found;
}

/** No message of these intents can have a lower UID. */
export function lowestUid(intents: readonly Intent[]): number {
  return intents.reduce((lowest, { uidNext }) => Math.min(lowest, uidNext), Number.MAX_SAFE_INTEGER);
}

/** UIDs at the destination of which nothing is known: neither paired nor foreign. Throws LISTING_INCOMPLETE. */
export async function unknownUids({ pair, run }: MailboxWork, destination: OpenMailbox): Promise<UidSet> {
  if (destination.snapshot.messages === 0) return UidSet.empty;
  return unknownOf(pair, await listWhole(destination, run.signal));
}

export function unknownOf({ map, foreign, aliases }: MailboxWork['pair'], exists: UidSet): UidSet {
  return exists.subtract(map.bUids()).subtract(foreign.b).subtract(aliases.aUids());
}

/** Returns what of the window stays unmatched. */
async function matchOctets(
  source: OpenMailbox,
  destination: OpenMailbox,
  intents: readonly Intent[],
  window: UidSet,
  found: Map<number, number[]>,
  signal: AbortSignal,
): Promise<UidSet> {
  const digestsOf = new Map<number, readonly string[]>();
  for (const intent of intents) digestsOf.set(intent.id, await digestsOfIntent(source, intent, signal));
  const sizes = new Set(intents.flatMap((intent) => (intent.digests ? intent.sizes : [])));
  const anySize = intents.some((intent) => intent.digests === null);
  const candidates: number[] = [];
  for (const { uid, sizeBytes } of await metadataOf(destination, window, signal)) {
    if (anySize || sizes.has(sizeBytes)) candidates.push(uid);
  }
  const byDigest = new Map<string, number[]>();
  const digests = await digestBodies(destination, UidSet.from(candidates), signal);
  for (const [uid, { digest }] of [...digests].sort(([left], [right]) => left - right)) {
    byDigest.set(digest, [...(byDigest.get(digest) ?? []), uid]);
  }
  const matched: number[] = [];
  for (const { id } of [...intents].sort((left, right) => left.id - right.id)) {
    for (const [index, digest] of (digestsOf.get(id) ?? []).entries()) {
      const uid = byDigest.get(digest)?.shift();
      if (uid === undefined) continue;
      (found.get(id) as number[])[index] = uid;
      matched.push(uid);
    }
  }
  return window.subtract(UidSet.from(matched));
}

/** The recorded digests, or those of the source's messages now; '-' for a message that is gone. */
export async function digestsOfIntent(
  source: OpenMailbox,
  intent: Intent,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (intent.digests) return intent.digests;
  if (source.snapshot.uidValidity !== intent.sourceUidValidity) return intent.sourceUids.map(() => '-');
  const digests = await digestBodies(source, UidSet.from(intent.sourceUids), signal);
  return intent.sourceUids.map((uid) => digests.get(uid)?.digest ?? '-');
}

/** Servers that rewrite what they store: the same headers and date in the window are our message. */
async function matchHeaders(
  source: OpenMailbox,
  destination: OpenMailbox,
  intents: readonly Intent[],
  window: UidSet,
  found: Map<number, number[]>,
  signal: AbortSignal,
): Promise<void> {
  if (window.isEmpty) return;
  const missing = intents.flatMap((intent) => {
    const uids = found.get(intent.id) ?? [];
    const comparable = intent.sourceUidValidity === source.snapshot.uidValidity;
    return comparable ? intent.sourceUids.filter((_, index) => uids[index] === 0) : [];
  });
  if (missing.length === 0) return;
  const [a, b] = await Promise.all([
    fingerprints(source, UidSet.from(missing), signal),
    fingerprints(destination, window, signal),
  ]);
  const partners = new Map(pairByDate(pairByFingerprint(a, b)).pairs);
  for (const intent of intents) {
    const uids = found.get(intent.id) as number[];
    for (const [index, sourceUid] of intent.sourceUids.entries()) {
      const partner = partners.get(sourceUid);
      if (uids[index] !== 0 || partner === undefined) continue;
      uids[index] = partner;
      partners.delete(sourceUid);
    }
  }
}

/** What was copied is told by what was written down of it, whatever has become of the original. */
async function matchPrints(
  destination: OpenMailbox,
  intents: readonly Intent[],
  window: UidSet,
  found: Map<number, number[]>,
  signal: AbortSignal,
): Promise<void> {
  const copies = intents.filter(({ id, prints }) => prints && found.get(id)?.includes(0));
  if (copies.length === 0) return;
  const taken = UidSet.from([...found.values()].flat().filter((uid) => uid !== 0));
  const byPrint = new Map<string, number[]>();
  for (const print of await fingerprints(destination, window.subtract(taken), signal)) {
    const key = sameMessageKey(print);
    if (key !== null) byPrint.set(key, [...(byPrint.get(key) ?? []), print.uid]);
  }
  for (const { id, prints = [] } of copies) {
    const uids = found.get(id) as number[];
    for (const [index, key] of prints.entries()) {
      if (uids[index] === 0) uids[index] = byPrint.get(key)?.shift() ?? 0;
    }
  }
}

export async function fingerprints(
  mailbox: OpenMailbox,
  uids: UidSet,
  signal: AbortSignal,
): Promise<Fingerprint[]> {
  const prints: Fingerprint[] = [];
  if (uids.isEmpty) return prints;
  await mailbox.headers(uids, FINGERPRINT_FIELDS, (row) => prints.push(fingerprintOf(row)), signal);
  return prints;
}

async function metadataOf(
  mailbox: OpenMailbox,
  uids: UidSet,
  signal: AbortSignal,
): Promise<{ uid: number; sizeBytes: number }[]> {
  const rows: { uid: number; sizeBytes: number }[] = [];
  for (let rest = uids; !rest.isEmpty; ) {
    const [part, tail] = rest.splitAt(LOOK_MESSAGES);
    for (const { uid, sizeBytes } of await mailbox.metadata(part, signal)) rows.push({ uid, sizeBytes });
    rest = tail;
  }
  return rows;
}

/** The journal record that pairs what has landed, with the flags that were sent; null when nothing has. */
export function pairsRecord(
  key: string,
  intent: Intent,
  destinationUids: readonly number[],
  endsIntent: boolean,
): Extract<StateRecord, { t: 'pairs' }> | null {
  const { sourceUids } = intent;
  const isThere = (index: number): boolean => (destinationUids[index] ?? 0) !== 0;
  const runs: UidRun[] = [];
  for (const [index, sourceUid] of sourceUids.entries()) {
    if (isThere(index)) runs.push([sourceUid, destinationUids[index] as number, 1]);
  }
  if (runs.length === 0) return null;
  const flags = new FlagTable();
  const sent = FlagTable.fromDeltas(intent.flags);
  for (const name of sent.names()) {
    // The table of an intent counts its messages from 1.
    const indices = [...sent.uidsOf(name).uids()].map((nth) => nth - 1);
    flags.add(name, UidSet.from(indices.filter(isThere).map((index) => sourceUids[index] as number)));
  }
  const record = { t: 'pairs', key, runs: UidMap.from(runs).toDeltas(), flags: flags.toDeltas() } as const;
  return endsIntent ? { ...record, intent: intent.id } : record;
}

/** Writes pairs of messages that were sent down, as not seen at the destination yet. */
export function recordPairs(work: MailboxWork, record: Extract<StateRecord, { t: 'pairs' }>): void {
  work.run.options.state.record({ ...record, unseen: 'b' });
}

/** Pairs what has landed and tells it; 0 stands for a message that has not. */
export function recordLanded(
  work: MailboxWork,
  intent: Intent,
  destinationUids: readonly number[],
  endsIntent: boolean,
): void {
  const record = pairsRecord(work.pair.key, intent, destinationUids, endsIntent);
  if (!record) return;
  recordPairs(work, record);
  const isFound = (index: number): boolean => (destinationUids[index] ?? 0) !== 0;
  const uids = intent.sourceUids.filter((_, index) => isFound(index));
  const sizeBytes = intent.sizes.reduce((sum, size, index) => (isFound(index) ? sum + size : sum), 0);
  work.progress += uids.length;
  tellArrived(work, intent, uids, sizeBytes);
}
