import type { Random } from './random.js';

export interface PlannedMailbox {
  readonly path: readonly string[];
  readonly subscribed: boolean;
  /** Share of the account's messages in relation to the others; 0 stays empty. */
  readonly weight: number;
}

/**
 * Names that servers of all kinds take, in the order in which a small account gets them. No segment holds `/` or
 * `.`, the usual delimiters; every parent is a mailbox of its own and comes first.
 */
const WELL_KNOWN: readonly (readonly [path: readonly string[], weight: number, subscribed: boolean])[] = [
  [['INBOX'], 12, true],
  [['Sent'], 6, true],
  [['Archive'], 3, true],
  [['Archive', '2023'], 4, false],
  [['Nothing in here'], 0, true],
  [['Entwürfe & Ideen'], 2, true],
  [['Drafts'], 1, true],
  [['Archive', '2023', 'Quarter 1'], 2, false],
  [['日本語'], 1, false],
  [['日本語', 'Фото с моря'], 2, true],
  [['Junk'], 2, false],
  [['Trash'], 2, true],
  [['deep'], 1, true],
  [['deep', 'deeper'], 1, false],
  [['deep', 'deeper', 'deepest'], 1, true],
  [['deep', 'deeper', 'deepest', 'Ende der Straße'], 1, true],
  [["It's [really] (all) done?"], 1, true],
  [['☃ Party'], 1, true],
  [['archive'], 1, false],
];

/** Names that Dovecot takes. Cyrus refuses all but the last; Courier refuses what lies beyond 16 bits, the last. */
const DIFFICULT: typeof WELL_KNOWN = [
  [['a "quoted" name'], 1, true],
  [['back\\slash'], 1, false],
  [['100 % * wild'], 1, true],
  [['pipe | <angle> {1} ; ^ ` !'], 1, true],
  [['🎉 Party'], 1, true],
];

export interface TreeOptions {
  readonly count: number;
  /** Every mailbox has the same weight. */
  readonly even: boolean;
  /** Put names that not every server takes right behind INBOX. */
  readonly difficult: boolean;
}

/** `count` mailboxes, INBOX first. */
export function planMailboxes(random: Random, { count, even, difficult }: TreeOptions): PlannedMailbox[] {
  const names = difficult ? [...WELL_KNOWN.slice(0, 1), ...DIFFICULT, ...WELL_KNOWN.slice(1)] : WELL_KNOWN;
  const known = even ? names.filter(([, weight]) => weight > 0) : names;
  const planned: PlannedMailbox[] = known
    .slice(0, count)
    .map(([path, weight, subscribed]) => ({ path, subscribed, weight: even ? 1 : weight }));
  for (let number = 1; planned.length < count; number++) {
    const year = `Year ${2000 + Math.floor((number - 1) / 20)}`;
    const path = number % 20 === 1 ? [year] : [year, `Folder ${String(number).padStart(4, '0')}`];
    planned.push({ path, subscribed: random.chance(0.8), weight: even ? 1 : random.between(1, 4) });
  }
  return planned;
}

/** How many messages each mailbox gets; sums to `messages`. */
export function shareOut(mailboxes: readonly PlannedMailbox[], messages: number): number[] {
  const totalWeight = mailboxes.reduce((total, mailbox) => total + mailbox.weight, 0);
  let weightSoFar = 0;
  let givenSoFar = 0;
  return mailboxes.map(({ weight }) => {
    weightSoFar += weight;
    const upTo = Math.round((messages * weightSoFar) / totalWeight);
    const share = upTo - givenSoFar;
    givenSoFar = upTo;
    return share;
  });
}
