import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import { MemoryServer } from '../../../src/store/memory.js';
import { withReadOnly } from '../../../src/store/with-read-only.js';
import { quiet } from './memory/client.js';

async function readOnlySession() {
  const server = new MemoryServer();
  for (const body of ['Subject: a\r\n\r\n', 'b']) server.deliver('INBOX', { body });
  const store = withReadOnly(server.store());
  const session = await store.lease(quiet);
  return { server, store, session };
}

const denied = { code: 'READ_ONLY_SIDE', scope: 'run', retry: 'never' };

describe('a store that must not be changed', () => {
  it('throws at every write, before anything is sent', async () => {
    const { server, session } = await readOnlySession();
    const open = await session.open('INBOX', 'examine', quiet);
    const before = server.snapshot();
    server.forgetOperations();
    await expect(session.create('x', null, quiet)).rejects.toMatchObject(denied);
    await expect(session.subscribe('INBOX', true, quiet)).rejects.toMatchObject(denied);
    await expect(session.rename('INBOX', 'x', quiet)).rejects.toMatchObject(denied);
    await expect(session.remove('x', quiet)).rejects.toMatchObject(denied);
    await expect(session.open('INBOX', 'select', quiet)).rejects.toMatchObject(denied);
    expect(() => session.append('INBOX', quiet)).toThrow(expect.objectContaining(denied));
    await expect(open.storeFlags(UidSet.of(1), 'add', ['\\Seen'], quiet)).rejects.toMatchObject(denied);
    await expect(open.expunge(UidSet.of(1), quiet)).rejects.toMatchObject(denied);
    await expect(open.copyTo(UidSet.of(1), 'INBOX', quiet)).rejects.toMatchObject(denied);
    expect(server.operations).toEqual([]);
    expect(server.snapshot()).toEqual(before);
  });

  it('names the account and the mailbox', async () => {
    const { session } = await readOnlySession();
    const at = { account: 'memory@localhost', mailbox: 'Archive' };
    await expect(session.create('Archive', null, quiet)).rejects.toMatchObject({ at });
    await expect(session.remove('Archive', quiet)).rejects.toMatchObject({ at });
    const open = await session.open('INBOX', 'examine', quiet);
    await expect(open.copyTo(UidSet.of(1), 'Archive', quiet)).rejects.toMatchObject({ at });
  });

  it('reads as the store below it does', async () => {
    const { server, store, session } = await readOnlySession();
    const plain = server.store();
    expect(store.account).toBe(plain.account);
    expect(await store.connect(quiet)).toEqual(await plain.connect(quiet));
    const other = await plain.lease(quiet);
    expect(session.facts).toEqual(other.facts);
    expect(await session.list(quiet)).toEqual(await other.list(quiet));
    expect(await session.status('INBOX', quiet)).toEqual(await other.status('INBOX', quiet));
    for (const name of ['INBOX', 'x']) {
      expect(await session.isThere(name, quiet)).toBe(await other.isThere(name, quiet));
    }
    const open = await session.open('INBOX', 'examine', quiet);
    const uids = await open.uids(quiet);
    expect(uids.toString()).toBe('1:2');
    expect((await open.existing(UidSet.of(2, 3), quiet)).toString()).toBe('2');
    expect((await open.flags({ within: uids }, quiet)).rows.toString()).toBe('1:2');
    expect(await open.metadata(uids, quiet)).toHaveLength(2);
    const ids = await open.emailIds(uids, quiet);
    expect([...ids.keys()]).toEqual([1, 2]);
    expect((await open.withEmailIds([ids.get(2) ?? ''], quiet)).get(ids.get(2) ?? '')?.toString()).toBe('2');
    const headers: string[] = [];
    await open.headers(uids, ['Subject'], ({ header }) => void headers.push(header.toString()), quiet);
    expect(headers).toEqual(['Subject: a\r\n\r\n', '\r\n']);
    const sizes: number[] = [];
    const sink = { start: (_: number, size: number) => void sizes.push(size), chunk: () => undefined };
    await open.bodies(uids, { ...sink, end: () => undefined }, quiet);
    expect(sizes).toEqual([14, 1]);
    expect(server.writes).toEqual([]);
    session.release();
    await store.close();
    await expect(store.lease(quiet)).rejects.toThrow();
  });
});
