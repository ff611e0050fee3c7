import { MailferryError } from '../errors.js';
import { countedMessages } from '../model/counted.js';
import { FlagTable, flagKey } from '../model/flags.js';
import { UidSet } from '../model/uid-set.js';
import type { Intent } from '../state/record.js';
import { digestBodies } from './body-digest.js';
import { digestsOfIntent, findLanded, lowestUid, recordLanded, unknownOf } from './landed.js';
import { endIntent, type ReconcileEnds } from './reconcile.js';
import type { MailboxWork } from './run-context.js';

type Suspicious = Pick<MailboxWork, 'run' | 'pair'>;
type Ends = Pick<ReconcileEnds, 'source' | 'destination'>;

export function suspectIntents({ pair }: Pick<MailboxWork, 'pair'>): Intent[] {
  return [...pair.intents.values()].filter(({ state, side }) => state === 'suspect' && side === 'b');
}

/** Those whose UIDs still mean what they meant. */
export function currentSuspects(work: Suspicious, { source, destination }: Ends): Intent[] {
  return suspectIntents(work).filter(
    ({ uidValidity, sourceUidValidity }) =>
      uidValidity === destination.snapshot.uidValidity && sourceUidValidity === source.snapshot.uidValidity,
  );
}

/**
 * An APPEND given up as lost may have landed after all. Of `exists`, what belongs to messages not sent again yet becomes
 * their partner; what lies beside its replacement and is octet for octet what was sent is surplus, and is taken away,
 * but for the flags somebody gave it.
 * `stillNew` tells which messages this run is going to carry: an intent of theirs stays suspect until the next.
 */
export async function settleSuspects(
  work: MailboxWork,
  ends: ReconcileEnds,
  exists: UidSet,
  stillNew: () => UidSet,
): Promise<Doubled> {
  const { run } = work;
  const suspects = suspectIntents(work);
  const current = currentSuspects(work, ends);
  await claimLate(work, ends, current, exists);
  const surplus = await findSurplus(work, ends, current, exists);
  const uids = UidSet.from(surplus.map(({ uid }) => uid));
  if (surplus.length > 0 && !run.options.dryRun) {
    if (run.options.policy.changesOfB !== 'a-wins') await keepFlags(work, ends, surplus);
    await expungeSurplus(work, ends, uids);
  }
  const toCarry = stillNew();
  for (const intent of suspects) {
    if (current.includes(intent) && intent.sourceUids.some((uid) => toCarry.has(uid)))
      run.freshSuspects.add(intent.id);
    if (!run.freshSuspects.has(intent.id)) endIntent(work, intent.id, 'void');
  }
  return { surplus: uids, doubled: work.pair.map.toA(UidSet.from(surplus.map(({ partner }) => partner))) };
}

export interface Doubled {
  /** What was there once too often, by UIDs of the destination: neither to be recognised nor foreign. */
  readonly surplus: UidSet;
  /** The messages of the source it was sent for: those that stay at the destination may have got flags just now. */
  readonly doubled: UidSet;
}

/** A message that arrived once too often. */
export interface Surplus {
  readonly uid: number;
  /** The one that stays. */
  readonly partner: number;
  /** What it was sent with. */
  readonly flags: readonly string[];
}

async function claimLate(
  work: MailboxWork,
  { source, destination }: ReconcileEnds,
  suspects: readonly Intent[],
  exists: UidSet,
): Promise<void> {
  const { pair, run } = work;
  const waiting = suspects.filter(({ sourceUids }) => sourceUids.some((uid) => pair.map.bOf(uid) === 0));
  if (waiting.length === 0) return;
  const landed = await findLanded(source, destination, waiting, unknownOf(pair, exists), run.signal);
  for (const intent of waiting) {
    const uids = landed.get(intent.id) ?? [];
    const unsent = intent.sourceUids.map((uid, index) => (pair.map.bOf(uid) === 0 ? (uids[index] ?? 0) : 0));
    recordLanded(work, intent, unsent, false);
  }
}

/** Of `exists`, what lies beside its replacement and is octet for octet what was sent. */
export async function findSurplus(
  { pair, run }: Suspicious,
  { source, destination }: Ends,
  suspects: readonly Intent[],
  exists: UidSet,
): Promise<Surplus[]> {
  const window = unknownOf(pair, exists).subtract(UidSet.range(1, lowestUid(suspects) - 1));
  if (suspects.length === 0 || window.isEmpty) return [];
  const delivered = new Map<string, Omit<Surplus, 'uid'>[]>();
  for (const intent of suspects) {
    const digests = await digestsOfIntent(source, intent, run.signal);
    const sent = FlagTable.fromDeltas(intent.flags);
    for (const [index, digest] of digests.entries()) {
      const partner = pair.map.bOf(intent.sourceUids[index] ?? 0);
      if (partner === 0 || !exists.has(partner)) continue;
      const one = { partner, flags: sent.flagsOf(index + 1) };
      delivered.set(digest, [...(delivered.get(digest) ?? []), one]);
    }
  }
  const surplus: Surplus[] = [];
  if (delivered.size === 0) return surplus;
  for (const [uid, { digest }] of await digestBodies(destination, window, run.signal)) {
    const one = delivered.get(digest)?.shift();
    if (one) surplus.push({ uid, ...one });
  }
  return surplus;
}

/**
 * Somebody may have taken the one that goes for the message, and flagged it; or seen that it is one too many.
 * Throws LISTING_INCOMPLETE where flags would be lost of which the server tells nothing.
 */
async function keepFlags(
  work: MailboxWork,
  { destination }: ReconcileEnds,
  surplus: readonly Surplus[],
): Promise<void> {
  const { signal } = work.run;
  const uids = UidSet.from(surplus.map(({ uid }) => uid));
  const { rows, flags, complete } = await destination.flags({ within: uids }, signal);
  const missing = uids.subtract(rows);
  const hidden = missing.isEmpty ? missing : await destination.existing(missing, signal);
  if (!complete || !hidden.isEmpty) throw flagsUntold(work);
  for (const flag of flags.names()) {
    if (flagKey(flag) === '\\deleted') continue;
    const given = flags.uidsOf(flag);
    const partners = surplus.filter((one) => given.has(one.uid) && !one.flags.includes(flag));
    if (partners.length === 0) continue;
    work.wrote = true;
    await destination.storeFlags(UidSet.from(partners.map(({ partner }) => partner)), 'add', [flag], signal);
  }
}

async function expungeSurplus(work: MailboxWork, ends: ReconcileEnds, surplus: UidSet): Promise<void> {
  const text = `${work.display}: ${countedMessages(surplus.size)} had arrived twice after a broken connection`;
  if (ends.session.facts.features.uidplus) {
    await ends.destination.expunge(surplus, work.run.signal);
    work.run.emit({ type: 'note', level: 'info', text: `${text}; the surplus was removed` });
    return;
  }
  work.run.problem(surplusStays(text), work.display);
}

function flagsUntold({ display }: MailboxWork): MailferryError {
  return new MailferryError({
    code: 'LISTING_INCOMPLETE',
    scope: 'mailbox',
    retry: 'now',
    message: 'the server does not tell the flags of messages that arrived twice, so they stay for now',
    at: { mailbox: display },
  });
}

function surplusStays(text: string): MailferryError {
  return new MailferryError({
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: `${text}; the surplus stays, as the server cannot remove single messages (no UIDPLUS)`,
  });
}
