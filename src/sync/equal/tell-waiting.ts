import { UidSet } from '../../model/uid-set.js';
import type { OpenMailbox } from '../../store/mail-store.js';
import { admit } from '../admit.js';
import { metadataChunks } from '../copy-new.js';
import type { MailboxSessions } from '../look.js';
import { findMoved } from '../moves/carry-moved.js';
import type { BothDeparted, Departed } from '../moves/departed.js';
import type { MailboxWork } from '../run-context.js';
import type { EqualTask } from './equal-task.js';
import { ANY_FLAGS } from './flags.js';

/** In a dry run: tells what would be carried, in both directions. */
export async function tellWaiting(
  task: EqualTask,
  sessions: MailboxSessions,
  departed: BothDeparted,
  open: boolean,
): Promise<void> {
  const { work, finding, waiting } = task;
  if (!finding) return;
  const { names, run } = work;
  const { look } = finding;
  if (!waiting.forth.isEmpty) {
    const source = open ? look.source : await sessions.a.open(names.a, 'examine', run.signal);
    await tellOneWay(work, source, waiting.forth, departed.atB, sessions.b.facts.features.appendLimitBytes);
  }
  if (work.backward && look.destination && !waiting.back.isEmpty) {
    const source = open ? look.destination : await sessions.b.open(names.b, 'examine', run.signal);
    const limit = sessions.a.facts.features.appendLimitBytes;
    await tellOneWay(work.backward, source, waiting.back, departed.atA, limit);
  }
  task.waiting = { forth: UidSet.empty, back: UidSet.empty };
}

async function tellOneWay(
  work: MailboxWork,
  source: OpenMailbox,
  fresh: UidSet,
  departed: Departed,
  appendLimitBytes: number | null,
): Promise<void> {
  const { run, display } = work;
  const moved = await findMoved(work, { source }, fresh, departed);
  if (moved.size > 0) run.emit({ type: 'messages-moved', mailbox: display, uids: [...moved.keys()] });
  const limits = { permanentFlags: ANY_FLAGS, appendLimitBytes };
  let messages = 0;
  let sizeBytes = 0;
  for await (const rows of metadataChunks(source, fresh.subtract(UidSet.from(moved.keys())), run.signal)) {
    for (const message of admit(work, limits, rows)) {
      messages++;
      sizeBytes += message.sizeBytes;
    }
  }
  run.emit({ type: 'mailbox-planned', mailbox: display, messages, sizeBytes });
}
