import { describe, expect, it } from 'vitest';
import { internalDateEpoch, type MessageHeaders } from '../../../src/model/message.js';
import { UidSet } from '../../../src/model/uid-set.js';
import { DATE, mail } from './mail.js';
import { type OnStage, quiet, type Stage } from './stage.js';

/** So many single UIDs that they do not fit one command line. */
const SCATTERED = UidSet.from(Array.from({ length: 4000 }, (_, index) => index * 2 + 1));

async function withHoles({
  mailbox,
  peer,
}: Stage): Promise<{ name: string; kept: number[]; gone: number[] }> {
  const name = await mailbox(Array.from({ length: 6 }, (_, index) => mail(`hole-${index}`)));
  const all = (await peer.look(name)).messages.map(({ uid }) => uid);
  const gone = all.filter((_, index) => index % 3 === 1);
  await peer.expunge(name, gone);
  return { name, kept: all.filter((uid) => !gone.includes(uid)), gone };
}

/** existing, uids, metadata, headers. */
export function describeReading(onStage: OnStage): void {
  describe('uids and existing', () => {
    it('name what is there', async () => {
      const { name, kept, gone } = await withHoles(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        expect([...(await open.uids(quiet)).uids()]).toEqual(kept);
        expect((await open.existing(UidSet.range(1, 1000), quiet)).equals(UidSet.from(kept))).toBe(true);
        expect((await open.existing(UidSet.from(gone), quiet)).isEmpty).toBe(true);
        expect([...(await open.existing(UidSet.of(kept[1] ?? 0, gone[0] ?? 0), quiet)).uids()]).toEqual([
          kept[1],
        ]);
      });
    });

    it('are empty in an empty mailbox', async () => {
      const { mailbox, withSession } = onStage();
      const name = await mailbox();
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        expect((await open.uids(quiet)).isEmpty).toBe(true);
        expect((await open.existing(UidSet.range(1, 10), quiet)).isEmpty).toBe(true);
        expect(await open.metadata(UidSet.range(1, 10), quiet)).toEqual([]);
      });
    });

    it('take sets of any length', async () => {
      const { name, kept } = await withHoles(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const expected = kept.filter((uid) => uid % 2 === 1);
        expect([...(await open.existing(SCATTERED, quiet)).uids()]).toEqual(expected);
        expect((await open.metadata(SCATTERED, quiet)).map(({ uid }) => uid)).toEqual(expected);
        const { rows } = await open.flags({ within: SCATTERED }, quiet);
        expect([...rows.uids()]).toEqual(expected);
      });
    });
  });

  describe('metadata', () => {
    it('is ascending and leaves out what is not there', async () => {
      const { name, kept } = await withHoles(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const rows = await open.metadata(UidSet.range(1, 1000), quiet);
        expect(rows.map(({ uid }) => uid)).toEqual(kept);
      });
    });

    it('tells flags without \\Recent, size and the very text of the internal date', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      await peer.append(name, [mail('dated')], { flags: ['\\Seen', 'Work'], internalDate: DATE });
      await peer.append(name, [mail('plain')], { internalDate: '29-Feb-2024 00:00:00 +0530' });
      const seen = (await peer.look(name)).messages;
      await withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        const rows = await open.metadata(UidSet.range(1, 1000), quiet);
        expect(rows.map((row) => [...row.flags].sort())).toEqual([['Work', '\\Seen'], []]);
        expect(rows.map(({ internalDate }) => internalDate)).toEqual(
          seen.map((message) => message.internalDate),
        );
        expect(rows.map(({ sizeBytes }) => sizeBytes)).toEqual(seen.map(({ body }) => body.length));
        const [first] = rows;
        expect(internalDateEpoch(first?.internalDate ?? '')).toBe(internalDateEpoch(DATE));
        if (fixture.expected.keepsZone) expect(first?.internalDate).toBe(DATE);
      });
    });
  });

  describe('headers', () => {
    it('hand over the octets of the fields asked for, folded lines and all', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      const folded = 'Subject: a long\r\n subject';
      const from = 'From: Ann <ann@example.net>';
      const body = Buffer.from(
        `${from}\r\nTo: bob@example.net\r\n${folded}\r\n\r\nSubject: not a header\r\n`,
      );
      const uids = await peer.append(name, [
        body,
        mail('two'),
        Buffer.from('To: x@example.net\r\n\r\ntext\r\n'),
      ]);
      const rows = new Map<number, MessageHeaders>();
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const wanted = ['SUBJECT', 'from', 'X-None'];
        await open.headers(UidSet.range(1, 1000), wanted, (row) => rows.set(row.uid, row), quiet);
      });
      expect([...rows.keys()].sort((left, right) => left - right)).toEqual(uids);
      const [first, second, third] = uids.map((uid) => rows.get(uid));
      const text = first?.header.toString('latin1') ?? '';
      expect(text).toContain(`${from}\r\n`);
      expect(text).toContain(`${folded}\r\n`);
      expect(text).toHaveLength(`${from}\r\n${folded}\r\n\r\n`.length);
      expect(second?.header.toString('latin1')).toContain('Subject: two\r\n');
      expect(third?.header.toString('latin1').trim()).toBe('');
      expect(first).toMatchObject({ flags: [], sizeBytes: body.length });
    });

    it('leave out what is not there', async () => {
      const { name, kept } = await withHoles(onStage());
      const seen: number[] = [];
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        await open.headers(UidSet.range(1, 1000), ['Subject'], ({ uid }) => void seen.push(uid), quiet);
      });
      expect(seen.sort((left, right) => left - right)).toEqual(kept);
    });
  });
}
