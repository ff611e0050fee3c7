import { MailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
import type { BodySink, Pending } from '../mail-store.js';
import { pairsOf } from './answers.js';
import { fetchRefusal } from './errors.js';
import type { Quirks } from './features.js';
import type { FetchTarget } from './fetch-rows.js';
import type { CommandHandlers } from './wire/commands-in-flight.js';
import type { Connection } from './wire/connection.js';
import type { LiteralSink, ResponsePart } from './wire/response-reader.js';
import { listBeforeLiteral, numberOf, textOf } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

/** BODY.PEEK[] never sets \Seen (RFC 3501, section 6.4.5). */
const ITEMS = '(UID BODY.PEEK[])';

/**
 * Streams whole messages into a sink. The literal's header gives the true length and the text before it the
 * UID, so nothing of a body is kept here.
 */
export async function fetchBodies(
  connection: Connection,
  mailbox: WireName,
  uids: UidSet,
  sink: BodySink,
  quirks: Quirks,
  signal: AbortSignal,
): Promise<void> {
  const target = { connection, mailbox };
  if (quirks.uidAfterBody) {
    for (const uid of uids.uids())
      await fetchSome(target, `${uid}`, handlersOf(uids, uid, sink, quirks), signal);
    return;
  }
  // One receiver for all parts, so that it hears each body once.
  const handlers = handlersOf(uids, 0, sink, quirks);
  const all = [...uids.chunks()].map((chunk) => fetchSome(target, `${chunk}`, handlers, signal));
  await Promise.all(all);
}

function handlersOf(wanted: UidSet, onlyUid: number, sink: BodySink, quirks: Quirks): CommandHandlers {
  return {
    accepts: new Set(['FETCH']),
    overhears: true,
    onLiteral: (parts: readonly ResponsePart[], sizeBytes: number) =>
      openLiteral(parts, sizeBytes, wanted, onlyUid, sink, quirks),
    onUntagged: (response: Untagged) => passShortBody(response, wanted, sink),
  };
}

async function fetchSome(
  { connection, mailbox }: FetchTarget,
  set: string,
  handlers: CommandHandlers,
  signal: AbortSignal,
): Promise<void> {
  const status = await connection.execute([`UID FETCH ${set} ${ITEMS}`], handlers, signal);
  const refused = fetchRefusal(status, 'read messages', { mailbox });
  if (refused) throw refused;
}

function openLiteral(
  parts: readonly ResponsePart[],
  sizeBytes: number,
  wanted: UidSet,
  onlyUid: number,
  sink: BodySink,
  quirks: Quirks,
): LiteralSink | null | Promise<LiteralSink | null> {
  const first = parts[0];
  if (parts.length !== 1 || first === undefined || typeof first === 'symbol' || !('text' in first))
    return null;
  // As tokens: a keyword may look like an item, `FLAGS (UID 1)`.
  const row = listBeforeLiteral(first);
  if (!row || textOf(row.at(-1))?.toUpperCase() !== 'BODY[]') return null;
  const told = pairsOf(row).get('UID');
  const uid = told === undefined ? onlyUid : numberOf(told);
  if (uid === 0) throw uidComesLate(quirks);
  if (uid === null || !wanted.has(uid)) return null;
  const wait = sink.start(uid, sizeBytes);
  return wait ? wait.then(() => sink) : sink;
}

/** A body may come as a quoted string (RFC 3501, section 9: `nstring`); NIL is a message that cannot be read. */
function passShortBody(response: Untagged, wanted: UidSet, sink: BodySink): Pending {
  // The body has been passed on already.
  if (response.isStreamed) return undefined;
  const list = response.tokens()?.[0];
  if (!Array.isArray(list)) return undefined;
  const items = pairsOf(list);
  const uid = numberOf(items.get('UID'));
  const body = textOf(items.get('BODY[]'));
  if (uid === null || body === null || !wanted.has(uid)) return undefined;
  const octets = Buffer.from(body, 'latin1');
  return passWhole(uid, octets, sink);
}

async function passWhole(uid: number, octets: Buffer, sink: BodySink): Promise<void> {
  await sink.start(uid, octets.length);
  if (octets.length > 0) await sink.chunk(octets);
  await sink.end();
}

function uidComesLate(quirks: Quirks): MailferryError {
  quirks.uidAfterBody = true;
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'now',
    message: 'the server names the UID after the body; messages are asked for one by one from now on',
  });
}
