import type { WireName } from '../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../model/message.js';
import type { UidSet } from '../model/uid-set.js';
import type {
  BodySink,
  CopyResult,
  FlagsQuery,
  FlagsReport,
  MailboxReads,
  MailSession,
  OpenMailbox,
} from '../store/mail-store.js';

/** Answers of more rows are not kept for whoever comes to ask. */
const MOST_ROWS = 1000;

/** What is going to be asked of a mailbox once it is open, as far as that is known before. */
export interface Questions {
  readonly flags?: FlagsQuery | null;
  readonly existing?: UidSet;
  /** All UIDs there are. */
  readonly uids?: boolean;
  readonly metadata?: UidSet;
  readonly headers?: { readonly uids: UidSet; readonly fields: readonly string[] };
}

/**
 * Opens a mailbox and asks these questions in the same round trip. Whoever asks one of them of the open mailbox gets the
 * answer that is on its way, once; whatever else is asked, or is asked again, goes to the server.
 */
export async function openAhead(
  session: MailSession,
  mailbox: WireName,
  mode: 'examine' | 'select',
  questions: Questions,
  signal: AbortSignal,
): Promise<OpenMailbox> {
  const answers: Answers = {};
  const opened = await session.open(mailbox, mode, signal, (reads) => {
    Object.assign(answers, ask(reads, questions, signal));
  });
  return new AnsweredMailbox(opened, answers);
}

interface Answers {
  flags?: { readonly query: FlagsQuery; readonly report: Promise<FlagsReport> };
  existing?: { readonly within: UidSet; readonly uids: Promise<UidSet> };
  uids?: Promise<UidSet>;
  metadata?: { readonly uids: UidSet; readonly rows: Promise<MessageMetadata[]> };
  headers?: {
    readonly uids: UidSet;
    readonly fields: readonly string[];
    readonly rows: Promise<MessageHeaders[]>;
  };
}

function ask(reads: MailboxReads, questions: Questions, signal: AbortSignal): Answers {
  const { flags, existing, uids, metadata, headers } = questions;
  const has = (uids: UidSet | undefined): uids is UidSet => uids !== undefined && !uids.isEmpty;
  const hasFew = (uids: UidSet | undefined): uids is UidSet => has(uids) && uids.size <= MOST_ROWS;
  return {
    ...(flags && has(flags.within)
      ? { flags: { query: flags, report: unheard(reads.flags(flags, signal)) } }
      : {}),
    ...(has(existing)
      ? { existing: { within: existing, uids: unheard(reads.existing(existing, signal)) } }
      : {}),
    ...(uids ? { uids: unheard(reads.uids(signal)) } : {}),
    ...(hasFew(metadata)
      ? { metadata: { uids: metadata, rows: unheard(reads.metadata(metadata, signal)) } }
      : {}),
    ...(headers && hasFew(headers.uids)
      ? { headers: { ...headers, rows: unheard(rowsOf(reads, headers, signal)) } }
      : {}),
  };
}

async function rowsOf(
  reads: MailboxReads,
  { uids, fields }: { readonly uids: UidSet; readonly fields: readonly string[] },
  signal: AbortSignal,
): Promise<MessageHeaders[]> {
  const rows: MessageHeaders[] = [];
  await reads.headers(uids, fields, (row) => rows.push(row), signal);
  return rows;
}

/** What nobody comes to ask for may fail in silence: the mailbox could not be opened, or is not what it was. */
function unheard<T>(answer: Promise<T>): Promise<T> {
  answer.catch(() => undefined);
  return answer;
}

/** An open mailbox that has some answers already. */
class AnsweredMailbox implements OpenMailbox {
  readonly #opened: OpenMailbox;
  readonly #answers: Answers;

  constructor(opened: OpenMailbox, answers: Answers) {
    this.#opened = opened;
    this.#answers = answers;
  }

  get snapshot(): OpenMailbox['snapshot'] {
    return this.#opened.snapshot;
  }

  existing(within: UidSet, signal: AbortSignal): Promise<UidSet> {
    const { existing } = this.#answers;
    if (!existing?.within.equals(within)) return this.#opened.existing(within, signal);
    delete this.#answers.existing;
    return existing.uids;
  }

  uids(signal: AbortSignal): Promise<UidSet> {
    const { uids } = this.#answers;
    if (!uids) return this.#opened.uids(signal);
    delete this.#answers.uids;
    return uids;
  }

  flags(query: FlagsQuery, signal: AbortSignal): Promise<FlagsReport> {
    const { flags } = this.#answers;
    const isAsked =
      flags?.query.within.equals(query.within) && flags.query.changedSince === query.changedSince;
    if (!flags || !isAsked) return this.#opened.flags(query, signal);
    delete this.#answers.flags;
    return flags.report;
  }

  metadata(uids: UidSet, signal: AbortSignal): Promise<MessageMetadata[]> {
    const { metadata } = this.#answers;
    if (!metadata?.uids.equals(uids)) return this.#opened.metadata(uids, signal);
    delete this.#answers.metadata;
    return metadata.rows;
  }

  async headers(
    uids: UidSet,
    fields: readonly string[],
    onRow: (row: MessageHeaders) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { headers } = this.#answers;
    const isAsked = headers?.uids.equals(uids) && headers.fields === fields;
    if (!headers || !isAsked) return this.#opened.headers(uids, fields, onRow, signal);
    delete this.#answers.headers;
    for (const row of await headers.rows) onRow(row);
  }

  bodies(uids: UidSet, sink: BodySink, signal: AbortSignal): Promise<void> {
    return this.#opened.bodies(uids, sink, signal);
  }

  storeFlags(
    uids: UidSet,
    change: 'add' | 'remove',
    flags: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    return this.#opened.storeFlags(uids, change, flags, signal);
  }

  expunge(uids: UidSet, signal: AbortSignal): Promise<void> {
    return this.#opened.expunge(uids, signal);
  }

  copyTo(uids: UidSet, mailbox: WireName, signal: AbortSignal): Promise<CopyResult> {
    return this.#opened.copyTo(uids, mailbox, signal);
  }

  emailIds(uids: UidSet, signal: AbortSignal): Promise<ReadonlyMap<number, string>> {
    return this.#opened.emailIds(uids, signal);
  }

  withEmailIds(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, UidSet>> {
    return this.#opened.withEmailIds(ids, signal);
  }
}
