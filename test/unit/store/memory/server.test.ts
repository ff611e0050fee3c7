import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import { MemoryServer } from '../../../../src/store/memory.js';
import { append, bodyOf, lease, quiet } from './client.js';

const uidsIn = (server: MemoryServer, mailbox: string): number[] =>
  (server.snapshot().mailboxes[mailbox]?.messages ?? []).map(({ uid }) => uid);

describe('the in-memory server', () => {
  it('shows itself as plain data that compares', () => {
    const build = (): MemoryServer => {
      const server = new MemoryServer({ now: () => ' 1-Jan-2001 00:00:00 +0000' });
      server.createMailbox('Archive/2001', '\\archive');
      server.subscribe('Archive/2001');
      server.deliver('INBOX', { body: 'hello', flags: ['\\Seen', 'Work'] });
      return server;
    };
    const [left, right] = [build(), build()];
    expect(left.snapshot()).toEqual(right.snapshot());
    expect(structuredClone(left.snapshot())).toEqual({
      mailboxes: {
        INBOX: {
          uidValidity: 1_000_001,
          uidNext: 2,
          highestModseq: '2',
          mailboxId: 'F1',
          specialUse: null,
          messages: [
            {
              uid: 1,
              flags: ['Work', '\\Seen'],
              internalDate: ' 1-Jan-2001 00:00:00 +0000',
              sizeBytes: 5,
              digest: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
              recent: true,
            },
          ],
        },
        'Archive/2001': {
          uidValidity: 1_000_002,
          uidNext: 1,
          highestModseq: '1',
          mailboxId: 'F2',
          specialUse: '\\archive',
          messages: [],
        },
      },
      subscriptions: ['Archive/2001'],
    });
    right.deliver('INBOX', { body: 'hello' });
    expect(left.snapshot()).not.toEqual(right.snapshot());
  });

  it('gives a mailbox made again under an old name another identity', () => {
    const server = new MemoryServer();
    server.createMailbox('a');
    const before = server.snapshot().mailboxes['a'];
    server.deleteMailbox('a');
    server.createMailbox('a');
    const after = server.snapshot().mailboxes['a'];
    expect(after?.uidValidity).toBeGreaterThan(before?.uidValidity ?? Number.POSITIVE_INFINITY);
    expect(after?.mailboxId).not.toBe(before?.mailboxId);
  });

  it('renames a mailbox with all below it and keeps their identity', () => {
    const server = new MemoryServer({ delimiter: '.', prefix: 'INBOX.' });
    for (const name of ['INBOX.a', 'INBOX.a.b', 'INBOX.ab']) server.createMailbox(name);
    server.deliver('INBOX.a.b', { body: 'x' });
    const before = server.snapshot().mailboxes;
    server.renameMailbox('INBOX.a', 'INBOX.z.y');
    const after = server.snapshot().mailboxes;
    expect(Object.keys(after).sort()).toEqual(['INBOX', 'INBOX.ab', 'INBOX.z.y', 'INBOX.z.y.b']);
    expect(after['INBOX.z.y.b']).toEqual(before['INBOX.a.b']);
    expect(() => server.renameMailbox('INBOX.ab', 'INBOX.z.y')).toThrow();
  });

  it('lists a level that only has children as one that cannot be selected', async () => {
    const server = new MemoryServer();
    server.createMailbox('a/b/c');
    server.createMailbox('a/b');
    const { mailboxes } = await (await lease(server.store())).list(quiet);
    expect(mailboxes.map(({ name, attributes, status }) => [name, attributes, status !== null])).toEqual([
      ['INBOX', ['\\hasnochildren'], true],
      ['a/b', ['\\haschildren'], true],
      ['a/b/c', ['\\hasnochildren'], true],
      ['a', ['\\noselect', '\\haschildren'], false],
    ]);
  });

  it('lists the personal namespace only', async () => {
    const shared = [{ prefix: 'shared/', delimiter: '/' }];
    const server = new MemoryServer({ shared });
    server.createMailbox('shared/team');
    const session = await lease(server.store());
    expect(session.facts.shared).toEqual(shared);
    expect((await session.list(quiet)).mailboxes.map(({ name }) => name)).toEqual(['INBOX']);
    expect((await session.status('shared/team', quiet)).messages).toBe(0);
  });

  it('knows INBOX in any case, and other names where case does not count', async () => {
    const session = await lease(new MemoryServer().store());
    expect(await session.create('Inbox', null, quiet)).toBe(false);
    expect(await session.create('Sent', null, quiet)).toBe(true);
    expect(await session.create('sent', null, quiet)).toBe(true);
    const folding = await lease(new MemoryServer({ caseInsensitiveNames: true }).store());
    expect(await folding.create('Sent', null, quiet)).toBe(true);
    expect(await folding.create('sent', null, quiet)).toBe(false);
    expect((await folding.open('SENT', 'examine', quiet)).snapshot.name).toBe('Sent');
  });

  it.each(['a//b', 'a/', '', 'caf\u00e9'])('makes no mailbox called "%s"', async (name) => {
    const session = await lease(new MemoryServer().store());
    const created = session.create(name, null, quiet);
    await expect(created).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
  });

  it('makes no mailbox outside its namespaces', async () => {
    const session = await lease(new MemoryServer({ prefix: 'INBOX.', delimiter: '.' }).store());
    await expect(session.create('Sent', null, quiet)).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE' });
    expect(await session.create('INBOX.Sent', null, quiet)).toBe(true);
  });

  it('changes a UIDVALIDITY, with new UIDs or the old ones, and throws out who has it open', async () => {
    const server = new MemoryServer();
    for (const body of ['a', 'b', 'c']) server.deliver('INBOX', { body });
    server.expunge('INBOX', 1);
    const session = await lease(server.store());
    const open = await session.open('INBOX', 'select', quiet);
    const { uidValidity } = open.snapshot;
    server.changeUidValidity('INBOX', { keepUids: true });
    expect(uidsIn(server, 'INBOX')).toEqual([2, 3]);
    await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(session.list(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    server.changeUidValidity('INBOX');
    expect(uidsIn(server, 'INBOX')).toEqual([1, 2]);
    expect(server.snapshot().mailboxes['INBOX']).toMatchObject({ uidNext: 3 });
    expect(server.snapshot().mailboxes['INBOX']?.uidValidity).toBeGreaterThan(uidValidity + 1);
  });

  it('throws out who has a mailbox open that is deleted', async () => {
    const server = new MemoryServer();
    server.createMailbox('a');
    const session = await lease(server.store());
    const open = await session.open('a', 'select', quiet);
    server.deleteMailbox('a');
    await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('goes back to an older state, as a restored server does', async () => {
    const server = new MemoryServer();
    server.deliver('INBOX', { body: 'a' });
    server.createMailbox('Kept');
    const goBack = server.save();
    const saved = server.snapshot();
    server.deliver('INBOX', { body: 'b' });
    server.setFlags('INBOX', 1, 'add', ['\\Seen']);
    server.deliver('Kept', { body: 'c' });
    server.createMailbox('New');
    const changed = server.snapshot();
    goBack('INBOX');
    expect(server.snapshot().mailboxes).toEqual({ ...changed.mailboxes, INBOX: saved.mailboxes['INBOX'] });
    goBack();
    expect(server.snapshot()).toEqual(saved);
    server.deliver('INBOX', { body: 'another b' });
    server.createMailbox('Newer');
    const issued = Object.values(changed.mailboxes).map(({ uidValidity }) => uidValidity);
    expect(issued).not.toContain(server.snapshot().mailboxes['Newer']?.uidValidity);
    goBack();
    expect(server.snapshot()).toEqual(saved);
  });

  it('copies and moves messages with their flags and dates to new UIDs', () => {
    const server = new MemoryServer();
    server.createMailbox('To');
    for (const body of ['a', 'b', 'c']) server.deliver('INBOX', { body, flags: ['Work'] });
    const [first] = server.snapshot().mailboxes['INBOX']?.messages ?? [];
    expect(server.copy('INBOX', 1, 'To')).toEqual([1]);
    expect(server.move('INBOX', UidSet.range(2, 3), 'To')).toEqual([2, 3]);
    expect(uidsIn(server, 'INBOX')).toEqual([1]);
    expect(server.snapshot().mailboxes['To']?.messages[0]).toEqual({ ...first, uid: 1 });
  });

  it('takes \\Recent away by SELECT and not by EXAMINE', async () => {
    const server = new MemoryServer();
    server.deliver('INBOX', { body: 'a' });
    const session = await lease(server.store());
    const recent = (): boolean[] =>
      (server.snapshot().mailboxes['INBOX']?.messages ?? []).map((message) => message.recent);
    await session.open('INBOX', 'examine', quiet);
    expect(recent()).toEqual([true]);
    await session.open('INBOX', 'select', quiet);
    server.deliver('INBOX', { body: 'b' });
    expect(recent()).toEqual([false, true]);
  });

  it('leaves out or refuses a body that it cannot read', async () => {
    const server = new MemoryServer({ unreadable: ({ uid }) => (uid === 2 ? 'omitted' : null) });
    for (const body of ['a', 'b', 'c']) server.deliver('INBOX', { body });
    const session = await lease(server.store());
    const open = await session.open('INBOX', 'examine', quiet);
    const started: number[] = [];
    const sink = {
      start: (uid: number) => void started.push(uid),
      chunk: () => undefined,
      end: () => undefined,
    };
    await open.bodies(UidSet.range(1, 3), sink, quiet);
    expect(started).toEqual([1, 3]);
    server.configure({ unreadable: ({ uid }) => (uid === 2 ? 'refused' : null) });
    const unreadable = { code: 'MESSAGE_UNREADABLE', scope: 'message', at: { mailbox: 'INBOX', uid: 2 } };
    await expect(open.bodies(UidSet.range(1, 3), sink, quiet)).rejects.toMatchObject(unreadable);
    expect(started).toEqual([1, 3, 1]);
    expect(await open.metadata(UidSet.of(2), quiet)).toHaveLength(1);
  });

  it('becomes another kind of server while it runs', async () => {
    const server = new MemoryServer();
    const store = server.store();
    expect((await store.connect(quiet)).features).toMatchObject({ condstore: true, qresync: true });
    server.configure({ features: { condstore: false } });
    const session = await lease(store);
    expect(session.facts.features).toMatchObject({ condstore: false, qresync: false, uidplus: true });
    expect((await session.status('INBOX', quiet)).highestModseq).toBeNull();
    const open = await session.open('INBOX', 'examine', quiet);
    const query = { within: UidSet.of(1), changedSince: 1n };
    await expect(open.flags(query, quiet)).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
  });

  it('has one account for all its clients', async () => {
    const server = new MemoryServer();
    const [writer, reader] = [await lease(server.store()), await lease(server.store())];
    const open = await reader.open('INBOX', 'examine', quiet);
    await append(writer, 'INBOX', [{ body: bodyOf('one') }]);
    expect((await open.uids(quiet)).toString()).toBe('1');
  });

  it('takes so many connections and no more', async () => {
    const server = new MemoryServer({ connectionLimit: 1 });
    const [store, other] = [server.store(), server.store()];
    const session = await lease(store);
    await expect(lease(other)).rejects.toMatchObject({
      code: 'SERVER_BUSY',
      scope: 'account',
      retry: 'later',
    });
    await session.list(quiet);
    session.release();
    await store.close();
    await (await lease(other)).list(quiet);
  });

  it('answers commands of one session one after the other', async () => {
    const server = new MemoryServer();
    const session = await lease(server.store());
    await Promise.all([
      session.create('a', null, quiet),
      session.list(quiet),
      session.create('b', null, quiet),
    ]);
    expect(server.operations.map(({ kind }) => kind)).toEqual(['login', 'create', 'list', 'create']);
  });
});
