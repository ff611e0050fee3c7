import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import {
  MemoryServer,
  type OnOperation,
  type OperationKind,
  StoreKilled,
  type Verdict,
} from '../../../../src/store/memory.js';
import { append, bodyOf, lease, quiet, settles } from './client.js';

const LOST = { code: 'CONNECTION_LOST', scope: 'account', retry: 'now' };

/** This verdict for the first operation of the kind, and 'go' for all others. */
function once(kind: OperationKind, verdict: Verdict): OnOperation {
  return (operation) => (operation.kind === kind && operation.nth === 1 ? verdict : 'go');
}

function serverWith(kind: OperationKind, verdict: Verdict): MemoryServer {
  const server = new MemoryServer();
  server.onOperation = once(kind, verdict);
  return server;
}

function count(server: MemoryServer, mailbox = 'INBOX'): number {
  return server.snapshot().mailboxes[mailbox]?.messages.length ?? -1;
}

const letter = [{ body: bodyOf('letter') }];

describe('faults of the in-memory server', () => {
  it.each([
    ['fail-before', 'CONNECTION_LOST', 0],
    ['fail-after', 'CONNECTION_LOST', 1],
    ['silent-before', 'SERVER_SILENT', 0],
    ['silent-after', 'SERVER_SILENT', 1],
  ] as const)('%s: the client learns %s and %i messages are stored', async (verdict, code, stored) => {
    const server = serverWith('append-commit', verdict);
    const store = server.store();
    const session = await lease(store);
    await expect(append(session, 'INBOX', letter)).rejects.toMatchObject({ ...LOST, code });
    expect(count(server)).toBe(stored);
    await expect(session.list(quiet)).rejects.toMatchObject({ code });
    session.release();
    expect(await append(await lease(store), 'INBOX', letter)).toEqual([stored + 1]);
  });

  it.each([
    ['hang', 0],
    ['hang-after', 1],
  ] as const)(
    '%s: nothing happens until the signal aborts, and %i messages are stored',
    async (verdict, stored) => {
      const server = serverWith('append-commit', verdict);
      const session = await lease(server.store());
      const controller = new AbortController();
      const stream = session.append('INBOX', controller.signal);
      await stream.begin({ flags: [], internalDate: ' 1-Jan-2001 00:00:00 +0000', sizeBytes: 1 });
      await stream.write(Buffer.from('x'));
      const committed = stream.commit();
      expect(await settles(committed)).toBe(false);
      const reason = new Error('enough');
      controller.abort(reason);
      await expect(committed).rejects.toBe(reason);
      expect(count(server)).toBe(stored);
      await expect(session.list(quiet)).rejects.toMatchObject(LOST);
    },
  );

  it('late: the server stores when so many operations have come after', async () => {
    const server = serverWith('append-commit', { late: 2 });
    const store = server.store();
    const session = await lease(store);
    await expect(append(session, 'INBOX', letter)).rejects.toMatchObject(LOST);
    session.release();
    const next = await lease(store);
    const counts = [await next.status('INBOX', quiet), await next.status('INBOX', quiet)];
    expect(counts.map(({ messages }) => messages)).toEqual([0, 1]);
  });

  it('late on demand: the server stores when the test says so, however the client was answered', async () => {
    const server = serverWith('append-commit', { late: 'on-demand', answer: 'silent' });
    const session = await lease(server.store());
    await expect(append(session, 'INBOX', letter)).rejects.toMatchObject({ code: 'SERVER_SILENT' });
    expect(count(server)).toBe(0);
    server.landLate();
    server.landLate();
    expect(count(server)).toBe(1);
  });

  it('refuse: the server says no and the session goes on', async () => {
    const refusal = {
      code: 'MAILBOX_UNAVAILABLE',
      scope: 'mailbox',
      retry: 'later',
      message: 'in use',
    } as const;
    const server = serverWith('select', { refuse: refusal });
    const session = await lease(server.store());
    await expect(session.open('INBOX', 'select', quiet)).rejects.toMatchObject(refusal);
    expect((await session.open('INBOX', 'select', quiet)).snapshot.name).toBe('INBOX');
  });

  it('a refused login leaves the place in the pool to the next', async () => {
    const refusal = { code: 'AUTH_FAILED', scope: 'account', retry: 'never', message: 'wrong' } as const;
    const server = serverWith('login', { refuse: refusal });
    const store = server.store({ connections: 1 });
    await expect(store.connect(quiet)).rejects.toMatchObject(refusal);
    await expect(store.connect(quiet)).resolves.toMatchObject({ software: 'memory' });
  });

  it('cutAfterBytes: the connection breaks in the middle of a body', async () => {
    const server = serverWith('bodies', { cutAfterBytes: 100_000 });
    server.deliver('INBOX', { body: Buffer.alloc(70_000, 'a') });
    server.deliver('INBOX', { body: Buffer.alloc(70_000, 'b') });
    const open = await (await lease(server.store())).open('INBOX', 'examine', quiet);
    const seen: string[] = [];
    const sizes: number[] = [];
    const sink = {
      start: (uid: number) => void seen.push(`start ${uid}`),
      chunk: (data: Buffer) => void sizes.push(data.length),
      end: () => void seen.push('end'),
    };
    await expect(open.bodies(UidSet.range(1, 9), sink, quiet)).rejects.toMatchObject(LOST);
    expect(seen).toEqual(['start 1', 'end', 'start 2']);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000);
  });

  it.each([
    [true, 0],
    [false, 2],
  ])(
    'cutAfterBytes in an APPEND, all or nothing %s: %i messages are stored',
    async (multiAppendAtomic, stored) => {
      const server = new MemoryServer({ multiAppendAtomic });
      server.onOperation = once('append', { cutAfterBytes: 250 });
      const session = await lease(server.store());
      const letters = Array.from({ length: 4 }, () => ({ body: Buffer.alloc(100, 'x') }));
      await expect(append(session, 'INBOX', letters)).rejects.toMatchObject(LOST);
      expect(count(server)).toBe(stored);
    },
  );

  it('omit: answers lack what they are told to lack, and say so or not', async () => {
    const server = new MemoryServer();
    for (const body of ['a', 'b', 'c']) server.deliver('INBOX', { body });
    server.createMailbox('Hidden');
    const omit = { uids: UidSet.of(2), mailboxes: ['Hidden'] };
    server.onOperation = ({ kind }) => ({ omit, complete: kind !== 'list' });
    const session = await lease(server.store());
    const listing = await session.list(quiet);
    expect(listing.mailboxes.map(({ name }) => name)).toEqual(['INBOX']);
    expect(listing.complete).toBe(false);
    const open = await session.open('INBOX', 'examine', quiet);
    expect((await open.uids(quiet)).toString()).toBe('1,3');
    expect((await open.existing(UidSet.of(2, 3), quiet)).toString()).toBe('3');
    const report = await open.flags({ within: UidSet.range(1, 3) }, quiet);
    expect([report.rows.toString(), report.complete]).toEqual(['1,3', true]);
    expect((await open.metadata(UidSet.range(1, 3), quiet)).map(({ uid }) => uid)).toEqual([1, 3]);
    expect(open.snapshot.messages).toBe(3);
  });

  it('a promise holds an operation back until it settles', async () => {
    const server = new MemoryServer();
    let letGo = (_verdict: Verdict): void => {};
    const held = new Promise<Verdict>((resolve) => {
      letGo = resolve;
    });
    server.onOperation = ({ kind }) => (kind === 'append-commit' ? held : 'go');
    const session = await lease(server.store());
    const appended = append(session, 'INBOX', letter);
    expect(await settles(appended)).toBe(false);
    expect(count(server)).toBe(0);
    letGo('go');
    expect(await appended).toEqual([1]);
  });

  it.each([
    ['kill-before', 0],
    ['kill-after', 1],
  ] as const)(
    '%s: no call of that client settles any more, and %i messages are stored',
    async (verdict, stored) => {
      const server = serverWith('append-commit', verdict);
      const store = server.store({ connections: 2 });
      const [session, other] = [await lease(store), await lease(store)];
      const calls = [append(session, 'INBOX', letter)];
      await store.killed;
      const later = [
        other.list(quiet),
        store.lease(quiet),
        append(other, 'INBOX', letter),
        store.connect(quiet),
      ];
      const states = await Promise.all([...calls, ...later].map(settles));
      expect(states).toEqual([false, false, false, false, false]);
      expect(count(server)).toBe(stored);
      expect(await append(await lease(server.store()), 'INBOX', letter)).toEqual([stored + 1]);
    },
  );

  it('kill ends what waits: sinks, leases and operations that are held back', async () => {
    const server = new MemoryServer();
    server.deliver('INBOX', { body: 'x' });
    server.onOperation = ({ kind }) => (kind === 'list' ? new Promise<Verdict>(() => {}) : 'go');
    const store = server.store({ connections: 2, killedCalls: 'reject' });
    const [reader, other] = [await lease(store), await lease(store)];
    const open = await reader.open('INBOX', 'examine', quiet);
    const sink = { start: () => new Promise<void>(() => {}), chunk: () => undefined, end: () => undefined };
    const calls = [open.bodies(UidSet.of(1), sink, quiet), other.list(quiet), store.lease(quiet)];
    server.freeze();
    for (const call of calls) await expect(call).rejects.toBeInstanceOf(StoreKilled);
    await expect(reader.list(quiet)).rejects.toBeInstanceOf(StoreKilled);
  });

  it('logs what clients ask for, in order, and which of it may change the account', async () => {
    const server = new MemoryServer();
    const store = server.store({ name: 'ferry' });
    const session = await lease(store);
    await session.list(quiet);
    await append(session, 'INBOX', letter);
    const open = await session.open('INBOX', 'select', quiet);
    await open.storeFlags(UidSet.of(1), 'add', ['\\Seen'], quiet);
    const kinds = ['login', 'list', 'append', 'append-commit', 'select', 'store'];
    expect(server.operations.map(({ kind }) => kind)).toEqual(kinds);
    expect(server.operations.at(-1)).toMatchObject({
      client: 'ferry',
      index: 6,
      nth: 1,
      mailbox: 'INBOX',
      flags: ['+\\Seen'],
      uids: UidSet.of(1),
    });
    expect(server.writes.map(({ kind }) => kind)).toEqual(['append-commit', 'select', 'store']);
    server.forgetOperations();
    expect(server.operations).toEqual([]);
  });
});
