import type { GeneratedAccount } from '../accounts/index.js';
import type { AccountImage, MailboxImage } from './account-image.js';
import { type CompareMessagesOptions, compareMessages } from './compare-messages.js';
import { expectedImage } from './expected-image.js';

export interface CompareOptions extends CompareMessagesOptions {
  /** Where a mailbox of the expected side is to be found; undefined when it must not be there at all. */
  readonly nameMap?: (path: readonly string[]) => readonly string[] | undefined;
  readonly ignoreSubscriptions?: boolean;
  /** Mailboxes of the actual side that nobody expects: never mind them, or only those without messages. */
  readonly ignoreExtraMailboxes?: 'all' | 'empty';
  /** How many differences to name before only counting. */
  readonly atMost?: number;
}

/** A generated account or what readAccount returned. */
export type Comparable = GeneratedAccount | AccountImage;

/**
 * What differs between two accounts, one sentence a difference; empty when they hold the same. UIDs are not
 * compared, their order is.
 */
export function compareAccounts(
  expected: Comparable,
  actual: Comparable,
  options: CompareOptions = {},
): string[] {
  const differences = [...allDifferences(asImage(expected), asImage(actual), options)];
  const atMost = options.atMost ?? 50;
  if (differences.length <= atMost) return differences;
  return [...differences.slice(0, atMost), `and ${differences.length - atMost} more differences`];
}

/** Throws an error that names the differences, if there are any. */
export function assertSameAccounts(
  expected: Comparable,
  actual: Comparable,
  options: CompareOptions = {},
): void {
  const differences = compareAccounts(expected, actual, options);
  if (differences.length > 0) throw new Error(`the accounts differ:\n  ${differences.join('\n  ')}`);
}

/** The image of either kind of account. */
export function asImage(account: Comparable): AccountImage {
  return 'seed' in account ? expectedImage(account) : account;
}

/** A mailbox's name for people. */
export function displayPath(path: readonly string[]): string {
  return path.join(' > ');
}

function* allDifferences(
  expected: AccountImage,
  actual: AccountImage,
  options: CompareOptions,
): Generator<string> {
  const unmet = new Map(actual.mailboxes.map((mailbox) => [mailbox.path.join('\0'), mailbox]));
  for (const mailbox of expected.mailboxes) {
    const path = options.nameMap === undefined ? mailbox.path : options.nameMap(mailbox.path);
    if (path === undefined) continue;
    const partner = unmet.get(path.join('\0'));
    unmet.delete(path.join('\0'));
    if (partner === undefined) {
      yield `${displayPath(path)}: the mailbox is missing, with ${mailbox.messages.length} messages`;
    } else yield* mailboxDifferences(mailbox, partner, options);
  }
  for (const mailbox of unmet.values()) {
    const empty = mailbox.messages.length === 0;
    if (options.ignoreExtraMailboxes === 'all' || (options.ignoreExtraMailboxes === 'empty' && empty))
      continue;
    yield `${displayPath(mailbox.path)}: nobody expects this mailbox, with ${mailbox.messages.length} messages`;
  }
  if (options.ignoreSubscriptions !== true) yield* orphanDifferences(expected, actual, options);
}

function* orphanDifferences(
  expected: AccountImage,
  actual: AccountImage,
  { nameMap }: CompareOptions,
): Generator<string> {
  const found = new Set((actual.orphanSubscriptions ?? []).map(displayPath));
  for (const path of expected.orphanSubscriptions ?? []) {
    const mapped = nameMap === undefined ? path : nameMap(path);
    if (mapped === undefined || found.delete(displayPath(mapped))) continue;
    yield `${displayPath(mapped)}: is not subscribed, the other way round than expected`;
  }
  for (const name of found) yield `${name}: is subscribed without a mailbox`;
}

function* mailboxDifferences(
  expected: MailboxImage,
  actual: MailboxImage,
  options: CompareOptions,
): Generator<string> {
  const where = displayPath(actual.path);
  if (expected.selectable !== actual.selectable) {
    yield `${where}: can ${actual.selectable ? '' : 'not '}be selected, the other way round than expected`;
  }
  if (options.ignoreSubscriptions !== true && expected.subscribed !== actual.subscribed) {
    yield `${where}: is ${actual.subscribed ? '' : 'not '}subscribed, the other way round than expected`;
  }
  for (const difference of compareMessages(expected.messages, actual.messages, options)) {
    yield `${where}: ${difference}`;
  }
}
