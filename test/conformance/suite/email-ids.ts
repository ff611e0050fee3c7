import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import { mail } from './mail.js';
import { type OnStage, quiet } from './stage.js';

/** emailIds, withEmailIds. */
export function describeEmailIds(onStage: OnStage): void {
  describe('EMAILID', () => {
    it('is the same for copies and another one for other octets', async ({ skip }) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      if (!fixture.expected.features.emailId) return skip('not offered');
      const [from, to] = [await mailbox([mail('one'), mail('two')]), await mailbox([mail('own')])];
      const [one = 0, two = 0] = (await peer.look(from)).messages.map(({ uid }) => uid);
      await withSession(async (session) => {
        const source = await session.open(from, 'examine', quiet);
        const ids = await source.emailIds(UidSet.of(one, two, 99_999), quiet);
        expect([...ids.keys()].sort()).toEqual([one, two]);
        expect(ids.get(one)).not.toBe(ids.get(two));
        await source.copyTo(UidSet.of(two), to, quiet);
        const target = await session.open(to, 'examine', quiet);
        const [, copy] = await target.metadata(await target.uids(quiet), quiet);
        expect((await target.emailIds(await target.uids(quiet), quiet)).get(copy?.uid ?? 0)).toBe(
          ids.get(two),
        );
      });
    });

    it('finds the messages that have it', async ({ skip }) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      if (!fixture.expected.features.emailId) return skip('not offered');
      const bodies = Array.from({ length: 60 }, (_, index) => mail(`found-${index}`));
      const name = await mailbox(bodies);
      const uids = (await peer.look(name)).messages.map(({ uid }) => uid);
      await withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        await open.copyTo(UidSet.of(uids[3] ?? 0), name, quiet);
        const ids = await open.emailIds(await open.uids(quiet), quiet);
        const [, other = '', , twice = ''] = uids.map((uid) => ids.get(uid) ?? '');
        const some = await open.withEmailIds(['Mnobody', twice, other, 'no id', '(', twice], quiet);
        expect([...some.keys()].sort()).toEqual([twice, other].sort());
        expect(some.get(other)?.toString()).toBe(`${uids[1]}`);
        expect([...(some.get(twice)?.uids() ?? [])]).toEqual([uids[3], (uids.at(-1) ?? 0) + 1]);
        const all = await open.withEmailIds([...ids.values()], quiet);
        expect([...all.values()].reduce((sum, { size }) => sum + size, 0)).toBe(61);
        expect((await open.withEmailIds(['Mnobody'], quiet)).size).toBe(0);
        expect((await open.withEmailIds([], quiet)).size).toBe(0);
      });
    });

    it('is refused where it is not offered', async ({ skip }) => {
      const { fixture, mailbox, withSession } = onStage();
      if (fixture.expected.features.emailId) return skip('it is offered');
      const name = await mailbox([mail('one')]);
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const refused = { code: 'COMMAND_REFUSED', scope: 'mailbox' };
        await expect(open.emailIds(UidSet.of(1), quiet)).rejects.toMatchObject(refused);
        await expect(open.withEmailIds(['M1'], quiet)).rejects.toMatchObject(refused);
      });
    });
  });
}
