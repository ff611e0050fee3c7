import { describe, expect, it } from 'vitest';
import { internalDateEpoch } from '../../../src/model/message.js';
import { UidSet } from '../../../src/model/uid-set.js';
import type { AppendResult, MailSession } from '../../../src/store/mail-store.js';
import { append, countSeen, fill, letters } from './collect.js';
import { DATE, digest, digests, mail, mailOfSize } from './mail.js';
import { type OnStage, quiet, withSession } from './stage.js';

/** append. */
export function describeAppending(onStage: OnStage): void {
  describe('append', () => {
    it('stores a message with its flags, keywords and date and tells its UID', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('before')]);
      const body = mail('new');
      const flags = ['\\Seen', '\\Flagged', '$Forwarded', 'Work'];
      const result = await withSession((session) =>
        append(session, name, [{ body, flags, internalDate: DATE }]),
      );
      const { uidValidity, messages } = await peer.look(name);
      const [, stored] = messages;
      expect(stored?.body.equals(body)).toBe(true);
      expect(stored?.flags.filter((flag) => flag !== '\\Recent')).toEqual([...flags].sort());
      expect(internalDateEpoch(stored?.internalDate ?? '')).toBe(internalDateEpoch(DATE));
      if (fixture.expected.keepsZone) expect(stored?.internalDate).toBe(DATE);
      // A server may tell although it does not offer to.
      if (fixture.expected.features.uidplus === false && result.assigned === null) return;
      expect(result.assigned).toEqual({ uidValidity, uids: [stored?.uid] });
    });

    it('takes octets in pieces of any size', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      const body = mailOfSize(5000);
      await withSession(async (session) => {
        for (const chunkBytes of [1, 4096, 4097, 100_000])
          await append(session, name, [{ body }], chunkBytes);
      });
      expect(digests((await peer.look(name)).messages)).toEqual(Array(4).fill(digest(body)));
    });

    it('takes bodies of all sizes', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      const bodies = fixture.expected.bodySizes.filter((size) => size > 0).map(mailOfSize);
      await withSession(async (session) => {
        for (const body of bodies) await append(session, name, [{ body }], 65_536);
      });
      expect(digests((await peer.look(name)).messages)).toEqual(bodies.map(digest));
    });

    it('may begin before the one before is answered', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      const bodies = [300, 5000, 4096, 70_000, 4097, 300].map(mailOfSize);
      const results = await withSession((session) => appendAhead(session, name, bodies));
      const { messages } = await peer.look(name);
      expect(digests(messages)).toEqual(bodies.map(digest));
      expect(results.map(({ status }) => status)).toEqual(bodies.map(() => 'fulfilled'));
      const told = results.map((result) =>
        result.status === 'fulfilled' ? result.value.assigned?.uids : [],
      );
      if (told.some((uids) => uids)) expect(told).toEqual(messages.map(({ uid }) => [uid]));
    });

    it('that is refused takes nothing from those sent before and after it', async ({ skip }) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const { refusedBody } = fixture.expected;
      if (!refusedBody) return skip('nothing is refused here');
      const name = await mailbox();
      const [first, last] = [mailOfSize(5000), mailOfSize(6000)];
      const results = await withSession((session) => appendAhead(session, name, [first, refusedBody, last]));
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(digests((await peer.look(name)).messages)).toEqual([first, last].map(digest));
    });

    it('stores nothing before it is committed', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      const body = mailOfSize(4096);
      await withSession(async (session) => {
        const stream = session.append(name, quiet);
        await fill(stream, [{ body }]);
        expect(await countSeen(onStage(), name)).toBe(0);
        await stream.commit();
      });
      expect(digests((await peer.look(name)).messages)).toEqual([digest(body)]);
    });

    it('stores nothing when it is abandoned, and its session is dead', async () => {
      const { mailbox, withStore } = onStage();
      const name = await mailbox();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const stream = session.append(name, quiet);
        await fill(stream, letters(1));
        stream.abandon();
        await expect(session.status(name, quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        session.release();
        expect(await withSession(store, (next) => next.status(name, quiet))).toMatchObject({ messages: 0 });
        expect(await countSeen(onStage(), name)).toBe(0);
      });
    });

    it('stores nothing when the connection is cut before it is committed', async () => {
      const { fixture, mailbox, withStore } = onStage();
      const name = await mailbox();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const stream = session.append(name, quiet);
        await fill(stream, letters(1));
        await fixture.cut();
        await expect(stream.commit()).rejects.toMatchObject({ code: 'CONNECTION_LOST', scope: 'account' });
        session.release();
        expect(await countSeen(onStage(), name)).toBe(0);
        const result = await withSession(store, (next) => append(next, name, letters(1)));
        expect(result.assigned?.uids.length ?? 1).toBe(1);
      });
      expect(await countSeen(onStage(), name)).toBe(1);
    });

    it('rejects with CONNECTION_LOST when only the answer is lost, though the message is stored', async () => {
      const { fixture, mailbox, withStore } = onStage();
      const name = await mailbox();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        fixture.loseNextAppendAnswer();
        const lost = { code: 'CONNECTION_LOST', scope: 'account', retry: 'now' };
        await expect(append(session, name, letters(1))).rejects.toMatchObject(lost);
        session.release();
        expect(await withSession(store, (next) => next.status(name, quiet))).toMatchObject({ messages: 1 });
      });
      expect(await countSeen(onStage(), name)).toBe(1);
    });

    it('stores nothing when the signal aborts', async () => {
      const { mailbox, withStore } = onStage();
      const name = await mailbox();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const controller = new AbortController();
        const stream = session.append(name, controller.signal);
        await fill(stream, letters(1));
        controller.abort(new Error('enough'));
        await expect(stream.commit()).rejects.toThrow();
        session.release();
        expect(await withSession(store, (next) => next.status(name, quiet))).toMatchObject({ messages: 0 });
      });
      expect(await countSeen(onStage(), name)).toBe(0);
    });

    it('refuses a mailbox that is not there and goes on', async () => {
      const { freshName, mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      await withSession(async (session) => {
        const refused = append(session, freshName(), letters(1));
        await expect(refused).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
        await append(session, name, letters(1));
      });
      expect((await peer.look(name)).messages).toHaveLength(1);
    });

    it('leaves a session that works, or none, when the refusal comes before the commit', async () => {
      const { freshName, mailbox, withStore } = onStage();
      const name = await mailbox([mail('one')]);
      const unavailable = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' };
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const stream = session.append(freshName(), quiet);
        const filled = fill(stream, letters(1)).then(
          () => null,
          (error: unknown) => error,
        );
        // Time for the answer to arrive.
        expect(await countSeen(onStage(), name)).toBe(1);
        const early = await filled;
        if (early !== null) expect(early).toMatchObject(unavailable);
        await expect(stream.commit()).rejects.toMatchObject(unavailable);
        session.release();
        for (let lease = 0; lease < 2; lease++) {
          const status = await withSession(store, (next) => next.status(name, quiet));
          expect(status.messages).toBe(1);
        }
      }, 1);
    });

    it('refuses a message that the server refuses and goes on', async ({ skip }) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const { refusedBody } = fixture.expected;
      if (!refusedBody) return skip('the server takes anything');
      const name = await mailbox();
      await withSession(async (session) => {
        const refused = append(session, name, [{ body: refusedBody }]);
        await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED', scope: 'message' });
        await append(session, name, letters(1));
      });
      expect(digests((await peer.look(name)).messages)).toEqual([digest(mail('letter-0'))]);
    });

    it('refuses a message without octets and goes on', async ({ skip }) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      if (fixture.expected.takesEmpty) return skip('this server takes such');
      const name = await mailbox();
      await withSession(async (session) => {
        const refused = append(session, name, [{ body: Buffer.alloc(0) }]);
        await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_REJECTED', scope: 'message' });
        await append(session, name, letters(1));
      });
      expect((await peer.look(name)).messages).toHaveLength(1);
    });

    it('refuses a message larger than the limit told and goes on', async ({ skip }) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const limit = fixture.expected.features.appendLimitBytes ?? Number.POSITIVE_INFINITY;
      if (limit > 32 * 1024 * 1024) return skip('no limit that a test can reach');
      const name = await mailbox();
      await withSession(async (session) => {
        const refused = append(session, name, [{ body: mailOfSize(limit + 1) }], 65_536);
        await expect(refused).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE', scope: 'message' });
        await append(session, name, letters(1));
      });
      expect((await peer.look(name)).messages).toHaveLength(1);
    });

    it('leaves the mailbox that is open in its session open', async () => {
      const { mailbox, peer, withSession } = onStage();
      const [opened, other] = [await mailbox([mail('one')]), await mailbox()];
      await withSession(async (session) => {
        const open = await session.open(opened, 'select', quiet);
        await append(session, other, letters(1));
        await append(session, opened, letters(1));
        const [first] = (await peer.look(opened)).messages;
        expect((await open.existing(UidSet.of(first?.uid ?? 0), quiet)).size).toBe(1);
        // Whether it shows there without a fresh SELECT is up to the server.
        expect((await session.open(opened, 'select', quiet)).snapshot.messages).toBe(2);
      });
    });
  });
}

/** Sends an APPEND each without waiting for the answers. */
async function appendAhead(
  session: MailSession,
  name: string,
  bodies: readonly Buffer[],
): Promise<PromiseSettledResult<AppendResult>[]> {
  const answers: Promise<AppendResult>[] = [];
  for (const body of bodies) {
    const stream = session.append(name, quiet);
    const answer = await fill(stream, [{ body }]).then(
      () => ({ commit: stream.commit() }),
      (error: unknown) => ({ commit: Promise.reject(error) }),
    );
    answer.commit.catch(() => undefined);
    answers.push(answer.commit);
  }
  return await Promise.allSettled(answers);
}
