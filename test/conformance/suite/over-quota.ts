import { describe, expect, it } from 'vitest';
import { append } from './collect.js';
import type { StoreFixture } from './fixture.js';
import { digests, mail, mailOfSize } from './mail.js';
import { quiet, useStage } from './stage.js';

/** An account that has room for 50,000 octets and not for 150,000. */
export function describeOverQuota(name: string, makeFixture: () => Promise<StoreFixture>): void {
  describe(name, () => {
    const onStage = useStage(makeFixture);
    const overQuota = { code: 'OVER_QUOTA', scope: 'account' };

    it('refuses what is too much and takes what is not', async () => {
      const { mailbox, peer, withSession } = onStage();
      const box = await mailbox();
      await withSession(async (session) => {
        const refused = append(session, box, [{ body: mailOfSize(150_000) }]);
        await expect(refused).rejects.toMatchObject(overQuota);
        await append(session, box, [{ body: mail('small') }]);
      });
      expect(digests((await peer.look(box)).messages)).toEqual(digests([{ body: mail('small') }]));
    });

    it('copies what there is room for, and none of several when there is not', async () => {
      const { mailbox, peer, withSession } = onStage();
      const [from, to] = [await mailbox([mailOfSize(20_000), mailOfSize(30_000)]), await mailbox()];
      await withSession(async (session) => {
        const open = await session.open(from, 'select', quiet);
        const uids = await open.uids(quiet);
        const [first] = uids.splitAt(1);
        await open.copyTo(first, to, quiet);
        await expect(open.copyTo(uids, to, quiet)).rejects.toMatchObject(overQuota);
        expect((await peer.look(to)).messages).toHaveLength(1);
        await open.expunge(uids, quiet);
      });
    });

    it('stores none of many when the last is too much', async () => {
      const { mailbox, peer, withSession } = onStage();
      const box = await mailbox();
      await withSession(async (session) => {
        const messages = [{ body: mail('first') }, { body: mailOfSize(150_000) }];
        await expect(append(session, box, messages)).rejects.toMatchObject(overQuota);
        await append(session, box, [{ body: mail('small') }]);
      });
      expect((await peer.look(box)).messages).toHaveLength(1);
    });
  });
}
