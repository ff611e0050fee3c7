import type { UidSet } from '../model/uid-set.js';
import { UidSet as NoUids } from '../model/uid-set.js';
import type { Cursor, Side } from '../state/record.js';
import type { MailSession, OpenMailbox } from '../store/mail-store.js';
import { anchorsHold } from './anchors.js';
import { askEarly } from './early-metadata.js';
import { knownOf } from './known-messages.js';
import { questionsOfLook } from './look-ahead.js';
import type { EarlyMetadata } from './metadata-chunks.js';
import { newMessages } from './new-messages.js';
import { openAhead, type Questions } from './open-ahead.js';
import { highestKnownUids, noteOpening, noteRecognised, noteReplaced } from './opening.js';
import { usableCursor } from './opening-cursors.js';
import { recogniseThere } from './recognise-there.js';
import { reconcileIntents } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import { cursorOf, type Survey, survey } from './survey.js';
import { suspectIntents } from './suspects.js';
import { distrustChanges, trustedFeatures } from './trusted-features.js';
import { refuseHoles } from './whole-listing.js';

export interface MailboxSessions {
  readonly a: MailSession;
  readonly b: MailSession;
}

/** Both sides of a mailbox as opened. */
export interface OpenedPair {
  readonly source: OpenMailbox;
  /** null in a dry run while the destination has no such mailbox. */
  readonly destination: OpenMailbox | null;
  /** The opening snapshots as cursors; b is null without a destination. */
  readonly openedA: Cursor;
  readonly openedB: Cursor | null;
}

/** Both sides of a mailbox as found, with everything that is there already recognised. */
export interface Look extends OpenedPair {
  readonly seen: Survey;
  /** What the destination holds; null for a verb that does not look at what is done there. */
  readonly seenB: Survey | null;
  /** Pairs made just now by what the messages are, and those whose flags may have changed since the survey. */
  readonly recognised: UidSet;
  /** Messages to be carried. */
  readonly fresh: UidSet;
  /** Metadata of the first of them, where it was asked for already. */
  readonly early: EarlyMetadata | null;
}

interface Surveys {
  readonly seen: Survey;
  readonly seenB: Survey | null;
}

/** Opens both sides, finds out what became of messages on their way, and sees what is new. */
export async function lookAtMailbox(work: MailboxWork, sessions: MailboxSessions): Promise<Look> {
  const { run, names } = work;
  const mode = work.backward !== null && !run.options.dryRun ? 'select' : 'examine';
  const [openedSource, opened] = await Promise.all([
    openAhead(sessions.a, names.a, mode, questionsOf(work, 'a', sessions), run.signal),
    openDestination(work, sessions),
  ]);
  const openedA = cursorOf(openedSource.snapshot);
  const openedB = opened && cursorOf(opened.snapshot);
  const knownBefore = highestKnownUids(work);
  const { source, destination } = await reconcileBoth(work, sessions, openedSource, opened);
  noteOpening(work, knownBefore, openedSource.snapshot, opened?.snapshot ?? null);
  const pair = { source, destination, openedA, openedB };
  const early = askEarly(work, source, destination);
  const { seen, seenB } = await surveyPair(work, sessions, pair, opened);
  // Only now: pairs that were given up say nothing of the UIDs to come.
  work.destinationUidNext = openedB?.uidNext ?? work.pair.map.bUids().max + 1;
  if (work.backward) work.backward.destinationUidNext = openedA.uidNext ?? work.pair.map.aUids().max + 1;
  for (const way of [work, work.backward]) if (way) way.hasStrangers = false;
  const recognised = await recogniseBoth(work, sessions, pair, { seen, seenB });
  noteRecognised(work, openedSource.snapshot, opened?.snapshot ?? null);
  return { ...pair, seen, seenB, recognised, fresh: newMessages(work, seen), early };
}

/** Finds out what became of messages on their way, in both directions; returns the mailboxes as opened last. */
async function reconcileBoth(
  work: MailboxWork,
  sessions: MailboxSessions,
  openedA: OpenMailbox,
  openedB: OpenMailbox | null,
): Promise<{ source: OpenMailbox; destination: OpenMailbox | null }> {
  if (!openedB) return { source: openedA, destination: null };
  const forth = { source: openedA, session: sessions.b, destination: openedB };
  const destination = await reconcileIntents(work, forth);
  if (!work.backward) return { source: openedA, destination };
  const back = { source: destination, session: sessions.a, destination: openedA };
  return { source: await reconcileIntents(work.backward, back), destination };
}

async function recogniseBoth(
  work: MailboxWork,
  sessions: MailboxSessions,
  { source, destination }: OpenedPair,
  { seen, seenB }: Surveys,
): Promise<UidSet> {
  if (!destination) return NoUids.empty;
  // What is new at side b may be what side a does not list.
  const isNewAtB = work.backward !== null && seenB !== null && !newMessages(work.backward, seenB).isEmpty;
  if (isNewAtB) refuseHoles(source, seen.present);
  const forth = { source, session: sessions.b, destination };
  const recognised = await recogniseThere(work, forth, seen, seenB?.present ?? null);
  if (!work.backward || !seenB || suspectIntents(work.backward).length === 0) return recognised;
  const back = { source: destination, session: sessions.a, destination: source };
  const late = await recogniseThere(work.backward, back, seenB, seen.present);
  return recognised.union(work.pair.map.toA(late));
}

/** Surveys the sides the policy looks at. A server that was restored and grew past what we know is told by anchors. */
async function surveyPair(
  work: MailboxWork,
  sessions: MailboxSessions,
  pair: OpenedPair,
  opened: OpenMailbox | null,
): Promise<Surveys> {
  const [surveys, holds] = await Promise.all([
    surveyBoth(work, sessions, pair),
    anchorsHold(work, pair.source, pair.destination),
  ]);
  if (holds) return surveys;
  noteReplaced(work, pair.source.snapshot, opened?.snapshot ?? null);
  return surveyBoth(work, sessions, pair);
}

async function surveyBoth(
  work: MailboxWork,
  sessions: MailboxSessions,
  { source, destination, openedA, openedB }: OpenedPair,
): Promise<Surveys> {
  const { pair, run } = work;
  const cursorA = usableCursor(work, 'a', openedA);
  const cursorB = usableCursor(work, 'b', openedB);
  const looksAtB = run.options.policy.changesOfB !== 'leave';
  const features = {
    a: trustedFeatures(run, 'a', sessions.a),
    b: trustedFeatures(run, 'b', sessions.b),
  };
  const [seen, seenB] = await Promise.all([
    survey(source, features.a, knownOf(pair, 'a'), cursorA, run.signal),
    destination && looksAtB ? survey(destination, features.b, knownOf(pair, 'b'), cursorB, run.signal) : null,
  ]);
  if (seen.brokeChanges) distrustChanges(run, 'a', sessions.a);
  if (seenB?.brokeChanges) distrustChanges(run, 'b', sessions.b);
  return { seen, seenB };
}

async function openDestination(work: MailboxWork, sessions: MailboxSessions): Promise<OpenMailbox | null> {
  const { run, names } = work;
  if (run.options.dryRun && !work.destinationExists) return null;
  const mode = run.options.dryRun ? 'examine' : 'select';
  return await openAhead(sessions.b, names.b, mode, questionsOf(work, 'b', sessions), run.signal);
}

function questionsOf(work: MailboxWork, side: Side, sessions: MailboxSessions): Questions {
  return questionsOfLook(work, side, trustedFeatures(work.run, side, sessions[side]));
}
