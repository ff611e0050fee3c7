import { setMaxListeners } from 'node:events';
import { MailferryError } from '../errors.js';
import type { MailboxStatus, WireName } from '../model/mailbox.js';
import type { UidSet } from '../model/uid-set.js';
import type { RunEvent } from '../report/events.js';
import { problemOf } from '../report/problem.js';
import type { PairState } from '../state/pair-state.js';
import type { Side } from '../state/record.js';
import type { AnchorFacts } from './anchor-facts.js';
import { type BatchLimits, FIRST_BATCH } from './batch-size.js';
import type { MessageFilter } from './message-filter.js';
import type { SettledMailbox } from './moves/settled-mailbox.js';
import type { SyncRunOptions } from './run-options.js';

/** An APPEND without an answer may still be carried out for this long. */
const LATE_COMMIT_MS = 10_000;

/** What all mailboxes of a run share. */
export class RunContext {
  readonly options: SyncRunOptions;
  /** Ids of intents that became suspect in this run; they are looked at once more in the next. */
  readonly freshSuspects = new Set<number>();
  /** Ids of intents that were answered, with whatever: nothing of them is still on its way. */
  readonly answered = new Set<number>();
  /** Ids of intents whose APPEND was answered with OK, as long as nobody knows where its messages lie. */
  readonly accepted = new Set<number>();
  /** When this run first looked for the messages of an intent, by its id. */
  readonly firstLooksMs = new Map<number, number>();
  /**
   * When this run sent the last octet of an APPEND that was written down ahead and is not answered, by its intent;
   * infinite where others stood before it, so that the server may have taken it up at any time.
   */
  readonly lastOctetsMs = new Map<number, number>();
  /** Mailboxes in which others were at work on what we wrote. */
  unproven = 0;
  /** Where the originals of copied messages may lie: in mailboxes that a run before has settled. */
  settledBefore: readonly SettledMailbox[] = [];
  /** Off once looking for originals went wrong: what was copied is carried whole. */
  seeksOriginals = true;
  /** How much the destination took at once, for mailboxes to come. */
  batch: BatchLimits;
  /** Set when the destination takes no more mail at all: copying stops, flags go on. */
  copyingStopped: MailferryError | null = null;
  /** Tells of removals that were not safe when both sides were last looked at. */
  removalsWaiting: MailferryError | null = null;

  /** For waits that nobody needs who wants the run to finish. */
  readonly untilFinish: AbortSignal;

  /** The same run with the sides exchanged, for what goes from b to a; null for verbs that go one way. */
  readonly backward: RunContext | null;

  constructor(options: SyncRunOptions, backward: RunContext | null = null) {
    this.options = options;
    this.backward = backward;
    this.batch = options.firstBatch ?? FIRST_BATCH;
    // Many commands are on their way at once, and each of them listens; that is no leak.
    this.untilFinish = AbortSignal.any([options.signal, options.finish]);
    setMaxListeners(0, options.signal, options.finish, this.untilFinish);
  }

  /** This direction and, where there is one, the way back. */
  get ways(): readonly RunContext[] {
    return this.backward ? [this, this.backward] : [this];
  }

  get signal(): AbortSignal {
    return this.options.signal;
  }

  /** The destination's names in this run, by those of the source. */
  readonly destinationNames = new Map<WireName, WireName>();
  /** What the destination had when it was listed. */
  listedNames: ReadonlySet<WireName> = new Set();
  /** Stands for the filter and the destination's limit; known once the accounts were listed. */
  filterKey = '';
  /** Octets of bodies stored so far. */
  copiedBytes = 0;

  get filter(): MessageFilter {
    return this.options.filter ?? {};
  }

  get lateCommitMs(): number {
    return this.options.lateCommitMs ?? LATE_COMMIT_MS;
  }

  /** Messages that this run has brought to the destination. */
  carriedMessages = 0;
  /** Mailboxes that ended one after the other with a server too busy for them, and what was carried by then. */
  readonly busyInARow = { mailboxes: 0, carriedMessages: 0 };

  emit(event: RunEvent): void {
    if (event.type === 'messages-copied' || event.type === 'messages-moved') {
      this.carriedMessages += event.uids.length;
    }
    this.options.onEvent(event);
  }

  /** Reports what was not done; `mailbox` is the name for people, `uids` are messages of the source. */
  problem(error: MailferryError, mailbox?: string, uids?: UidSet): void {
    const told = problemOf(error);
    const problem = mailbox === undefined ? told : { ...told, mailbox };
    this.emit({ type: 'problem', problem, ...(uids === undefined ? {} : { uids }) });
  }

  /** Whether copying has stopped in either direction. */
  get isStopped(): boolean {
    return this.copyingStopped !== null || this.backward?.copyingStopped != null;
  }

  /** Whether an error is the end of copying that was told once for the whole run. */
  isStop(error: MailferryError): boolean {
    return error.code === this.copyingStopped?.code;
  }

  /** Throws INTERRUPTED between two steps when the run was asked to finish. */
  checkFinish(): void {
    if (!this.options.finish.aborted && !this.signal.aborted) return;
    throw new MailferryError({ code: 'INTERRUPTED', scope: 'run', retry: 'later', message: 'interrupted' });
  }
}

/** One mailbox pair at work. */
export interface MailboxWork {
  readonly run: RunContext;
  /** The same pair with its sides exchanged, for what goes from b to a; null for verbs that go one way. */
  readonly backward: MailboxWork | null;
  readonly pair: PairState;
  readonly names: { readonly a: WireName; readonly b: WireName };
  /** What the listing of the accounts told of it; null where it told nothing, or nobody has listed it. */
  readonly listed: Readonly<Record<Side, MailboxStatus | null>>;
  /** Only ever false in a dry run: otherwise it has been created. */
  readonly destinationExists: boolean;
  /** The source's name for people. */
  readonly display: string;
  /** Most messages in one APPEND; shrinks when a batch is refused, grows with success. */
  batch: BatchLimits;
  /** No message appended from now on can have a lower UID at the destination. */
  destinationUidNext: number;
  /** Whether others have put messages between ours at the destination since it was looked at. */
  hasStrangers: boolean;
  /** Whether each APPEND waits for the answer to the one before, since an answer never came. */
  appendsAlone: boolean;
  /** Refusals so far, of batches or messages. */
  refusals: number;
  /** Flags whose loss was told already. */
  readonly toldFlags: Set<string>;
  /** Messages tried once more without their keywords. */
  readonly withoutKeywords: Set<number>;
  /** Messages at which reading from the source ended, and how often; they go alone. */
  readonly suspects: Map<number, number>;
  /** Messages given up in this run. */
  readonly refusedUids: Set<number>;
  /** A source too busy to hand out messages: once it was waited for in vain, it may be a single message. */
  busySource?: 'waited for' | 'waited for in vain' | null;
  /** Messages that lie in the source once too often, as a run before this one sent them there twice. */
  surplus: UidSet;
  /** Messages left out by choice in this run, as was told. */
  leftOut: UidSet;
  /** New messages that a copy is to carry; null as long as it has not looked. Other verbs have them in their tasks. */
  planned: UidSet | null;
  /** What messages of the source were that may become anchors, by UID. */
  readonly anchorCandidates: Map<number, AnchorFacts>;
  /** Whether the destination was written since it was last opened to be looked at. */
  wrote: boolean;
  /** Messages whose flags were changed since the work began. */
  flagged: UidSet;
  /** Messages stored since the work began: an attempt that stored some was not in vain. */
  progress: number;
}
