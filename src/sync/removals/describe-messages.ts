import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import { UidSet, UidSetBuilder } from '../../model/uid-set.js';
import type { MailStore, OpenMailbox } from '../../store/mail-store.js';
import { replacedMeanwhile } from '../equal/echo.js';
import { FINGERPRINT_FIELDS } from '../fingerprint.js';
import type { RunContext } from '../run-context.js';

/** So many messages without readable headers are asked for their size and date. */
const MOST_BARE = 1000;

/** Headers are asked for so often, each time without the message at which it broke. */
const MOST_READS = 4;

/** Messages of a mailbox, as it was known before. */
export interface MessagesOfMailbox {
  readonly mailbox: WireName;
  /** null: not known. */
  readonly uidValidity: number | null;
  readonly uids: UidSet;
}

/** What the headers do not tell of messages. */
export interface Undescribed {
  /** Of these the server tells the size and the date, but no headers. */
  readonly bare: readonly MessageMetadata[];
  /** These are there, and nothing is told of them. */
  readonly silent: UidSet;
  /** These went meanwhile. */
  readonly went: UidSet;
  /** These could not be asked for at all. */
  readonly unasked: UidSet;
}

const ALL_TOLD: Undescribed = {
  bare: [],
  silent: UidSet.empty,
  went: UidSet.empty,
  unasked: UidSet.empty,
};

/**
 * Reads what messages are. A server may fail at the very message that is asked for, or end the connection: then that one
 * is told by size and date, and where this goes on, all the rest.
 */
export async function describeMessages(
  run: RunContext,
  store: MailStore,
  messages: MessagesOfMailbox,
  onRow: (row: MessageHeaders) => void,
): Promise<Undescribed> {
  const left = await readHeaders(run, store, messages, onRow);
  if (left.isEmpty) return ALL_TOLD;
  const [asked] = left.splitAt(MOST_BARE);
  const readRest = async (mailbox: OpenMailbox): Promise<Undescribed> => {
    const there = await mailbox.existing(left, run.signal);
    const bare = await mailbox.metadata(asked.intersect(there), run.signal);
    const silent = there.subtract(UidSet.from(bare.map(({ uid }) => uid)));
    return { ...ALL_TOLD, bare, silent, went: left.subtract(there) };
  };
  try {
    return await withMailbox(run, store, messages, readRest);
  } catch (thrown) {
    throwIfOver(run, thrown);
    if (await isGone(run, store, messages)) return { ...ALL_TOLD, went: left };
    return { ...ALL_TOLD, unasked: left };
  }
}

/** Which of them did not come. What has come before it broke counts. */
async function readHeaders(
  run: RunContext,
  store: MailStore,
  messages: MessagesOfMailbox,
  onRow: (row: MessageHeaders) => void,
): Promise<UidSet> {
  const { signal } = run;
  let left = messages.uids;
  let brokenAt = UidSet.empty;
  for (let read = 1; read <= MOST_READS; read++) {
    const asked = left.subtract(brokenAt);
    if (asked.isEmpty) break;
    const came = new UidSetBuilder();
    const onHeaders = (row: MessageHeaders): void => {
      came.add(row.uid);
      onRow(row);
    };
    let isOpen = false;
    let isOver = false;
    try {
      await withMailbox(run, store, messages, (mailbox) => {
        isOpen = true;
        return mailbox.headers(asked, FINGERPRINT_FIELDS, onHeaders, signal);
      });
      isOver = true;
    } catch (thrown) {
      throwIfOver(run, thrown);
    }
    left = left.subtract(came.build());
    if (isOver || !isOpen) break;
    brokenAt = brokenAt.union(left.subtract(brokenAt).splitAt(1)[0]);
  }
  return left;
}

/** Whether the mailbox is not there any more, or is another one by now. Not where nobody can tell. */
export async function isGone(
  run: RunContext,
  store: MailStore,
  { mailbox, uidValidity }: MessagesOfMailbox,
): Promise<boolean> {
  try {
    const session = await store.lease(run.signal);
    try {
      const { snapshot } = await session.open(mailbox, 'examine', run.signal);
      return snapshot.uidValidity !== uidValidity;
    } catch (thrown) {
      if (asMailferryError(thrown).code !== 'MAILBOX_UNAVAILABLE') throw thrown;
      return !(await session.isThere(mailbox, run.signal));
    } finally {
      session.release();
    }
  } catch (thrown) {
    throwIfOver(run, thrown);
    return false;
  }
}

async function withMailbox<T>(
  run: RunContext,
  store: MailStore,
  { mailbox, uidValidity }: MessagesOfMailbox,
  work: (open: OpenMailbox) => Promise<T>,
): Promise<T> {
  const session = await store.lease(run.signal);
  try {
    const open = await session.open(mailbox, 'examine', run.signal);
    if (open.snapshot.uidValidity !== uidValidity) throw replacedMeanwhile(open);
    return await work(open);
  } finally {
    session.release();
  }
}

/** What cannot be read is doubtful, and ends nothing else. */
function throwIfOver({ signal }: RunContext, thrown: unknown): void {
  const error = asMailferryError(thrown);
  if (error.scope === 'run' || signal.aborted) throw error;
}
