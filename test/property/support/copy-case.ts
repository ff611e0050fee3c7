import fc from 'fast-check';

/** Where a message lies in a mailbox, as a share of it; meaningless in an empty one. */
type Place = number;

/** What happens to an account between two runs. Mailboxes are numbers into {@link MAILBOXES}. */
export type Edit =
  | {
      readonly act: 'deliver' | 'twin';
      readonly mailbox: number;
      readonly flags: readonly string[];
      at: Place;
    }
  | { readonly act: 'flag' | 'unflag'; readonly mailbox: number; readonly flag: string; readonly at: Place }
  | { readonly act: 'expunge'; readonly mailbox: number; readonly at: Place }
  | {
      readonly act: 'create' | 'delete' | 'replace' | 'renumber' | 'renew' | 'restore';
      readonly mailbox: number;
    }
  | { readonly act: 'rename'; readonly mailbox: number; readonly to: number };

export interface Fault {
  /** The operation of the destination in this run that it befalls. */
  readonly nth: number;
  readonly verdict:
    | 'fail-before'
    | 'fail-after'
    | 'silent-before'
    | 'silent-after'
    | 'kill-before'
    | 'kill-after'
    | 'busy'
    | 'cut'
    | 'late'
    | 'late-kill';
}

export interface Round {
  readonly source: readonly Edit[];
  readonly destination: readonly Edit[];
  readonly faults: readonly Fault[];
  /** Faults of the source. */
  readonly sourceFaults: readonly Fault[];
  /** The process ends at this write to the journal, 0: it does not. */
  readonly journalDeath: number;
  readonly moment: 'before-write' | 'torn-write' | 'before-sync' | 'after-sync';
  readonly powerIsLost: boolean;
  readonly parallel: number;
  /** The operation of the destination at which the run is asked to end, 0: it is not. */
  readonly finishAt: number;
}

export interface ServerKind {
  readonly uidplus: boolean;
  readonly condstore: boolean;
  readonly esearch: boolean;
  readonly multiAppend: 'none' | 'unproven' | 'atomic';
  readonly uidNextInSelect: boolean;
  readonly dedupes: boolean;
  readonly rewrites: boolean;
  readonly anyKeyword: boolean;
  readonly refusesSome: boolean;
  /** Says that it keeps any keyword, and refuses a message with one all the same. */
  readonly refusesKeywords: boolean;
}

export interface CopyCase {
  readonly sourceKind: Pick<ServerKind, 'condstore' | 'esearch' | 'uidNextInSelect'>;
  readonly kind: ServerKind;
  readonly before: readonly Edit[];
  /** Messages of the source's first edits that the destination holds already, each with flags of its own. */
  readonly shared: readonly { readonly nth: number; readonly flags: readonly string[] }[];
  readonly rounds: readonly Round[];
}

export const MAILBOXES = ['INBOX', 'Archive', 'Work', 'Lists'] as const;

/** Mostly the same, so that much happens to one. */
const mailbox = fc.constantFrom(0, 1, 1, 1, 2, 3);
const at = fc.nat({ max: 999 }).map((share) => share / 1000);
const flag = fc.constantFrom('\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '$Forwarded', 'Work');
const flags = fc.uniqueArray(flag, { maxLength: 2 });
const delivery = fc.record({ act: fc.constant('deliver' as const), mailbox, flags, at });
const twin = fc.record({ act: fc.constant('twin' as const), mailbox, flags, at });
const flagging = fc.record({ act: fc.constantFrom('flag' as const, 'unflag' as const), mailbox, flag, at });
const expunge = fc.record({ act: fc.constant('expunge' as const), mailbox, at });
const ofMailbox = fc.record({
  act: fc.constantFrom('create', 'delete', 'replace', 'replace', 'renumber', 'renew', 'restore', 'restore'),
  mailbox,
} as const);
const rename = fc.record({ act: fc.constant('rename' as const), mailbox, to: mailbox });

const first: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: delivery, weight: 6 },
  { arbitrary: twin, weight: 2 },
  { arbitrary: expunge, weight: 1 },
  { arbitrary: fc.record({ act: fc.constant('create' as const), mailbox }), weight: 1 },
);
const later: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: delivery, weight: 6 },
  { arbitrary: twin, weight: 2 },
  { arbitrary: flagging, weight: 4 },
  { arbitrary: expunge, weight: 3 },
  { arbitrary: ofMailbox, weight: 3 },
  { arbitrary: rename, weight: 1 },
);
const atDestination: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: delivery, weight: 3 },
  { arbitrary: flagging, weight: 3 },
  { arbitrary: expunge, weight: 2 },
  { arbitrary: ofMailbox, weight: 2 },
);

const fault: fc.Arbitrary<Fault> = fc.record({
  nth: fc.integer({ min: 1, max: 30 }),
  verdict: fc.constantFrom(
    'fail-before',
    'fail-after',
    'silent-before',
    'silent-after',
    'kill-before',
    'kill-after',
    'busy',
    'cut',
    'late',
    'late-kill',
  ),
});
const sourceFault: fc.Arbitrary<Fault> = fc.record({
  nth: fc.integer({ min: 1, max: 20 }),
  verdict: fc.constantFrom('fail-before', 'fail-after', 'silent-before', 'kill-before', 'busy', 'cut'),
});

const round: fc.Arbitrary<Round> = fc.record({
  source: fc.array(later, { maxLength: 8 }),
  destination: fc.array(atDestination, { maxLength: 4 }),
  faults: fc.array(fault, { maxLength: 3 }),
  sourceFaults: fc.oneof(
    { arbitrary: fc.constant([]), weight: 2 },
    { arbitrary: fc.array(sourceFault, { maxLength: 2 }), weight: 1 },
  ),
  journalDeath: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 12 })),
  moment: fc.constantFrom('before-write', 'torn-write', 'before-sync', 'after-sync'),
  powerIsLost: fc.boolean(),
  parallel: fc.constantFrom(1, 3),
  finishAt: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 20 })),
});

const often = fc.oneof(fc.constant(true), fc.constant(true), fc.constant(false));
const seldom = fc.oneof(fc.constant(false), fc.constant(false), fc.constant(false), fc.constant(true));

export const copyCase: fc.Arbitrary<CopyCase> = fc.record({
  sourceKind: fc.record({ condstore: often, esearch: fc.boolean(), uidNextInSelect: often }),
  kind: fc.record({
    uidplus: often,
    condstore: fc.boolean(),
    esearch: fc.boolean(),
    multiAppend: fc.constantFrom('none', 'unproven', 'atomic'),
    uidNextInSelect: often,
    dedupes: seldom,
    rewrites: seldom,
    anyKeyword: often,
    refusesSome: seldom,
    refusesKeywords: seldom,
  }),
  before: fc.array(first, { maxLength: 14 }),
  shared: fc.array(fc.record({ nth: fc.nat({ max: 13 }), flags }), { maxLength: 4 }),
  rounds: fc.array(round, { minLength: 2, maxLength: 4 }),
});
