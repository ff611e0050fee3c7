import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import { MemoryServer, type MemoryServerOptions } from '../../../../src/store/memory.js';
import { DATE, lease, quiet } from './client.js';

/** INBOX with UIDs 2, 5 and 9, and an empty mailbox; INBOX is open. */
async function stage(options: MemoryServerOptions = {}) {
  const server = new MemoryServer(options);
  server.createMailbox('To');
  for (const uid of [2, 5, 9]) {
    server.deliver('INBOX', {
      uid,
      body: `body of ${uid}`,
      flags: ['\\Seen', `K${uid}`],
      internalDate: DATE,
    });
  }
  const session = await lease(server.store());
  return { server, session, open: await session.open('INBOX', 'select', quiet) };
}

describe('COPY at the in-memory server', () => {
  it('gives new UIDs in ascending order of the old ones, and takes flags and dates along', async () => {
    const { server, open } = await stage();
    const { assigned } = await open.copyTo(UidSet.of(9, 2, 3), 'To', quiet);
    const { INBOX: inbox, To: to } = server.snapshot().mailboxes;
    expect(assigned).toEqual({ uidValidity: to?.uidValidity, from: [2, 9], to: [1, 2] });
    const [first, , last] = inbox?.messages ?? [];
    expect(to?.messages).toEqual([
      { ...first, uid: 1, recent: true },
      { ...last, uid: 2, recent: true },
    ]);
    expect(inbox?.messages).toHaveLength(3);
  });

  it('tells no UIDs without UIDPLUS, nor when there was nothing to copy', async () => {
    const without = await stage({ features: { uidplus: false } });
    expect(await without.open.copyTo(UidSet.of(2), 'To', quiet)).toEqual({ assigned: null });
    const { server, open } = await stage();
    expect(await open.copyTo(UidSet.of(3), 'To', quiet)).toEqual({ assigned: null });
    expect(server.snapshot().mailboxes['To']?.messages).toEqual([]);
  });

  it('stores nothing of what is too much, or goes nowhere', async () => {
    const { server, open } = await stage({ quotaBytes: 45 });
    const overQuota = open.copyTo(UidSet.range(1, 9), 'To', quiet);
    await expect(overQuota).rejects.toMatchObject({ code: 'OVER_QUOTA', scope: 'account' });
    const nowhere = open.copyTo(UidSet.of(2), 'Nowhere', quiet);
    await expect(nowhere).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', responseCode: 'TRYCREATE' });
    expect(server.snapshot().mailboxes['To']?.messages).toEqual([]);
    await open.copyTo(UidSet.of(2, 5), 'To', quiet);
  });

  it('finds the message that is there where the server keeps one of each', async () => {
    const { open } = await stage({ dedupes: true });
    await open.copyTo(UidSet.of(5), 'To', quiet);
    const { assigned } = await open.copyTo(UidSet.of(2, 5), 'To', quiet);
    expect(assigned?.to).toEqual([2, 1]);
  });
});

describe('EMAILID at the in-memory server', () => {
  it('is the same for equal octets and survives COPY', async () => {
    const { server, session, open } = await stage();
    await open.copyTo(UidSet.of(5), 'To', quiet);
    server.deliver('To', { body: 'body of 2' });
    server.deliver('To', { body: 'another body' });
    const ids = await open.emailIds(UidSet.range(1, 9), quiet);
    const to = await session.open('To', 'examine', quiet);
    const copies = await to.emailIds(UidSet.range(1, 9), quiet);
    expect([copies.get(1), copies.get(2)]).toEqual([ids.get(5), ids.get(2)]);
    expect([...ids.values()]).not.toContain(copies.get(3));
    const found = await to.withEmailIds([...ids.values()], quiet);
    expect([...found].map(([id, uids]) => [id, uids.toString()])).toEqual([
      [ids.get(5), '1'],
      [ids.get(2), '2'],
    ]);
  });

  it('is refused where it is not offered', async () => {
    const { open } = await stage({ features: { emailId: false } });
    await expect(open.emailIds(UidSet.of(2), quiet)).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
    await expect(open.withEmailIds(['M'], quiet)).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
  });
});
