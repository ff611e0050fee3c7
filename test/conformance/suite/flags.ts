import { describe, expect, it } from 'vitest';
import type { FlagTable } from '../../../src/model/flags.js';
import { UidSet } from '../../../src/model/uid-set.js';
import { mail } from './mail.js';
import { type OnStage, quiet, type Stage } from './stage.js';

async function flagged(stage: Stage): Promise<{ name: string; uids: number[] }> {
  const { mailbox, peer } = stage;
  const name = await mailbox(Array.from({ length: 5 }, (_, index) => mail(`flags-${index}`)));
  const uids = (await peer.look(name)).messages.map(({ uid }) => uid);
  await peer.storeFlags(name, uids.slice(0, 3), '+', ['\\Seen']);
  await peer.storeFlags(name, uids.slice(2, 4), '+', ['\\Flagged', 'Work']);
  return { name, uids };
}

function plain(table: FlagTable): Record<string, number[]> {
  return Object.fromEntries(table.names().map((flag) => [flag, [...table.uidsOf(flag).uids()]]));
}

/** What another client sees of flags, without \Recent. */
async function seenFlags({ peer }: Stage, name: string): Promise<string[][]> {
  const { messages } = await peer.look(name);
  return messages.map(({ flags }) => flags.filter((flag) => flag !== '\\Recent'));
}

/** flags, storeFlags, expunge. */
export function describeFlags(onStage: OnStage): void {
  describe('flags', () => {
    it('tell all flags of what exists', async () => {
      const { name, uids } = await flagged(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const report = await open.flags({ within: UidSet.range(1, 1000) }, quiet);
        expect([...report.rows.uids()]).toEqual(uids);
        expect(report).toMatchObject({ vanished: null, complete: true });
        const some = uids.slice(2, 4);
        expect(plain(report.flags)).toEqual({ '\\Flagged': some, '\\Seen': uids.slice(0, 3), Work: some });
        const narrow = await open.flags({ within: UidSet.of(uids[1] ?? 0) }, quiet);
        expect(plain(narrow.flags)).toEqual({ '\\Seen': [uids[1]] });
      });
    });

    it('tell only what changed since a mod-sequence, and what vanished', async ({ skip }) => {
      const stage = onStage();
      const { fixture, peer, withSession } = stage;
      if (!fixture.expected.hasModseq) return skip('no mod-sequences here');
      const { name, uids } = await flagged(stage);
      await withSession(async (session) => {
        const before = (await session.open(name, 'examine', quiet)).snapshot;
        const within = UidSet.range(1, uids.at(-1) ?? 0);
        await peer.storeFlags(name, uids.slice(0, 1), '-', ['\\Seen']);
        await peer.storeFlags(name, uids.slice(4), '+', ['\\Answered']);
        await peer.expunge(name, uids.slice(1, 2));
        await peer.append(name, [mail('new')]);
        const open = await session.open(name, 'examine', quiet);
        const changedSince = before.highestModseq ?? 0n;
        const report = await open.flags({ within, changedSince }, quiet);
        expect([...report.rows.uids()]).toEqual([uids[0], uids[4]]);
        expect(plain(report.flags)).toEqual({ '\\Answered': [uids[4]] });
        expect(report.complete).toBe(true);
        expect(report.vanished !== null).toBe(session.facts.features.qresync);
        if (!report.vanished) return;
        expect(report.vanished.has(uids[1] ?? 0)).toBe(true);
        expect(report.vanished.subtract(within).isEmpty).toBe(true);
        expect(report.vanished.intersect(await open.uids(quiet)).isEmpty).toBe(true);
      });
    });

    it('tell nothing when nothing changed since', async ({ skip }) => {
      const { fixture, withSession } = onStage();
      if (!fixture.expected.hasModseq) return skip('no mod-sequences here');
      const { name, uids } = await flagged(onStage());
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const { highestModseq } = open.snapshot;
        const within = UidSet.range(1, uids.at(-1) ?? 0);
        const report = await open.flags({ within, changedSince: highestModseq ?? 0n }, quiet);
        expect(report.rows.isEmpty).toBe(true);
        expect(report.flags.names()).toEqual([]);
      });
    });
  });

  describe('storeFlags', () => {
    it('adds and removes on the messages named, and leaves other flags and messages alone', async () => {
      const { name, uids } = await flagged(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        const [first = 0, second = 0, third = 0, , fifth = 0] = uids;
        await open.storeFlags(UidSet.of(first, fifth), 'add', ['\\Answered', 'Later'], quiet);
        await open.storeFlags(UidSet.of(second, third), 'remove', ['\\Seen', 'Work'], quiet);
      });
      expect(await seenFlags(onStage(), name)).toEqual([
        ['Later', '\\Answered', '\\Seen'],
        [],
        ['\\Flagged'],
        ['Work', '\\Flagged'],
        ['Later', '\\Answered'],
      ]);
    });

    it('is silent about messages that are not there', async () => {
      const { name, uids } = await flagged(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        await open.storeFlags(UidSet.of(99_999), 'add', ['\\Draft'], quiet);
        await open.storeFlags(UidSet.of(uids[4] ?? 0, 99_999), 'add', ['\\Draft'], quiet);
        await open.storeFlags(UidSet.of(uids[4] ?? 0), 'add', ['\\Draft'], quiet);
        await open.storeFlags(UidSet.of(uids[4] ?? 0), 'remove', ['\\Answered'], quiet);
      });
      expect((await seenFlags(onStage(), name)).at(-1)).toEqual(['\\Draft']);
    });

    it('is refused in a mailbox opened by EXAMINE', async () => {
      const { name, uids } = await flagged(onStage());
      const before = await seenFlags(onStage(), name);
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const stored = open.storeFlags(UidSet.from(uids), 'add', ['\\Draft'], quiet);
        await expect(stored).rejects.toMatchObject({ code: 'COMMAND_REFUSED', scope: 'mailbox' });
      });
      expect(await seenFlags(onStage(), name)).toEqual(before);
    });
  });

  describe('expunge', () => {
    it('removes exactly the messages named, whatever else is \\Deleted', async () => {
      const stage = onStage();
      const { name, uids } = await flagged(stage);
      const [first = 0, second = 0, third = 0, fourth = 0, fifth = 0] = uids;
      await stage.peer.storeFlags(name, [first, second], '+', ['\\Deleted']);
      await stage.withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        const removed = open.expunge(UidSet.of(second, fourth, 99_999), quiet);
        if (!session.facts.features.uidplus) {
          await expect(removed).rejects.toMatchObject({ code: 'COMMAND_REFUSED', scope: 'mailbox' });
          return;
        }
        await removed;
        expect([...(await open.uids(quiet)).uids()]).toEqual([first, third, fifth]);
      });
      const { messages } = await stage.peer.look(name);
      const { uidplus } = stage.fixture.expected.features;
      expect(messages.map(({ uid }) => uid)).toEqual(uidplus === false ? uids : [first, third, fifth]);
      expect(messages[0]?.flags).toContain('\\Deleted');
    });

    it('is refused in a mailbox opened by EXAMINE', async () => {
      const { name, uids } = await flagged(onStage());
      await onStage().withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const removed = open.expunge(UidSet.from(uids), quiet);
        await expect(removed).rejects.toMatchObject({ code: 'COMMAND_REFUSED', scope: 'mailbox' });
      });
      expect((await onStage().peer.look(name)).messages).toHaveLength(5);
    });
  });
}
