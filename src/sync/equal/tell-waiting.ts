import { UidSet } from '../../model/uid-set.js';
import { admit } from '../admit.js';
import type { MailboxSessions } from '../look.js';
import { metadataChunks } from '../metadata-chunks.js';
import { findElsewhere } from '../moves/carry-moved.js';
import type { BothDeparted, Departed } from '../moves/departed.js';
import type { Copied } from '../moves/find-copied.js';
import type { SearchEnds } from '../moves/search-ends.js';
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
  let isOpen = open;
  if (!waiting.forth.isEmpty) {
    const source = open ? look.source : await sessions.a.open(names.a, 'examine', run.signal);
    const ends = { source, reader: sessions.a, session: sessions.b };
    const { hasLeft } = await tellOneWay(work, ends, waiting.forth, departed.atB);
    isOpen &&= !hasLeft;
  }
  if (work.backward && look.destination && !waiting.back.isEmpty) {
    const source = isOpen ? look.destination : await sessions.b.open(names.b, 'examine', run.signal);
    const ends = { source, reader: sessions.b, session: sessions.a };
    await tellOneWay(work.backward, ends, waiting.back, departed.atA);
  }
  task.waiting = { forth: UidSet.empty, back: UidSet.empty };
}

async function tellOneWay(
  work: MailboxWork,
  ends: SearchEnds,
  fresh: UidSet,
  departed: Departed,
): Promise<Pick<Copied, 'hasLeft'>> {
  const { run, display } = work;
  const { found, source, early, hasLeft } = await findElsewhere(work, ends, fresh, departed);
  if (found.size > 0) run.emit({ type: 'messages-moved', mailbox: display, uids: [...found.keys()] });
  const { appendLimitBytes } = ends.session.facts.features;
  const limits = { permanentFlags: ANY_FLAGS, appendLimitBytes };
  const left = fresh.subtract(UidSet.from(found.keys()));
  let messages = 0;
  let sizeBytes = 0;
  for await (const rows of metadataChunks(source, left, run.signal, { early })) {
    for (const message of admit(work, limits, rows)) {
      messages++;
      sizeBytes += message.sizeBytes;
    }
  }
  run.emit({ type: 'mailbox-planned', mailbox: display, messages, sizeBytes });
  return { hasLeft };
}
