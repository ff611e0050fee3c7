import type { WireName } from '../../../src/model/mailbox.js';
import {
  type AccountLogin,
  appendAll,
  argument,
  dataOf,
  type FetchedItems,
  fetchAll,
  loginRaw,
  type RawImap,
  tokenBytes,
  tokenList,
  tokenText,
  type Untagged,
} from '../../support/imap-client/index.js';
import type { Peer, PeerMessage, PeerView } from './fixture.js';
import { DATE } from './mail.js';

/** The independent client on a real server: one connection, one thing after the other. */
export async function connectPeer(facts: AccountLogin): Promise<Peer & { close(): Promise<void> }> {
  const imap = await loginRaw(facts);
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  };
  return {
    names: () => inTurn(() => listed(imap, 'LIST')),
    subscriptions: () => inTurn(() => listed(imap, 'LSUB')),
    create: (mailbox) => inTurn(() => run(imap, 'CREATE ', mailbox)),
    subscribe: (mailbox) => inTurn(() => run(imap, 'SUBSCRIBE ', mailbox)),
    append: (mailbox, bodies, options = {}) =>
      inTurn(async () => {
        const { flags = [], internalDate = DATE } = options;
        const messages = bodies.map((body) => ({ flags, internalDate, body: () => body }));
        const before = await look(imap, mailbox);
        await appendAll(imap, mailbox, messages);
        const known = new Set(before.messages.map(({ uid }) => uid));
        const { messages: after } = await look(imap, mailbox);
        return after.map(({ uid }) => uid).filter((uid) => !known.has(uid));
      }),
    storeFlags: (mailbox, uids, sign, flags) =>
      inTurn(async () => {
        await run(imap, 'SELECT ', mailbox);
        await imap.run([`UID STORE ${uids.join(',')} ${sign}FLAGS.SILENT (${flags.join(' ')})`]);
        await leave(imap, mailbox);
      }),
    expunge: (mailbox, uids) =>
      inTurn(async () => {
        await run(imap, 'SELECT ', mailbox);
        await imap.run([`UID STORE ${uids.join(',')} +FLAGS.SILENT (\\Deleted)`]);
        await imap.run([`UID EXPUNGE ${uids.join(',')}`]);
        await leave(imap, mailbox);
      }),
    look: (mailbox) => inTurn(() => look(imap, mailbox)),
    close: () => inTurn(() => imap.logout()),
  };
}

async function run(imap: RawImap, command: string, mailbox: WireName): Promise<void> {
  await imap.run([command, argument(mailbox)]);
}

/** CLOSE after EXAMINE removes nothing (RFC 3501, section 6.4.2). Courier refuses APPEND to an examined mailbox. */
async function leave(imap: RawImap, mailbox: WireName): Promise<void> {
  await run(imap, 'EXAMINE ', mailbox);
  await imap.run(['CLOSE']);
}

async function listed(imap: RawImap, command: 'LIST' | 'LSUB'): Promise<WireName[]> {
  const { untagged } = await imap.run([`${command} "" "*"`]);
  return dataOf(untagged, command).map((tokens) => tokenText(tokens[3]));
}

async function look(imap: RawImap, mailbox: WireName): Promise<PeerView> {
  const { untagged } = await imap.run(['EXAMINE ', argument(mailbox)]);
  const messages: PeerMessage[] = [];
  if (existsOf(untagged) > 0) {
    await fetchAll(imap, 'UID FLAGS INTERNALDATE BODY.PEEK[]', (items) => {
      if (items.has('BODY[]')) messages.push(peerMessage(items));
    });
  }
  await imap.run(['CLOSE']);
  messages.sort((left, right) => left.uid - right.uid);
  const uidValidity = codeNumber(untagged, 'UIDVALIDITY');
  if (uidValidity === null) throw new Error(`EXAMINE of ${mailbox} tells no UIDVALIDITY`);
  return { uidValidity, uidNext: codeNumber(untagged, 'UIDNEXT'), messages };
}

function existsOf(untagged: readonly Untagged[]): number {
  for (const response of untagged) {
    const [count, keyword] = response.type === 'data' ? response.tokens : [];
    if (keyword?.type === 'atom' && keyword.text.toUpperCase() === 'EXISTS') return Number(tokenText(count));
  }
  throw new Error('EXAMINE tells no EXISTS');
}

/** The number in a response code such as `[UIDNEXT 5]`. */
function codeNumber(untagged: readonly Untagged[], name: string): number | null {
  for (const response of untagged) {
    const [word, digits] = response.type === 'status' ? response.code.split(' ') : [];
    if (word?.toUpperCase() === name) return Number(digits);
  }
  return null;
}

function peerMessage(items: FetchedItems): PeerMessage {
  return {
    uid: Number(tokenText(items.get('UID'))),
    flags: tokenList(items.get('FLAGS')).map(tokenText).sort(),
    internalDate: tokenText(items.get('INTERNALDATE')),
    body: tokenBytes(items.get('BODY[]')) ?? Buffer.alloc(0),
  };
}
