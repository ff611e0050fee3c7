import { MailferryError } from '../errors.js';
import { countedMessages } from '../model/counted.js';
import { FlagTableBuilder } from '../model/flags.js';
import type { MessageHeaders } from '../model/message.js';
import { UidMap } from '../model/uid-map.js';
import { MAX_UID, UidSet } from '../model/uid-set.js';
import type { OpenMailbox } from '../store/mail-store.js';
import { notePrints } from './anchors.js';
import { type BodyDigest, digestBodies } from './body-digest.js';
import { FINGERPRINT_FIELDS, type Fingerprint, fingerprintOf } from './fingerprint.js';
import {
  type Pairing,
  pairByDigest,
  pairByFingerprint,
  pairByText,
  sameHeadersAsSome,
  sameSizeAsSome,
  type UidPair,
} from './identity.js';
import { heldDrift } from './known-messages.js';
import { foreignBelow } from './opening-cursors.js';
import { owe } from './owe.js';
import type { MailboxWork } from './run-context.js';
import { digestTexts } from './text-digest.js';

/** Where so many and so large a part stays unmatched, the mailboxes are probably not what they are taken for. */
const UNCERTAIN_MESSAGES = 20;
const UNCERTAIN_SHARE = 0.2;

interface Described {
  readonly prints: readonly Fingerprint[];
  readonly flags: ReadonlyMap<number, readonly string[]>;
}

/** What of two messages is read to tell whether they are the same, where headers leave it in doubt. */
interface Reading<T> {
  /** Those of `left` that may be the same as some of `right`. */
  mayMatch(left: readonly Fingerprint[], right: readonly Fingerprint[]): readonly Fingerprint[];
  digest(mailbox: OpenMailbox, uids: UidSet, signal: AbortSignal): Promise<ReadonlyMap<number, T>>;
  pair(pairing: Pairing, a: ReadonlyMap<number, T>, b: ReadonlyMap<number, T>): Pairing;
}

const OCTETS: Reading<BodyDigest> = { mayMatch: sameSizeAsSome, digest: digestBodies, pair: pairByDigest };
const TEXTS: Reading<string> = { mayMatch: sameHeadersAsSome, digest: digestTexts, pair: pairByText };

/**
 * Pairs unpaired messages of both sides by what they are, so that nothing already there is sent again; what stays
 * unpaired at the destination was there before us and is written down as foreign.
 * Throws PAIRING_UNCERTAIN when `rematching` known mailboxes leaves too much unmatched on both sides.
 */
export async function recognise(
  work: MailboxWork,
  source: OpenMailbox,
  destination: OpenMailbox,
  unpairedA: UidSet,
  unpairedB: UidSet,
  rematching: boolean,
): Promise<void> {
  const { signal } = work.run;
  const [a, b] = await Promise.all([
    describe(source, unpairedA, signal),
    describe(destination, unpairedB, signal),
  ]);
  const byHeaders = pairByFingerprint(a.prints, b.prints);
  const byOctets = await pairByReading(OCTETS, byHeaders, source, destination, signal);
  const pairing = await pairByReading(TEXTS, byOctets, source, destination, signal);
  if (rematching) refuseUncertain(work, pairing, a.prints.length, b.prints.length);
  if (pairing.pairs.length > 0) {
    const paired = UidSet.from(pairing.pairs.map(([aUid]) => aUid));
    notePrints(
      work,
      a.prints.filter(({ uid }) => paired.has(uid)),
    );
    recordPairs(work, pairing.pairs, a, b);
  }
  noteForeign(work, UidSet.from(pairing.b.map((print) => print.uid)), unpairedB);
}

/** Of what has no partner, what was there before us is written down; what came later is drift. */
export function noteForeign(work: MailboxWork, unpaired: UidSet, looked: UidSet): void {
  const { state } = work.run.options;
  const known = work.pair.foreign.b;
  const here = { key: work.pair.key, side: 'b' } as const;
  const drift = UidSet.range(foreignBelow(work), MAX_UID).subtract(known).union(heldDrift(work.pair));
  const foreign = unpaired.subtract(drift);
  const fresh = foreign.subtract(known);
  const partnered = known.intersect(looked).subtract(foreign);
  if (!fresh.isEmpty) state.record({ t: 'foreign', ...here, uids: fresh.toDeltas() });
  if (!partnered.isEmpty) state.record({ t: 'not-foreign', ...here, uids: partnered.toDeltas() });
}

async function describe(mailbox: OpenMailbox, uids: UidSet, signal: AbortSignal): Promise<Described> {
  const prints: Fingerprint[] = [];
  const flags = new Map<number, readonly string[]>();
  const onRow = (row: MessageHeaders): void => {
    prints.push(fingerprintOf(row));
    flags.set(row.uid, row.flags);
  };
  await mailbox.headers(uids, FINGERPRINT_FIELDS, onRow, signal);
  const missing = uids.subtract(UidSet.from(flags.keys()));
  const hidden = missing.isEmpty ? missing : await mailbox.existing(missing, signal);
  if (!hidden.isEmpty) throw undescribed(mailbox, hidden);
  return { prints, flags };
}

/** What cannot be recognised would be carried although it may be there already. */
function undescribed({ snapshot }: OpenMailbox, hidden: UidSet): MailferryError {
  return new MailferryError({
    code: 'LISTING_INCOMPLETE',
    scope: 'mailbox',
    retry: 'later',
    message: `the server leaves out the headers of ${countedMessages(hidden.size)}, so it cannot be told which are there already`,
    at: { mailbox: snapshot.name, uid: hidden.min },
  });
}

/** Reads only what may have a partner. */
async function pairByReading<T>(
  { mayMatch, digest, pair }: Reading<T>,
  pairing: Pairing,
  source: OpenMailbox,
  destination: OpenMailbox,
  signal: AbortSignal,
): Promise<Pairing> {
  const inDoubtA = mayMatch(pairing.a, pairing.b);
  const inDoubtB = mayMatch(pairing.b, pairing.a);
  if (inDoubtA.length === 0) return pairing;
  const [digestsA, digestsB] = await Promise.all([
    digest(source, UidSet.from(inDoubtA.map((print) => print.uid)), signal),
    digest(destination, UidSet.from(inDoubtB.map((print) => print.uid)), signal),
  ]);
  return pair(pairing, digestsA, digestsB);
}

function recordPairs(work: MailboxWork, pairs: readonly UidPair[], a: Described, b: Described): void {
  const base = new FlagTableBuilder();
  for (const [aUid, bUid] of pairs) {
    // Both sides agree on a bit only where both have it (nothing is known of who set or cleared the others).
    const there = new Set((b.flags.get(bUid) ?? []).map((flag) => flag.toLowerCase()));
    const both = (a.flags.get(aUid) ?? []).filter((flag) => there.has(flag.toLowerCase()));
    base.addRow(aUid, both);
  }
  const map = UidMap.from(pairs.map(([aUid, bUid]) => [aUid, bUid, 1] as const));
  const runs = map.toDeltas();
  const flags = base.build().flags.toDeltas();
  // Their flags are yet to be compared: a run that ends before that would leave them to be believed equal.
  owe(work, map.aUids(), 'temporary', 'recognised');
  work.run.options.state.record({ t: 'pairs', key: work.pair.key, runs, flags, weak: true });
  work.run.emit({ type: 'messages-paired', mailbox: work.display, messages: pairs.length });
}

function refuseUncertain(work: MailboxWork, { a, b }: Pairing, totalA: number, totalB: number): void {
  const uncertain = (left: number, total: number): boolean => {
    return left > UNCERTAIN_MESSAGES && left > total * UNCERTAIN_SHARE;
  };
  if (!uncertain(a.length, totalA) || !uncertain(b.length, totalB)) return;
  throw new MailferryError({
    code: 'PAIRING_UNCERTAIN',
    scope: 'mailbox',
    retry: 'never',
    message:
      `the mailbox was replaced since the last run, and ${a.length} of ${totalA} messages here and ` +
      `${b.length} of ${totalB} there have no partner`,
    at: { mailbox: work.display },
    hint: 'look at both mailboxes; to carry everything that is not there, remove the state of this route and run again',
  });
}
