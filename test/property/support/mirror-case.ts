import fc from 'fast-check';
import { breaks, type Fault, fault, type SideKind, seldom, sideKind } from './backup-case.js';

/** Mailboxes that edits name by number; they are there from the beginning and stay. */
export const MAILBOXES: readonly string[] = ['INBOX', 'Archive', 'Work'];
export const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Deleted', '$Forwarded', 'Work'] as const;

/** What people do on one side. `at`: which message, as a share of those of its mailbox by number. */
export type MailEdit =
  | { readonly act: 'deliver'; readonly mailbox: number; readonly flags: readonly string[] }
  | {
      readonly act: 'twin' | 'copy' | 'move' | 'move-all';
      readonly mailbox: number;
      readonly at: number;
      readonly to: number;
    }
  | { readonly act: 'flag' | 'unflag'; readonly mailbox: number; readonly at: number; readonly flag: string }
  | { readonly act: 'expunge'; readonly mailbox: number; readonly at: number }
  | { readonly act: 'renumber' | 'renew' | 'forget' | 'raise'; readonly mailbox: number };

export type SideName = 'a' | 'b';

/** `both`: the same happens on either side by itself; one mail that is delivered to both. */
export interface SidedEdit {
  readonly side: SideName | 'both';
  readonly edit: MailEdit;
}

/** An edit in the middle of a run, at the nth operation of `counted`. */
export interface MeanwhileEdit extends SidedEdit {
  readonly counted: SideName;
  readonly nth: number;
  /** A message that is moved lies in both mailboxes for so many operations. */
  readonly gap: number;
}

/** What spoils a run. */
export interface Disturbance {
  readonly meanwhile: readonly MeanwhileEdit[];
  readonly faultsA: readonly Fault[];
  readonly faultsB: readonly Fault[];
  /** The process ends at this write to the journal, 0: it does not. */
  readonly journalDeath: number;
  readonly moment: 'before-write' | 'torn-write' | 'before-sync' | 'after-sync';
  readonly powerIsLost: boolean;
  /** The operation of side b at which the run is asked to end, 0: it is not. */
  readonly finishAt: number;
  readonly choice: 'none' | 'limit' | 'full';
}

export interface MirrorRound {
  readonly edits: readonly SidedEdit[];
  readonly forecast: boolean;
  readonly parallel: number;
  /** null: nothing and nobody disturbs the run. */
  readonly disturbance: Disturbance | null;
}

export interface MirrorKind extends SideKind {
  readonly uidplus: boolean;
  readonly multiAppend: 'none' | 'unproven' | 'atomic';
  readonly anyKeyword: boolean;
}

export interface MirrorCase {
  readonly a: MirrorKind;
  readonly b: MirrorKind;
  /** By mailbox but INBOX: who has it at the beginning. */
  readonly made: readonly (SideName | 'both')[];
  readonly before: readonly SidedEdit[];
  readonly rounds: readonly MirrorRound[];
}

const mailbox = fc.constantFrom(0, 0, 0, 1, 1, 2);
const at = fc.nat({ max: 7 }).map((share) => share / 8);
const flag = fc.constantFrom(...FLAGS);
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
const ofMailbox = fc.record({
  act: fc.constantFrom('renumber', 'renew', 'forget', 'forget', 'raise'),
  mailbox,
} as const);

const edit: fc.Arbitrary<MailEdit> = fc.oneof(
  { arbitrary: delivery, weight: 5 },
  { arbitrary: refiling, weight: 4 },
  { arbitrary: flagging, weight: 7 },
  { arbitrary: expunge, weight: 4 },
  { arbitrary: ofMailbox, weight: 1 },
);
const first: fc.Arbitrary<MailEdit> = fc.oneof(
  { arbitrary: delivery, weight: 8 },
  { arbitrary: flagging, weight: 2 },
  { arbitrary: refiling, weight: 1 },
);
const side = fc.constantFrom('a', 'b', 'a', 'b', 'both');
const fromThen = <T>(arbitrary: fc.Arbitrary<T>) => fc.record({ side, edit: arbitrary });

const sourceFault: fc.Arbitrary<Fault> = fc.record({
  nth: fc.integer({ min: 1, max: 40 }),
  verdict: fc.constantFrom(...breaks, 'silent-after', 'kill-after', 'refuse', 'late', 'late-kill'),
});
const meanwhile: fc.Arbitrary<MeanwhileEdit> = fc.record({
  side,
  edit,
  counted: fc.constantFrom('a', 'b'),
  nth: fc.integer({ min: 3, max: 34 }),
  gap: fc.integer({ min: 0, max: 12 }),
});

const disturbance: fc.Arbitrary<Disturbance> = fc.record({
  meanwhile: fc.oneof(fc.constant([]), fc.array(meanwhile, { minLength: 1, maxLength: 4 })),
  faultsA: seldom<Fault[]>([], fc.array(sourceFault, { maxLength: 3 })),
  faultsB: seldom<Fault[]>([], fc.array(fault, { maxLength: 3 })),
  journalDeath: seldom(0, fc.integer({ min: 1, max: 14 })),
  moment: fc.constantFrom('before-write', 'torn-write', 'before-sync', 'after-sync'),
  powerIsLost: fc.boolean(),
  finishAt: seldom(0, fc.integer({ min: 1, max: 30 })),
  choice: fc.constantFrom('none', 'none', 'limit', 'full'),
});

const round: fc.Arbitrary<MirrorRound> = fc.record({
  edits: fc.array(fromThen(edit), { maxLength: 8 }),
  forecast: fc.constantFrom(true, false, false),
  parallel: fc.constantFrom(1, 3),
  disturbance: fc.oneof(fc.constant(null), disturbance),
});

const mostly = fc.constantFrom(true, true, true, true, false);
const kind: fc.Arbitrary<MirrorKind> = fc.record({
  ...sideKind,
  uidplus: fc.constant(true),
  multiAppend: fc.constantFrom('none', 'unproven', 'atomic'),
  anyKeyword: mostly,
});

export const mirrorCase: fc.Arbitrary<MirrorCase> = fc
  .record({
    a: kind,
    b: kind,
    lacksUidplus: fc.constantFrom(null, null, null, null, null, null, null, 'a', 'b'),
    made: fc.tuple(...MAILBOXES.slice(1).map(() => fc.constantFrom('both'))),
    before: fc.array(fromThen(first), { maxLength: 10 }),
    rounds: fc.array(round, { minLength: 1, maxLength: 4 }),
  } as const)
  .map(({ lacksUidplus, a, b, ...rest }) => ({
    ...rest,
    a: { ...a, uidplus: lacksUidplus !== 'a' },
    b: { ...b, uidplus: lacksUidplus !== 'b' },
  }));
