import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import { UidSet, UidSetBuilder } from '../../model/uid-set.js';
import type { MailStore, OpenMailbox } from '../../store/mail-store.js';
import { replacedMeanwhile } from '../equal/echo.js';
import { FINGERPRINT_FIELDS } from '../fingerprint.js';
import { openAhead, type Questions } from '../open-ahead.js';
import type { RunContext } from '../run-context.js';

/** So many messages without readable headers are asked for their size and date. */
const MOST_BARE = 1000;

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
  /** These went meanwhile, or could not be asked for at all. */
  readonly unsure: UidSet;
}

/**
 * Reads what messages are. A server may fail at the very message that is asked for, or end the connection: then the rest
 * of them is told by size and date.
 */
export async function describeMessages(
  run: RunContext,
  store: MailStore,
  messages: MessagesOfMailbox,
  onRow: (row: MessageHeaders) => void,
): Promise<Undescribed> {
  const { signal } = run;
  const read = new UidSetBuilder();
  const onHeaders = (row: MessageHeaders): void => {
    read.add(row.uid);
    onRow(row);
  };
  const headers = { uids: messages.uids, fields: FINGERPRINT_FIELDS };
  const readHeaders = (mailbox: OpenMailbox) =>
    mailbox.headers(headers.uids, headers.fields, onHeaders, signal);
  await withMailbox(run, store, messages, { headers }, readHeaders).catch((thrown) =>
    throwIfOver(run, thrown),
  );
  const left = messages.uids.subtract(read.build());
  if (left.isEmpty) return { bare: [], silent: UidSet.empty, unsure: UidSet.empty };
  const [asked] = left.splitAt(MOST_BARE);
  const readRest = async (mailbox: OpenMailbox): Promise<Undescribed> => {
    const there = await mailbox.existing(left, signal);
    const bare = await mailbox.metadata(asked.intersect(there), signal);
    const silent = there.subtract(UidSet.from(bare.map(({ uid }) => uid)));
    return { bare, silent, unsure: left.subtract(there) };
  };
  try {
    return await withMailbox(run, store, messages, {}, readRest);
  } catch (thrown) {
    throwIfOver(run, thrown);
    return { bare: [], silent: UidSet.empty, unsure: left };
  }
}

async function withMailbox<T>(
  run: RunContext,
  store: MailStore,
  { mailbox, uidValidity }: MessagesOfMailbox,
  questions: Questions,
  work: (open: OpenMailbox) => Promise<T>,
): Promise<T> {
  const session = await store.lease(run.signal);
  try {
    const open = await openAhead(session, mailbox, 'examine', questions, run.signal);
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
