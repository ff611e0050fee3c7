import type { WireName } from '../../../src/model/mailbox.js';
import { UidSet } from '../../../src/model/uid-set.js';
import { MemoryServer, type MemoryServerOptions } from '../../../src/store/memory.js';
import type { ExpectedFacts, Peer, PeerMessage, StoreFixture } from './fixture.js';
import { DATE } from './mail.js';

/** An account on an in-memory server; the other client is the server's own editing interface. */
export function memoryFixture(
  options: MemoryServerOptions = {},
  expected: Partial<ExpectedFacts> = {},
): StoreFixture {
  const server = new MemoryServer({
    ...options,
    refuseMessage: ({ body }) => (body.includes(0) ? 'Message contains NUL characters' : null),
    refuseMailbox: (name) => (name.endsWith('forbidden') ? '[CANNOT] Not that one' : null),
  });
  const { delimiter = '/', prefix = '' } = options;
  server.createMailbox(`${prefix}Kept`, '\\trash');
  return {
    store: (client = {}) => server.store(client),
    peer: peerOf(server),
    expected: {
      delimiter: delimiter ?? '',
      prefix,
      features: { uidplus: true, multiAppend: 'atomic', emailId: true, ...options.features },
      hasModseq: options.features?.condstore !== false,
      hasUidNext: true,
      keepsZone: true,
      bodySizes: [1, 4096, 4097, 102_400, 20 * 1024 * 1024],
      refusedBody: Buffer.from('Subject: no\r\n\r\n\0\r\n'),
      refusedName: `${prefix}forbidden`,
      oddNames: ['two words', '&AOk-t&AOk-', 'q"uo\\te', '100%*', '__proto__'],
      ...(options.features?.specialUse === false
        ? {}
        : { specialUse: { name: `${prefix}Kept`, use: '\\trash' } }),
      ...expected,
    },
    place: async (mailbox, body) => void server.deliver(mailbox, { body }),
    loseNextAppendAnswer: () => {
      server.onOperation = ({ kind }) => {
        if (kind !== 'append-commit') return 'go';
        server.onOperation = null;
        return 'fail-after';
      };
    },
    cut: () => server.dropConnections(),
    cleanup: async () => server.freeze(),
  };
}

function peerOf(server: MemoryServer): Peer {
  const contents = (mailbox: WireName) => {
    const found = server.snapshot().mailboxes[mailbox];
    if (!found) throw new Error(`no mailbox ${mailbox}`);
    return found;
  };
  return {
    names: async () => Object.keys(server.snapshot().mailboxes),
    subscriptions: async () => [...server.snapshot().subscriptions],
    create: async (mailbox) => server.createMailbox(mailbox),
    subscribe: async (mailbox) => server.subscribe(mailbox),
    append: async (mailbox, bodies, { flags = [], internalDate = DATE } = {}) =>
      bodies.map((body) => server.deliver(mailbox, { body, flags, internalDate })),
    storeFlags: async (mailbox, uids, sign, flags) =>
      server.setFlags(mailbox, UidSet.from(uids), sign === '+' ? 'add' : 'remove', flags),
    expunge: async (mailbox, uids) => server.expunge(mailbox, UidSet.from(uids)),
    look: async (mailbox) => {
      const { uidValidity, uidNext, messages } = contents(mailbox);
      const seen = messages.map(({ uid, flags, internalDate, recent }): PeerMessage => {
        const shown = recent ? [...flags, '\\Recent'].sort() : flags;
        return { uid, flags: shown, internalDate, body: server.body(mailbox, uid) };
      });
      return { uidValidity, uidNext, messages: seen };
    },
  };
}
