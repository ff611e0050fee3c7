import { FlagTable } from '../../model/flags.js';
import { UidSet } from '../../model/uid-set.js';
import type { OpenMailbox } from '../../store/mail-store.js';
import { FINGERPRINT_FIELDS } from '../fingerprint.js';
import type { Look, MailboxSessions } from '../look.js';
import { type Carried, type CarryEnds, carryNew } from '../moves/carry-moved.js';
import type { BothDeparted, Departed } from '../moves/departed.js';
import { openAhead, type Questions } from '../open-ahead.js';
import type { MailboxWork } from '../run-context.js';
import { applyEqualFlags, touchedBy } from './apply-equal-flags.js';
import { tellConflicts } from './conflicts.js';
import { refuseDrift } from './drift.js';
import { replacedMeanwhile } from './echo.js';
import type { EqualTask } from './equal-task.js';
import { findInMailbox, forgetLost } from './find.js';
import { planFlagsOf } from './flags.js';
import { withoutMessages } from './plan-equal-flags.js';
import { tellWaiting } from './tell-waiting.js';

/** First stage: look at both sides, and make the flags equal. */
export async function findAndFlag(task: EqualTask, sessions: MailboxSessions): Promise<void> {
  const { work } = task;
  const finding = await findInMailbox(work, sessions);
  const { look } = finding;
  const whole = await planFlagsOf(work, look);
  refuseDrift(work, finding, whole);
  tellConflicts(task, finding, whole);
  const plan = withoutMessages(whole, finding.gone.union(finding.lost));
  task.finding = forgetLost(work, finding);
  task.waiting = { forth: task.finding.fresh, back: task.finding.freshB };
  const { destination, source } = look;
  if (work.run.options.dryRun || !destination) {
    const touched = touchedBy(plan.toA).union(touchedBy(plan.toB));
    if (!touched.isEmpty) {
      work.run.emit({ type: 'flags-updated', mailbox: work.display, messages: touched.size });
    }
    return;
  }
  const touched = await applyEqualFlags(work, { source, destination }, plan);
  work.wrote ||= !touched.b.isEmpty;
  if (work.backward) work.backward.wrote ||= !touched.a.isEmpty;
  else noteSeenAtA(work, look);
}

/** Where one side counts its flags are what is agreed on, whoever wrote them there. */
function noteSeenAtA({ pair, run }: MailboxWork, { seen }: Look): void {
  const uids = pair.unseen.a.intersect(seen.looked);
  if (uids.isEmpty) return;
  run.options.state.record({ t: 'seen', key: pair.key, side: 'a', a: uids.toDeltas() });
}

/** Second stage: carry what is new. `open`: both mailboxes are still as they were opened by the first. */
export async function carryWaiting(
  task: EqualTask,
  sessions: MailboxSessions,
  departed: BothDeparted,
  open: boolean,
): Promise<void> {
  const { work, finding } = task;
  if (!finding || !isWaiting(task)) return;
  const { look } = finding;
  if (work.run.options.dryRun || !look.destination) {
    await tellWaiting(task, sessions, departed, open);
    return;
  }
  const { forth, back } = task.waiting;
  tellPlanned(work, forth);
  if (work.backward) tellPlanned(work.backward, back);
  const questions = { a: questionsOfCarry(forth, departed.atB), b: questionsOfCarry(back, departed.atA) };
  const opened = open
    ? { ...look, destination: look.destination }
    : await openBoth(work, look, sessions, forth.isEmpty ? questions : { a: questions.a });
  let { source, destination } = opened;
  if (!task.waiting.forth.isEmpty) {
    const ends = { source, reader: sessions.a, session: sessions.b, destination };
    const { moved, ...left } = await carryOneWay(work, ends, task.waiting.forth, departed.atB);
    source = left.source;
    task.finding = { ...finding, look: { ...look, source } };
    task.waiting = { ...task.waiting, forth: UidSet.empty };
    if (!moved.isEmpty || work.backward) {
      destination = await openAhead(sessions.b, work.names.b, 'select', questions.b, work.run.signal);
    }
    await flagMoved(work, look, { source, destination }, moved);
  }
  if (!work.backward || task.waiting.back.isEmpty) return;
  const ends = { source: destination, reader: sessions.b, session: sessions.a, destination: source };
  const { moved, ...left } = await carryOneWay(work.backward, ends, task.waiting.back, departed.atA);
  destination = left.source;
  task.waiting = { ...task.waiting, back: UidSet.empty };
  if (moved.isEmpty && !left.hasLeft) return;
  source = await sessions.a.open(work.names.a, 'select', work.run.signal);
  task.finding = { ...finding, look: { ...look, source } };
  await flagMoved(work, look, { source, destination }, work.pair.map.toA(moved));
}

function tellPlanned({ run, display }: MailboxWork, { size }: UidSet): void {
  if (size > 0) run.emit({ type: 'mailbox-planned', mailbox: display, messages: size, sizeBytes: null });
}

/** What is asked about messages that are to be carried from there. */
function questionsOfCarry(fresh: UidSet, departed: Departed): Questions {
  const headers = departed.isEmpty ? {} : { headers: { uids: fresh, fields: FINGERPRINT_FIELDS } };
  return { metadata: fresh, ...headers };
}

export function isWaiting({ waiting: { forth, back } }: EqualTask): boolean {
  return !forth.isEmpty || !back.isEmpty;
}

async function carryOneWay(
  work: MailboxWork,
  ends: CarryEnds,
  fresh: UidSet,
  departed: Departed,
): Promise<Carried> {
  const before = work.progress;
  return await carryNew(work, ends, fresh, departed).finally(() => {
    work.wrote ||= work.progress > before;
  });
}

/** Flags came along with the copy; those of the other side may be others. `moved` are UIDs of side a. */
async function flagMoved(
  work: MailboxWork,
  look: Look,
  ends: { readonly source: OpenMailbox; readonly destination: OpenMailbox },
  moved: UidSet,
): Promise<void> {
  if (moved.isEmpty) return;
  const nothing = { present: UidSet.empty, looked: UidSet.empty, flags: new FlagTable(), complete: true };
  const fresh = { ...look, ...ends, seen: nothing, seenB: nothing, recognised: moved };
  const touched = await applyEqualFlags(work, ends, await planFlagsOf(work, fresh));
  work.wrote ||= !touched.b.isEmpty;
  if (work.backward) work.backward.wrote ||= !touched.a.isEmpty;
}

/** Both mailboxes once more, on sessions that may have served others meanwhile. */
export async function openBoth(
  work: MailboxWork,
  { openedA, openedB }: Look,
  sessions: MailboxSessions,
  ask: { readonly a?: Questions; readonly b?: Questions } = {},
): Promise<{ source: OpenMailbox; destination: OpenMailbox }> {
  const { run, names, backward } = work;
  const mode = run.options.dryRun ? 'examine' : 'select';
  const [source, destination] = await Promise.all([
    openAhead(sessions.a, names.a, backward ? mode : 'examine', ask.a ?? {}, run.signal),
    openAhead(sessions.b, names.b, mode, ask.b ?? {}, run.signal),
  ]);
  if (source.snapshot.uidValidity !== openedA.uidValidity) throw replacedMeanwhile(source);
  if (destination.snapshot.uidValidity !== openedB?.uidValidity) throw replacedMeanwhile(destination);
  return { source, destination };
}
