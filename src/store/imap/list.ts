import {
  isSelectable,
  type ListedMailbox,
  type MailboxListing,
  type MailboxStatus,
  SPECIAL_USES,
  type SpecialUse,
  type WireName,
} from '../../model/mailbox.js';
import type { StoreFacts } from '../mail-store.js';
import { ask } from './answers.js';
import { refusal, saysNonexistent } from './errors.js';
import type { Quirks } from './features.js';
import { mailboxStatus, readStatus, statusItems } from './status.js';
import type { Connection } from './wire/connection.js';
import { atomsOf, nameOf, type Token, textOf } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

/** STATUS commands sent before the answer to the first is awaited. */
const STATUS_WINDOW = 50;

export type Row = Omit<ListedMailbox, 'status'>;

interface Listing {
  readonly rows: Map<WireName, Row>;
  readonly statuses: Map<WireName, MailboxStatus>;
  complete: boolean;
}

/**
 * All mailboxes of the personal namespaces: one LIST with RETURN options (RFC 5258, 5819, 6154) where the server has
 * them, else LIST, LSUB and a STATUS each.
 */
export async function listMailboxes(
  connection: Connection,
  facts: StoreFacts,
  quirks: Quirks,
  signal: AbortSignal,
): Promise<MailboxListing> {
  const extended = facts.capabilities.includes('LIST-EXTENDED') && !quirks.plainListOnly;
  const listing =
    (extended && (await extendedList(connection, facts, quirks, signal))) ||
    (await plainList(connection, signal));
  dropOtherNamespaces(listing, facts);
  await addMissingStatuses(connection, facts, listing, signal);
  const mailboxes = [...listing.rows.values()].map((row) => ({
    ...row,
    status: listing.statuses.get(row.name) ?? null,
  }));
  return { mailboxes, complete: listing.complete };
}

/** null when the server refuses the extended form although it advertises it. */
async function extendedList(
  connection: Connection,
  facts: StoreFacts,
  quirks: Quirks,
  signal: AbortSignal,
): Promise<Listing | null> {
  const { features } = facts;
  const options = ['SUBSCRIBED'];
  if (features.specialUse) options.push('SPECIAL-USE');
  if (features.listStatus) options.push(`STATUS ${statusItems(features)}`);
  const command = `LIST "" "*" RETURN (${options.join(' ')})`;
  const { status, untagged } = await ask(connection, [command], ['LIST', 'STATUS'], signal);
  if (status.status === 'OK') return collect(untagged);
  if (status.status !== 'BAD') throw refusal(status, 'list the mailboxes', {});
  quirks.plainListOnly = true;
  return null;
}

async function plainList(connection: Connection, signal: AbortSignal): Promise<Listing> {
  const [all, subscribed] = await Promise.all([
    ask(connection, ['LIST "" "*"'], ['LIST'], signal),
    ask(connection, ['LSUB "" "*"'], ['LSUB'], signal),
  ]);
  if (all.status.status !== 'OK') throw refusal(all.status, 'list the mailboxes', {});
  const listing = collect(all.untagged);
  if (subscribed.status.status !== 'OK') throw refusal(subscribed.status, 'list the subscriptions', {});
  for (const response of subscribed.untagged) {
    const row = readRow(response.tokens());
    const known = row && listing.rows.get(row.name);
    // LSUB may name a parent that only has subscribed children (RFC 3501, section 6.3.9).
    if (known && !row.attributes.includes('\\noselect'))
      listing.rows.set(row.name, { ...known, subscribed: true });
  }
  return listing;
}

function collect(responses: readonly Untagged[]): Listing {
  const listing: Listing = { rows: new Map(), statuses: new Map(), complete: true };
  for (const response of responses) {
    const tokens = response.tokens();
    if (response.kind === 'STATUS') {
      const found = readStatus(tokens);
      if (found) listing.statuses.set(found.name, found.status);
      continue;
    }
    const row = readRow(tokens);
    if (row) listing.rows.set(row.name, row);
    else listing.complete = false;
  }
  return listing;
}

/** `(attributes) "delimiter" name` (RFC 3501, section 7.2.2). */
export function readRow(tokens: readonly Token[] | null): Row | null {
  const attributes = atomsOf(tokens?.[0])?.map((attribute) => attribute.toLowerCase());
  const name = nameOf(tokens?.[2]);
  if (!attributes || name === null || !tokens || tokens.length < 3) return null;
  const delimiter = textOf(tokens[1]);
  const specialUse = attributes.find((attribute): attribute is SpecialUse =>
    SPECIAL_USES.includes(attribute as SpecialUse),
  );
  return {
    name: /^inbox$/i.test(name) ? 'INBOX' : name,
    delimiter: delimiter === '' ? null : delimiter,
    attributes,
    specialUse: specialUse ?? null,
    subscribed: attributes.includes('\\subscribed'),
  };
}

function dropOtherNamespaces(listing: Listing, facts: StoreFacts): void {
  const foreign = [...facts.other, ...facts.shared].filter((namespace) => namespace.prefix !== '');
  for (const name of listing.rows.keys()) {
    const outside = foreign.some(({ prefix, delimiter }) => {
      const root = delimiter && prefix.endsWith(delimiter) ? prefix.slice(0, -delimiter.length) : prefix;
      return name === root || name.startsWith(prefix);
    });
    if (outside) listing.rows.delete(name);
  }
}

/** Dovecot 2.3 lists a mailbox that was deleted while others lie below it as if it were still there. */
function asNonexistent(row: Row): Row {
  return { ...row, attributes: [...row.attributes, '\\nonexistent'] };
}

/** Without anything below it, a name that does not exist is one the server lists wrongly: that is to be told. */
function hasInferiors({ rows }: Listing, { name, delimiter }: Row): boolean {
  if (delimiter === null) return false;
  return [...rows.keys()].some((other) => other.startsWith(name + delimiter));
}

async function addMissingStatuses(
  connection: Connection,
  facts: StoreFacts,
  listing: Listing,
  signal: AbortSignal,
): Promise<void> {
  const missing = [...listing.rows.values()].filter(
    (row) => isSelectable({ ...row, status: null }) && !listing.statuses.has(row.name),
  );
  for (let at = 0; at < missing.length; at += STATUS_WINDOW) {
    const window = missing.slice(at, at + STATUS_WINDOW);
    const asked = window.map(async (row) => {
      try {
        listing.statuses.set(row.name, await mailboxStatus(connection, facts.features, row.name, signal));
      } catch (error) {
        // One mailbox that cannot tell must not hide the others; opening it will say why.
        if (connection.failure) throw error;
        const isLeftOver = saysNonexistent(error) && hasInferiors(listing, row);
        if (isLeftOver) listing.rows.set(row.name, asNonexistent(row));
      }
    });
    await Promise.all(asked);
  }
}
