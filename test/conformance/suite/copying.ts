import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import type { PeerMessage } from './fixture.js';
import { digest, mail } from './mail.js';
import { type OnStage, quiet, type Stage } from './stage.js';

interface Stored {
  readonly from: string;
  readonly to: string;
  readonly uids: readonly number[];
}

/** Five messages that differ in flags and dates, and a mailbox with one of its own. */
async function two({ mailbox, peer }: Stage): Promise<Stored> {
  const [from, to] = [await mailbox(), await mailbox([mail('own')])];
  const flags = [['\\Seen'], [], ['\\Flagged', 'Work'], ['\\Deleted', '$Forwarded'], ['\\Answered']];
  const uids: number[] = [];
  for (const [at, own] of flags.entries()) {
    const internalDate = ` ${at + 1}-Feb-1994 21:52:25 -0800`;
    uids.push(...(await peer.append(from, [mail(`copied-${at}`)], { flags: own, internalDate })));
  }
  return { from, to, uids };
}

/** All of a message but its number. */
function facts({ flags, internalDate, body }: PeerMessage): unknown {
  return { flags: flags.filter((flag) => flag !== '\\Recent'), internalDate, body: digest(body) };
}

/** copyTo. */
export function describeCopying(onStage: OnStage): void {
  describe('copyTo', () => {
    it('copies in ascending order, with flags and dates, and tells which became which', async () => {
      const { fixture, peer, withSession } = onStage();
      const { from, to, uids } = await two(onStage());
      const [first = 0, , third = 0, fourth = 0] = uids;
      const before = await peer.look(from);
      const { assigned } = await withSession(async (session) => {
        const open = await session.open(from, 'select', quiet);
        return await open.copyTo(UidSet.of(fourth, first, third, 99_999), to, quiet);
      });
      const { uidValidity, messages } = await peer.look(to);
      const copied = before.messages.filter(({ uid }) => [first, third, fourth].includes(uid));
      expect(messages.slice(1).map(facts)).toEqual(copied.map(facts));
      expect((await peer.look(from)).messages.map(facts)).toEqual(before.messages.map(facts));
      // A server may tell although it does not offer to.
      if (fixture.expected.features.uidplus === false && assigned === null) return;
      const made = messages.slice(1).map(({ uid }) => uid);
      expect(assigned).toEqual({ uidValidity, from: [first, third, fourth], to: made });
    });

    it('copies out of a mailbox opened by EXAMINE, and into the very same one', async () => {
      const { peer, withSession } = onStage();
      const { from, to, uids } = await two(onStage());
      const first = UidSet.of(uids[0] ?? 0);
      await withSession(async (session) => {
        const examined = await session.open(from, 'examine', quiet);
        await examined.copyTo(first, to, quiet);
        const selected = await session.open(from, 'select', quiet);
        await selected.copyTo(first, from, quiet);
      });
      const { messages } = await peer.look(from);
      const original = messages.slice(0, 1).map(facts);
      expect(messages.slice(5).map(facts)).toEqual(original);
      expect((await peer.look(to)).messages.slice(1).map(facts)).toEqual(original);
    });

    it('is silent about messages that are not there', async () => {
      const { peer, withSession } = onStage();
      const { from, to } = await two(onStage());
      await withSession(async (session) => {
        const open = await session.open(from, 'examine', quiet);
        expect(await open.copyTo(UidSet.of(99_998, 99_999), to, quiet)).toEqual({ assigned: null });
      });
      expect((await peer.look(to)).messages).toHaveLength(1);
    });

    it('copies each message once when the set takes more than one command', async () => {
      const { peer, withSession } = onStage();
      const { from, to, uids } = await two(onStage());
      const sparse = UidSet.from(Array.from({ length: 1500 }, (_, index) => 100_001 + 2 * index));
      const { assigned } = await withSession(async (session) => {
        const open = await session.open(from, 'examine', quiet);
        return await open.copyTo(UidSet.from(uids).union(sparse), to, quiet);
      });
      const { messages } = await peer.look(to);
      expect(messages).toHaveLength(6);
      if (assigned) expect(assigned.from).toEqual(uids);
    });

    it('is refused when there is no such mailbox, and goes on', async () => {
      const { freshName, peer, withSession } = onStage();
      const { from, to, uids } = await two(onStage());
      await withSession(async (session) => {
        const open = await session.open(from, 'select', quiet);
        const copied = open.copyTo(UidSet.from(uids), freshName(), quiet);
        await expect(copied).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
        await open.copyTo(UidSet.from(uids), to, quiet);
      });
      expect((await peer.look(to)).messages).toHaveLength(6);
    });
  });
}
