import type { WireName } from '../../model/mailbox.js';
import { MAX_UID, UidSet, UidSetBuilder } from '../../model/uid-set.js';
import type { StoreFeatures } from '../mail-store.js';
import { mailboxRefusal, refusal } from './errors.js';
import type { Connection } from './wire/connection.js';
import { type Token, textOf } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

/** No mailbox holds as many: an answer of more is none, and must not take all memory. */
const MOST_FOUND = 10_000_000;

/** Which of these UIDs exist. An empty set asks nothing. */
export async function existingUids(
  connection: Connection,
  features: StoreFeatures,
  mailbox: WireName,
  within: UidSet,
  signal: AbortSignal,
): Promise<UidSet> {
  const answers = [...within.chunks()].map((chunk) =>
    search(connection, features, mailbox, `UID ${chunk}`, signal),
  );
  const found = await Promise.all(answers);
  return found.reduce((all, part) => all.union(part), UidSet.empty).intersect(within);
}

/**
 * `UID SEARCH` with one criterion, by ranges where the server has ESEARCH (RFC 4731). Without it an answer does not say
 * which search it belongs to, and servers may answer several before they tag the first: then one is sent at a time.
 */
export async function search(
  connection: Connection,
  features: StoreFeatures,
  mailbox: WireName,
  criterion: string,
  signal: AbortSignal,
): Promise<UidSet> {
  const found = new Found();
  let readable = true;
  let answers = 0;
  const onUntagged = (response: Untagged): undefined => {
    const understood =
      response.kind === 'SEARCH' ? readNumbers(response.rest(), found) : readRanges(response, found);
    readable &&= understood;
    answers++;
  };
  const command = features.esearch ? `UID SEARCH RETURN (ALL) ${criterion}` : `UID SEARCH ${criterion}`;
  const handlers = { accepts: new Set(['SEARCH', 'ESEARCH']), onUntagged };
  const send = () => connection.execute([command], handlers, signal);
  const status = await (features.esearch ? send() : afterOthers(connection, send));
  if (status.status !== 'OK') throw mailboxRefusal(status, 'search the mailbox', { mailbox });
  // RFC 4731, section 3.1: there is an answer even where nothing was found. One under another name never came here.
  if (features.esearch && answers === 0) readable = false;
  const uids = readable ? found.build() : null;
  if (!uids) throw refusal(status, 'search the mailbox (its answer cannot be read)', { mailbox });
  return uids;
}

/** Collects what was found. */
class Found {
  readonly #builder = new UidSetBuilder();
  #count = 0;

  /** false when it is no UID, or one too many. */
  add(start: number, end: number): boolean {
    this.#count += end - start + 1;
    if (start < 1 || end > MAX_UID || this.#count > MOST_FOUND) return false;
    this.#builder.addRange(start, end);
    return true;
  }

  build(): UidSet {
    return this.#builder.build();
  }
}

/** The last search of each connection whose answer will not name it. */
const unnamed = new WeakMap<Connection, Promise<unknown>>();

async function afterOthers<T>(connection: Connection, send: () => Promise<T>): Promise<T> {
  const before = unnamed.get(connection);
  // Sent at once where none is in flight: it may have to stay right behind a SELECT.
  const answer = before ? before.then(send, send) : send();
  unnamed.set(connection, answer);
  try {
    return await answer;
  } finally {
    if (unnamed.get(connection) === answer) unnamed.delete(connection);
  }
}

/** Numbers straight from the text: an answer may name a million of them. A trailing `(MODSEQ n)` is no UID. */
function readNumbers(text: string, into: Found): boolean {
  let value = 0;
  let digits = 0;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x20;
    if (code >= 0x30 && code <= 0x39) {
      value = value * 10 + code - 0x30;
      digits++;
    } else if (code === 0x20) {
      if (digits > 0 && !into.add(value, value)) return false;
      value = 0;
      digits = 0;
    } else return code === 0x28;
  }
  return true;
}

/** `(TAG "x") UID ALL 1:5,7` (RFC 4466, section 2.6.2); without ALL nothing was found. */
function readRanges(response: Untagged, into: Found): boolean {
  const tokens = response.tokens();
  if (!tokens) return false;
  const at = tokens.findIndex((token: Token) => textOf(token)?.toUpperCase() === 'ALL');
  if (at < 0) return true;
  const set = UidSet.parse(textOf(tokens[at + 1]) ?? '');
  if (!set) return false;
  for (const [start, end] of set.ranges()) if (!into.add(start, end)) return false;
  return true;
}
