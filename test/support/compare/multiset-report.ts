import type { MessageImage } from './account-image.js';
import { asImage, type Comparable, displayPath } from './compare-accounts.js';

export interface MultisetReport {
  readonly lost: readonly MultisetEntry[];
  readonly doubled: readonly MultisetEntry[];
  /** Bodies that the expected side has nowhere. */
  readonly unknown: readonly MultisetEntry[];
}

export interface MultisetEntry {
  readonly sha256: string;
  readonly label: string;
  readonly expectedCount: number;
  readonly actualCount: number;
  /** Where each copy is. */
  readonly expectedIn: readonly string[];
  readonly actualIn: readonly string[];
}

export interface MultisetOptions {
  /** Count copies over the whole account, wherever they are, instead of mailbox by mailbox. */
  readonly acrossMailboxes?: boolean;
  readonly nameMap?: (path: readonly string[]) => readonly string[] | undefined;
}

interface Tally {
  readonly message: MessageImage;
  readonly expectedIn: string[];
  readonly actualIn: string[];
}

/** Which messages are there less or more often than they should be; looks at bodies only. */
export function multisetReport(
  expected: Comparable,
  actual: Comparable,
  options: MultisetOptions = {},
): MultisetReport {
  const tallies = new Map<string, Tally>();
  const count = (
    account: Comparable,
    side: 'expectedIn' | 'actualIn',
    nameMap: MultisetOptions['nameMap'],
  ) => {
    for (const { path, messages } of asImage(account).mailboxes) {
      const mapped = nameMap === undefined ? path : nameMap(path);
      if (mapped === undefined) continue;
      const where = displayPath(mapped);
      for (const message of messages) {
        const key = options.acrossMailboxes === true ? message.sha256 : `${message.sha256} ${where}`;
        const tally = tallies.get(key) ?? { message, expectedIn: [], actualIn: [] };
        tally[side].push(where);
        tallies.set(key, tally);
      }
    }
  };
  count(expected, 'expectedIn', options.nameMap);
  count(actual, 'actualIn', undefined);
  const entries = [...tallies.values()].map(entryOf);
  return {
    lost: entries.filter((entry) => entry.actualCount < entry.expectedCount),
    doubled: entries.filter((entry) => entry.actualCount > entry.expectedCount && entry.expectedCount > 0),
    unknown: entries.filter((entry) => entry.expectedCount === 0),
  };
}

function entryOf({ message, expectedIn, actualIn }: Tally): MultisetEntry {
  return {
    sha256: message.sha256,
    label: message.label,
    expectedCount: expectedIn.length,
    actualCount: actualIn.length,
    expectedIn,
    actualIn,
  };
}
