import { FlagTableBuilder, isCarriedFlag } from '../../model/flags.js';
import type { WireName } from '../../model/mailbox.js';
import type { MessageHeaders, MessageMetadata } from '../../model/message.js';
import { UidSet, UidSetBuilder } from '../../model/uid-set.js';
import type { FlagsQuery, FlagsReport, StoreFeatures } from '../mail-store.js';
import { pairsOf } from './answers.js';
import { fetchRefusal } from './errors.js';
import type { Connection } from './wire/connection.js';
import { atomsOf, numberOf, type Token, textOf } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

export interface FetchTarget {
  readonly connection: Connection;
  readonly mailbox: WireName;
}

/**
 * Sends `UID FETCH` for each part of the set, one behind the other, and hands over the items of each row. Rows of
 * messages nobody asked about come unasked (RFC 3501, section 7.4.2) and carry other items, so receivers look at
 * what a row has; `onOther` hears of one that cannot be understood. Returns whether the server said OK to all of it.
 */
export async function fetchRows(
  { connection, mailbox }: FetchTarget,
  uids: UidSet,
  items: string,
  onRow: (items: Map<string, Token>) => void,
  onOther: (response: Untagged) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const onUntagged = (response: Untagged): undefined => {
    const list = response.kind === 'FETCH' ? response.tokens()?.[0] : undefined;
    if (Array.isArray(list)) onRow(pairsOf(list));
    else onOther(response);
  };
  const handlers = { accepts: new Set(['FETCH', 'VANISHED']), overhears: true, onUntagged };
  const commands = [...uids.chunks()].map((chunk) =>
    connection.execute([`UID FETCH ${chunk} ${items}`], handlers, signal),
  );
  const statuses = await Promise.all(commands);
  for (const status of statuses) {
    const refused = fetchRefusal(status, 'read the mailbox', { mailbox });
    if (refused) throw refused;
  }
  return statuses.every(({ status }) => status === 'OK');
}

/** UID, flags, date and size of messages, ascending by UID. */
export async function fetchMetadata(
  target: FetchTarget,
  uids: UidSet,
  signal: AbortSignal,
): Promise<MessageMetadata[]> {
  const rows = new Map<number, MessageMetadata>();
  const onRow = (items: Map<string, Token>): void => {
    const row = readMetadata(items);
    if (row && uids.has(row.uid)) rows.set(row.uid, row);
  };
  await fetchRows(target, uids, '(UID FLAGS INTERNALDATE RFC822.SIZE)', onRow, () => undefined, signal);
  return [...rows.values()].sort((left, right) => left.uid - right.uid);
}

/** Metadata and some header fields, row by row. */
export async function fetchHeaders(
  target: FetchTarget,
  uids: UidSet,
  fields: readonly string[],
  onHeaders: (row: MessageHeaders) => void,
  signal: AbortSignal,
): Promise<void> {
  const onRow = (items: Map<string, Token>): void => {
    const row = readMetadata(items);
    const key = [...items.keys()].find((name) => name.startsWith('BODY[HEADER.FIELDS'));
    if (!row || key === undefined || !uids.has(row.uid)) return;
    onHeaders({ ...row, header: octetsOf(items.get(key)) });
  };
  const items = `(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (${fields.join(' ')})])`;
  await fetchRows(target, uids, items, onRow, () => undefined, signal);
}

/** Flags of messages, all or those changed after a mod-sequence (RFC 7162, section 3.1.4.1). */
export async function fetchFlags(
  target: FetchTarget,
  features: StoreFeatures,
  query: FlagsQuery,
  signal: AbortSignal,
): Promise<FlagsReport> {
  const table = new FlagTableBuilder();
  const gone = new UidSetBuilder();
  let complete = true;
  const onRow = (items: Map<string, Token>): void => {
    const uid = numberOf(items.get('UID'));
    const flags = atomsOf(items.get('FLAGS'));
    // A row with MODSEQ but without FLAGS tells nothing about flags; without a UID it cannot be used at all.
    if (uid !== null && flags && query.within.has(uid)) table.addRow(uid, flags);
    else if (uid === null && flags) complete &&= query.changedSince !== undefined;
  };
  const onOther = (response: Untagged): void => {
    if (response.kind !== 'VANISHED') complete = false;
    else if (!readVanished(response, gone)) complete = false;
  };
  const asksVanished = query.changedSince !== undefined && features.qresync;
  const since =
    query.changedSince === undefined
      ? ''
      : ` (CHANGEDSINCE ${query.changedSince}${asksVanished ? ' VANISHED' : ''})`;
  const whole = await fetchRows(target, query.within, `(UID FLAGS)${since}`, onRow, onOther, signal);
  const vanished = asksVanished ? gone.build().intersect(query.within) : null;
  return { ...table.build(), vanished, complete: complete && whole };
}

/** `(EARLIER) 1:5,7` or `7` (RFC 7162, section 3.2.10). */
export function readVanished(response: Untagged, into: UidSetBuilder): boolean {
  const tokens = response.tokens() ?? [];
  const set = UidSet.parse(textOf(tokens[tokens.length - 1]) ?? '');
  for (const [start, end] of set?.ranges() ?? []) into.addRange(start, end);
  return set !== null;
}

function readMetadata(items: Map<string, Token>): MessageMetadata | null {
  const uid = numberOf(items.get('UID'));
  const flags = atomsOf(items.get('FLAGS'));
  const internalDate = textOf(items.get('INTERNALDATE'));
  const sizeBytes = numberOf(items.get('RFC822.SIZE'));
  if (uid === null || !flags || internalDate === null || sizeBytes === null) return null;
  return { uid, flags: flags.filter(isCarriedFlag), internalDate, sizeBytes };
}

function octetsOf(token: Token | undefined): Buffer {
  if (Buffer.isBuffer(token)) return token;
  return Buffer.from(textOf(token) ?? '', 'latin1');
}
