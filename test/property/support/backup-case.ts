import fc from 'fast-check';

/** Mailboxes that edits name by number; all may come and go but the first. */
export const PATHS: readonly (readonly string[])[] = [
  ['INBOX'],
  ['Archive'],
  ['Work'],
  ['Work', 'Lists'],
  ['Work', 'Lists', 'Old'],
  ['Plans'],
];

/** What people do with an account. `at`: where a message lies in its mailbox, as a share of it. */
export type Edit =
  | { readonly act: 'deliver'; readonly mailbox: number; readonly flags: readonly string[] }
  | {
      readonly act: 'twin' | 'copy' | 'move' | 'move-all';
      readonly mailbox: number;
      readonly at: number;
      readonly to: number;
    }
  | { readonly act: 'flag' | 'unflag'; readonly mailbox: number; readonly at: number; readonly flag: string }
  | { readonly act: 'expunge'; readonly mailbox: number; readonly at: number }
  | {
      readonly act:
        | 'create'
        | 'delete'
        | 'empty'
        | 'subscribe'
        | 'unsubscribe'
        | 'renumber'
        | 'renew'
        | 'forget'
        | 'raise';
      readonly mailbox: number;
    }
  | { readonly act: 'rename' | 'swap'; readonly mailbox: number; readonly to: number };

/** An edit of the source in the middle of a run. */
export interface Meanwhile {
  /** Whose operations are counted. */
  readonly side: 'source' | 'destination';
  readonly nth: number;
  readonly edit: Edit;
  /** A message that is moved lies in both mailboxes for so many operations. */
  readonly gap: number;
}

export type FaultVerdict =
  | 'fail-before'
  | 'fail-after'
  | 'silent-before'
  | 'silent-after'
  | 'kill-before'
  | 'kill-after'
  | 'busy'
  | 'refuse'
  | 'cut'
  | 'late'
  | 'late-kill';

export interface Fault {
  readonly nth: number;
  readonly verdict: FaultVerdict;
}

export interface Round {
  readonly source: readonly Edit[];
  readonly destination: readonly Edit[];
  readonly meanwhile: readonly Meanwhile[];
  readonly faults: readonly Fault[];
  readonly sourceFaults: readonly Fault[];
  /** The process ends at this write to the journal, 0: it does not. */
  readonly journalDeath: number;
  readonly moment: 'before-write' | 'torn-write' | 'before-sync' | 'after-sync';
  readonly powerIsLost: boolean;
  /** The process ends at this write to the destination, 0: it does not. */
  readonly writeDeath: number;
  readonly parallel: number;
  /** The operation of the destination at which the run is asked to end, 0: it is not. */
  readonly finishAt: number;
  readonly choice: 'none' | 'keep' | 'remove' | 'limit' | 'drift-stops' | 'full';
  readonly forecast: boolean;
}

export interface SideKind {
  readonly qresync: boolean;
  readonly condstore: boolean;
  readonly esearch: boolean;
  readonly listStatus: boolean;
  readonly objectId: boolean;
  readonly emailId: boolean;
  readonly uidNextInSelect: boolean;
  /** One mailbox among the others has no mod-sequences. */
  readonly hasModseqGap: boolean;
  readonly names: 'slash' | 'dot' | 'prefixed';
}

export interface DestinationKind extends SideKind {
  readonly uidplus: boolean;
  readonly multiAppend: 'none' | 'unproven' | 'atomic';
  readonly anyKeyword: boolean;
}

export interface BackupCase {
  readonly sourceKind: SideKind;
  readonly destinationKind: DestinationKind;
  readonly before: readonly Edit[];
  readonly there: readonly Edit[];
  /** Messages of the source that the destination holds already. */
  readonly shared: readonly number[];
  readonly rounds: readonly Round[];
}

/** Mostly the same few, so that much happens to one. */
const mailbox = fc.constantFrom(0, 1, 1, 2, 2, 3, 4, 5);
const at = fc.nat({ max: 999 }).map((share) => share / 1000);
const flag = fc.constantFrom('\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '$Forwarded', 'Work');
const flags = fc.uniqueArray(flag, { maxLength: 2 });

const delivery = fc.record({ act: fc.constant('deliver' as const), mailbox, flags });
const refiling = fc.record({
  act: fc.constantFrom('twin', 'copy', 'move', 'move', 'move', 'move-all'),
  mailbox,
  at,
  to: mailbox,
} as const);
const flagging = fc.record({ act: fc.constantFrom('flag', 'unflag'), mailbox, at, flag } as const);
const expunge = fc.record({ act: fc.constant('expunge' as const), mailbox, at });
const creation = fc.record({ act: fc.constant('create' as const), mailbox });
const ofMailbox = fc.record({
  act: fc.constantFrom(
    'create',
    'delete',
    'empty',
    'subscribe',
    'unsubscribe',
    'renumber',
    'renew',
    'forget',
    'raise',
  ),
  mailbox,
} as const);
const renaming = fc.record({
  act: fc.constantFrom('rename', 'rename', 'swap'),
  mailbox,
  to: mailbox,
} as const);

const first: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: delivery, weight: 7 },
  { arbitrary: refiling, weight: 1 },
  { arbitrary: expunge, weight: 1 },
  { arbitrary: creation, weight: 2 },
  { arbitrary: fc.record({ act: fc.constant('subscribe' as const), mailbox }), weight: 1 },
);
const later: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: delivery, weight: 5 },
  { arbitrary: refiling, weight: 5 },
  { arbitrary: flagging, weight: 4 },
  { arbitrary: expunge, weight: 3 },
  { arbitrary: ofMailbox, weight: 3 },
  { arbitrary: renaming, weight: 2 },
);
const drift: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: delivery, weight: 3 },
  { arbitrary: refiling, weight: 1 },
  { arbitrary: flagging, weight: 3 },
  { arbitrary: expunge, weight: 3 },
  { arbitrary: ofMailbox, weight: 2 },
  { arbitrary: renaming, weight: 1 },
);
const inTheMiddle: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: refiling, weight: 6 },
  { arbitrary: delivery, weight: 2 },
  { arbitrary: flagging, weight: 1 },
  { arbitrary: expunge, weight: 1 },
  { arbitrary: ofMailbox, weight: 1 },
  { arbitrary: renaming, weight: 1 },
);

export const breaks = ['fail-before', 'fail-after', 'silent-before', 'kill-before', 'busy', 'cut'] as const;
export const fault: fc.Arbitrary<Fault> = fc.record({
  nth: fc.integer({ min: 1, max: 40 }),
  verdict: fc.constantFrom(...breaks, 'silent-after', 'kill-after', 'refuse', 'late', 'late-kill'),
});
const sourceFault: fc.Arbitrary<Fault> = fc.record({
  nth: fc.integer({ min: 1, max: 30 }),
  verdict: fc.constantFrom(...breaks),
});
const meanwhile: fc.Arbitrary<Meanwhile> = fc.record({
  side: fc.constantFrom('source', 'destination'),
  nth: fc.integer({ min: 3, max: 26 }),
  edit: inTheMiddle,
  gap: fc.integer({ min: 0, max: 12 }),
});

export function seldom<T>(none: T, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> {
  return fc.oneof({ arbitrary: fc.constant(none), weight: 2 }, { arbitrary: arbitrary, weight: 1 });
}

const round: fc.Arbitrary<Round> = fc.record({
  source: fc.array(later, { maxLength: 8 }),
  destination: seldom<Edit[]>([], fc.array(drift, { maxLength: 4 })),
  meanwhile: fc.oneof(fc.constant([]), fc.array(meanwhile, { minLength: 1, maxLength: 4 })),
  faults: fc.oneof(fc.constant([]), fc.array(fault, { maxLength: 3 })),
  sourceFaults: seldom<Fault[]>([], fc.array(sourceFault, { maxLength: 2 })),
  journalDeath: seldom(0, fc.integer({ min: 1, max: 14 })),
  moment: fc.constantFrom('before-write', 'torn-write', 'before-sync', 'after-sync'),
  powerIsLost: fc.boolean(),
  writeDeath: seldom(0, fc.integer({ min: 1, max: 20 })),
  parallel: fc.constantFrom(1, 3),
  finishAt: seldom(0, fc.integer({ min: 1, max: 30 })),
  choice: fc.constantFrom('none', 'none', 'none', 'keep', 'remove', 'limit', 'drift-stops', 'full'),
  forecast: fc.boolean(),
});

const often = fc.oneof(fc.constant(true), fc.constant(true), fc.constant(true), fc.constant(false));
export const sideKind = {
  qresync: often,
  condstore: often,
  esearch: fc.boolean(),
  listStatus: fc.boolean(),
  objectId: fc.boolean(),
  emailId: fc.boolean(),
  uidNextInSelect: often,
  hasModseqGap: often.map((is) => !is),
  names: fc.constantFrom('slash', 'slash', 'dot', 'prefixed'),
} as const;

export const backupCase: fc.Arbitrary<BackupCase> = fc.record({
  sourceKind: fc.record(sideKind),
  destinationKind: fc.record({
    ...sideKind,
    uidplus: fc.oneof(often, fc.constant(true)),
    multiAppend: fc.constantFrom('none', 'unproven', 'atomic'),
    anyKeyword: often,
  }),
  before: fc.array(first, { maxLength: 14 }),
  there: seldom<Edit[]>([], fc.array(first, { maxLength: 5 })),
  shared: fc.array(fc.nat({ max: 13 }), { maxLength: 3 }),
  rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
});
