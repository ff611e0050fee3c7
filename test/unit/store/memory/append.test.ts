import { describe, expect, it } from 'vitest';
import { MemoryServer, type MemoryServerOptions } from '../../../../src/store/memory.js';
import { append, bodyOf, DATE, lease, quiet } from './client.js';

async function client(options: MemoryServerOptions) {
  const server = new MemoryServer(options);
  const session = await lease(server.store());
  return { server, session, messages: () => server.snapshot().mailboxes['INBOX']?.messages ?? [] };
}

const [one, two] = [{ body: bodyOf('one') }, { body: bodyOf('two') }];

describe('APPEND to the in-memory server', () => {
  it('of octets that are there gives the UID that is there, where the server de-duplicates', async () => {
    const { session, messages } = await client({ dedupes: true });
    expect(await append(session, 'INBOX', [one, two])).toEqual([1, 2]);
    expect(await append(session, 'INBOX', [two, { body: bodyOf('three') }, one, one])).toEqual([2, 3, 1, 1]);
    expect(messages()).toHaveLength(3);
  });

  it('tells no UIDs without UIDPLUS', async () => {
    const { session } = await client({ features: { uidplus: false } });
    expect(await append(session, 'INBOX', [one])).toBeNull();
  });

  it('counts all mailboxes against the quota and stores all or nothing', async () => {
    const quotaBytes = 3 * one.body.length;
    const { server, session, messages } = await client({ quotaBytes });
    server.createMailbox('Other');
    await append(session, 'Other', [one]);
    const refused = append(session, 'INBOX', [one, two, one]);
    await expect(refused).rejects.toMatchObject({
      code: 'OVER_QUOTA',
      scope: 'account',
      responseCode: 'OVERQUOTA',
    });
    expect(messages()).toEqual([]);
    await append(session, 'INBOX', [one, two]);
    server.expunge('Other', 1);
    await append(session, 'INBOX', [one]);
    expect(messages()).toHaveLength(3);
  });

  it('refuses what the predicate names, and the rest of that APPEND with it', async () => {
    const refuseMessage = ({ body }: { body: Buffer }) => (body.includes('two') ? '[CANNOT] Not two' : null);
    const { session, messages } = await client({ refuseMessage });
    const refused = append(session, 'INBOX', [one, two]);
    await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED', responseCode: 'CANNOT' });
    expect(messages()).toEqual([]);
  });

  it('leaves behind what came before the refused message, where it is not all or nothing', async () => {
    const refuseMessage = ({ body }: { body: Buffer }) => (body.includes('two') ? 'Not two' : null);
    const { session, messages } = await client({ refuseMessage, multiAppendAtomic: false });
    const refused = append(session, 'INBOX', [one, two, one]);
    await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED', scope: 'message' });
    expect(messages()).toHaveLength(1);
    expect(await append(session, 'INBOX', [one, one])).toEqual([2, 3]);
  });

  it('keeps only the flags that can be kept', async () => {
    const { session, messages } = await client({ permanentFlags: ['\\Seen', '$Junk'] });
    await append(session, 'INBOX', [{ ...one, flags: ['\\seen', '\\Flagged', '$JUNK', 'Work'] }]);
    expect(messages()[0]?.flags).toEqual(['$JUNK', '\\Seen']);
    const open = await session.open('INBOX', 'select', quiet);
    expect(open.snapshot.permanentFlags).toEqual(['\\Seen', '$Junk']);
    await open.storeFlags(await open.uids(quiet), 'add', ['Work'], quiet);
    expect(messages()[0]?.flags).toEqual(['$JUNK', '\\Seen']);
  });

  it('refuses flags that cannot be kept, where the server does', async () => {
    const { session, messages } = await client({ permanentFlags: ['\\Seen'], foreignKeywords: 'refused' });
    const refused = append(session, 'INBOX', [{ ...one, flags: ['\\Seen', 'Work'] }]);
    await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED' });
    await append(session, 'INBOX', [one]);
    const open = await session.open('INBOX', 'select', quiet);
    const stored = open.storeFlags(await open.uids(quiet), 'add', ['Work'], quiet);
    await expect(stored).rejects.toMatchObject({ code: 'COMMAND_REFUSED', scope: 'mailbox' });
    expect(messages()[0]?.flags).toEqual([]);
  });

  it.each(['\\Recent', '\\Important', ''])('refuses the flag "%s", which no client may set', async (flag) => {
    const { session, messages } = await client({});
    const refused = append(session, 'INBOX', [{ ...one, flags: [flag] }]);
    await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED' });
    expect(messages()).toEqual([]);
  });

  it('refuses what is no internal date', async () => {
    const { session } = await client({});
    const refused = append(session, 'INBOX', [{ ...one, internalDate: '2001-01-01T00:00:00Z' }]);
    await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED' });
  });

  it('stores what the server makes of octets and date, and tells another size when it lies', async () => {
    const { server, session, messages } = await client({
      rewriteBody: (body) => Buffer.from(body.toString().replace(/\r?\n/g, '\r\n')),
      rewriteInternalDate: () => ' 8-Feb-1994 05:52:25 +0000',
      reportedSize: () => 7,
    });
    await append(session, 'INBOX', [{ body: Buffer.from('a\nb\r\n') }]);
    expect(server.body('INBOX', 1).toString()).toBe('a\r\nb\r\n');
    expect(messages()[0]?.internalDate).toBe(' 8-Feb-1994 05:52:25 +0000');
    const open = await session.open('INBOX', 'examine', quiet);
    expect((await open.metadata(await open.uids(quiet), quiet))[0]?.sizeBytes).toBe(7);
  });

  it.each([
    ['synchronising', 'begin'],
    ['non-synchronising', 'commit'],
  ] as const)(
    'with %s literals is refused by %s when it is too large or the mailbox is missing',
    async (literals, by) => {
      const { session, messages } = await client({ literals, features: { appendLimitBytes: 10 } });
      for (const [mailbox, code] of [
        ['INBOX', 'MESSAGE_TOO_LARGE'],
        ['Missing', 'MAILBOX_UNAVAILABLE'],
      ] as const) {
        const stream = session.append(mailbox, quiet);
        const begun = (async () => stream.begin({ flags: [], internalDate: DATE, sizeBytes: 11 }))();
        if (by === 'begin') await expect(begun).rejects.toMatchObject({ code });
        else {
          await begun;
          await stream.write(Buffer.alloc(11));
        }
        await expect(stream.commit()).rejects.toMatchObject({ code });
      }
      expect(messages()).toEqual([]);
      expect((await session.status('INBOX', quiet)).messages).toBe(0);
    },
  );

  it('keeps its own copy of the octets', async () => {
    const { server, session } = await client({});
    const body = Buffer.from('abc');
    const stream = session.append('INBOX', quiet);
    await stream.begin({ flags: [], internalDate: DATE, sizeBytes: 3 });
    await stream.write(body);
    body.fill('x');
    await stream.commit();
    expect(server.body('INBOX', 1).toString()).toBe('abc');
  });

  it('tells the caller who breaks its rules', async () => {
    const { server, session } = await client({ features: { multiAppend: 'none' } });
    const message = { flags: [], internalDate: DATE, sizeBytes: 2 };
    const bug = expect.objectContaining({ code: 'INTERNAL' });
    const stream = session.append('INBOX', quiet);
    expect(() => stream.write(Buffer.from('x'))).toThrow(bug);
    await stream.begin(message);
    expect(() => stream.write(Buffer.from('xyz'))).toThrow(bug);
    await stream.write(Buffer.from('x'));
    expect(() => stream.begin(message)).toThrow(bug);
    await expect(stream.commit()).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(session.list(quiet)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(() => session.append('INBOX', quiet)).toThrow(bug);
    await stream.write(Buffer.from('y'));
    expect(() => stream.begin(message)).toThrow(bug);
    await stream.commit();
    expect(() => stream.begin(message)).toThrow(bug);
    await session.list(quiet);
    expect(server.body('INBOX', 1).toString()).toBe('xy');
  });
});
