import { describe, expect, it } from 'vitest';
import { internalDateEpoch } from '../../../src/model/message.js';
import { append, countSeen, fill, letters } from './collect.js';
import { DATE, digests, mail, mailOfSize } from './mail.js';
import { type OnStage, quiet, type Stage, withSession } from './stage.js';

const takesMany = ({ fixture }: Stage): boolean => fixture.expected.features.multiAppend !== 'none';
const isAtomic = ({ fixture }: Stage): boolean => fixture.expected.features.multiAppend === 'atomic';

/** append of several messages (MULTIAPPEND, RFC 3502). */
export function describeAppendingMany(onStage: OnStage): void {
  describe('append of many', () => {
    it('stores them in their order, UIDs ascending', async ({ skip }) => {
      if (!takesMany(onStage())) return skip('one message an APPEND here');
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('before')]);
      const messages = [4096, 300, 100_000, 4097, 300].map((size, index) => ({
        body: mailOfSize(size),
        flags: index % 2 === 0 ? ['\\Seen'] : ['Work'],
        internalDate: ` ${index + 1}-Jan-2001 00:00:00 +0000`,
      }));
      const { assigned } = await withSession((session) => append(session, name, messages));
      const seen = await peer.look(name);
      const stored = seen.messages.slice(1);
      expect(digests(stored)).toEqual(digests(messages));
      expect(stored.map(({ flags }) => flags.filter((flag) => flag !== '\\Recent'))).toEqual(
        messages.map(({ flags }) => flags),
      );
      expect(stored.map((message) => internalDateEpoch(message.internalDate))).toEqual(
        messages.map((message) => internalDateEpoch(message.internalDate)),
      );
      // A server may tell although it does not offer to.
      if (fixture.expected.features.uidplus === false && assigned === null) return;
      expect(assigned).toEqual({ uidValidity: seen.uidValidity, uids: stored.map(({ uid }) => uid) });
    });

    it('stores none before they are committed', async ({ skip }) => {
      if (!isAtomic(onStage())) return skip('not all or nothing here');
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      await withSession(async (session) => {
        const stream = session.append(name, quiet);
        await fill(stream, letters(20));
        expect(await countSeen(onStage(), name)).toBe(0);
        await stream.commit();
      });
      expect(digests((await peer.look(name)).messages)).toEqual(digests(letters(20)));
    });

    it('stores none when the connection is cut in the middle', async ({ skip }) => {
      if (!isAtomic(onStage())) return skip('not all or nothing here');
      const { fixture, mailbox, withStore } = onStage();
      const name = await mailbox();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const stream = session.append(name, quiet);
        await fill(stream, letters(20));
        const body = mailOfSize(50_000);
        await stream.begin({ flags: [], internalDate: DATE, sizeBytes: body.length });
        await stream.write(body.subarray(0, 20_000));
        await fixture.cut();
        await expect(fill(stream, [{ body }])).rejects.toThrow();
        await expect(stream.commit()).rejects.toThrow();
        session.release();
        expect(await withSession(store, (next) => next.status(name, quiet))).toMatchObject({ messages: 0 });
      });
      expect(await countSeen(onStage(), name)).toBe(0);
    });

    it('stores none when one is refused, and goes on', async ({ skip }) => {
      if (!isAtomic(onStage())) return skip('not all or nothing here');
      const { fixture, mailbox, peer, withSession } = onStage();
      // No octets at all cancel the whole APPEND (RFC 3502, section 6.3.11).
      const { refusedBody = Buffer.alloc(0) } = fixture.expected;
      const name = await mailbox();
      await withSession(async (session) => {
        const [first = { body: refusedBody }, last = first] = letters(2);
        const refused = append(session, name, [first, { body: refusedBody }, last]);
        await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED', scope: 'message' });
        expect(await countSeen(onStage(), name)).toBe(0);
        await append(session, name, [first, last]);
      });
      expect((await peer.look(name)).messages).toHaveLength(2);
    });

    it('stores none when it is abandoned', async ({ skip }) => {
      if (!isAtomic(onStage())) return skip('not all or nothing here');
      const { mailbox, withStore } = onStage();
      const name = await mailbox();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const stream = session.append(name, quiet);
        await fill(stream, letters(3));
        stream.abandon();
        session.release();
        expect(await withSession(store, (next) => next.status(name, quiet))).toMatchObject({ messages: 0 });
      });
      expect(await countSeen(onStage(), name)).toBe(0);
    });
  });
}
