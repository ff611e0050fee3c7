import { MailferryError } from '../errors.js';
import { UidSet } from '../model/uid-set.js';
import type { Cursor } from '../state/record.js';
import type { OpenMailbox } from '../store/mail-store.js';
import { admit } from './admit.js';
import { renewAnchors } from './anchors.js';
import { applyFlags, tellFlags } from './apply-flags.js';
import { FlagFilter } from './carried-flags.js';
import { copyNew } from './copy-new.js';
import { type Look, lookAtMailbox, type MailboxSessions } from './look.js';
import { metadataChunks } from './metadata-chunks.js';
import { ACCEPTED, owe, owed } from './owe.js';
import { type FlagPlan, planFlags } from './plan-flags.js';
import { policyHash } from './policy-hash.js';
import type { MailboxWork } from './run-context.js';
import { tellSkippedBefore } from './still-skipped.js';

/**
 * Brings one mailbox of the destination up to date with the source: look, recognise, carry, settle. May be called again
 * after any failure; it goes on where the state says it was. A dry run only looks and tells.
 */
export async function copyMailbox(work: MailboxWork, sessions: MailboxSessions): Promise<void> {
  const look = await lookAtMailbox(work, sessions);
  const { source, destination, fresh } = look;
  work.planned = fresh;
  if (work.run.options.dryRun || !destination) {
    await tellPlan(work, look, sessions);
    tellSkippedBefore(work);
    return;
  }
  const messages = fresh.subtract(work.leftOut).size;
  work.run.emit({ type: 'mailbox-planned', mailbox: work.display, messages, sizeBytes: null });
  await carryFlags(work, look, destination);
  await copyNew(work, { source, session: sessions.b, destination }, fresh, look.early);
  work.planned = UidSet.empty;
  await settle(work, look);
  tellSkippedBefore(work);
}

async function tellPlan(work: MailboxWork, look: Look, sessions: MailboxSessions): Promise<void> {
  const limits = {
    permanentFlags: ['\\*', '\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'],
    appendLimitBytes: sessions.b.facts.features.appendLimitBytes,
  };
  let messages = 0;
  let sizeBytes = 0;
  const { early } = look;
  for await (const rows of metadataChunks(look.source, look.fresh, work.run.signal, { early })) {
    for (const message of admit(work, limits, rows)) {
      messages++;
      sizeBytes += message.sizeBytes;
    }
  }
  work.run.emit({ type: 'mailbox-planned', mailbox: work.display, messages, sizeBytes });
  const plan = planOfFlags(work, look, new FlagFilter(limits.permanentFlags, work.run.options.policy));
  tellFlags(work, plan, planned(plan));
}

function planned({ changes }: FlagPlan): UidSet | null {
  return changes.reduce<UidSet | null>((all, { uids }) => (all ? all.union(uids) : uids), null);
}

function planOfFlags(work: MailboxWork, { seen }: Look, filter: FlagFilter): FlagPlan {
  const { map, base, weak } = work.pair;
  return planFlags(seen.looked.intersect(map.aUids()), seen.flags, base, weak, filter);
}

async function carryFlags(work: MailboxWork, look: Look, destination: OpenMailbox): Promise<void> {
  if (!work.run.options.policy.aToB.copyFlags) return;
  const filter = new FlagFilter(destination.snapshot.permanentFlags, work.run.options.policy);
  await storePlan(work, destination, planOfFlags(work, look, filter));
  // What is owed although it has a partner got it in a step that ended before flags were compared.
  const carried = owed(work, () => true).intersect(work.pair.map.aUids());
  const recognised = look.recognised.union(carried);
  if (recognised.isEmpty) return;
  const { rows, flags } = await look.source.flags({ within: recognised }, work.run.signal);
  await storePlan(work, destination, planFlags(rows, flags, work.pair.base, work.pair.weak, filter));
}

/** Whether a flag is kept is not known before it was seen there. */
async function storePlan(work: MailboxWork, destination: OpenMailbox, plan: FlagPlan): Promise<void> {
  const { run, pair } = work;
  for (const { flag, change, uids } of plan.changes) {
    if (change !== 'add') continue;
    run.options.state.record({ t: 'unseen', key: pair.key, side: 'b', a: uids.toDeltas(), flag });
  }
  await applyFlags(work, destination, plan);
}

/**
 * The opening snapshots become the cursors: all up to them is done or written down as debt. What happened since is found
 * by the next run.
 */
async function settle(work: MailboxWork, { source, seen, openedA, openedB }: Look): Promise<void> {
  const { state, policy, skipped } = work.run.options;
  const { key, map } = work.pair;
  if (skipped === 'accept') {
    const refused = owed(work, (debt) => debt.class === 'permanent');
    if (!refused.isEmpty) owe(work, refused, 'choice', ACCEPTED);
  }
  const all = owed(work, () => true);
  const done = all.intersect(map.aUids()).union(all.subtract(seen.present));
  if (!done.isEmpty)
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: done.toDeltas() });
  if (!seen.complete) throw incomplete(work);
  await renewAnchors(work, source);
  const rules = { policy: policyHash(policy), filter: work.run.filterKey };
  const refused = owed(work, (debt) => debt.class === 'permanent').size;
  state.record({
    t: 'cursor',
    key,
    a: openedA,
    b: openedB && withOurs(openedB, map.bUids().max),
    ...rules,
    ...(refused === 0 ? {} : { skipped: refused }),
  });
}

/**
 * Most often messages went between the opening and the listing: a second look is whole. A server that never lists all it
 * counts keeps some from us, and that is told.
 */
function incomplete({ display }: MailboxWork): MailferryError {
  return new MailferryError({
    code: 'LISTING_INCOMPLETE',
    scope: 'mailbox',
    retry: 'now',
    message: 'the source lists fewer messages than it says it has; what it lists was carried',
    at: { mailbox: display },
  });
}

/** What we have stored counts as there: without it the server has gone back in time. */
function withOurs(opened: Cursor, lastUid: number): Cursor {
  return opened.uidNext === null ? opened : { ...opened, uidNext: Math.max(opened.uidNext, lastUid + 1) };
}
