import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import { bodiesOf } from './collect.js';
import { mail } from './mail.js';
import { type OnStage, quiet } from './stage.js';

/** open. */
export function describeSnapshots(onStage: OnStage): void {
  describe('open', () => {
    it.each(['examine', 'select'] as const)('takes a snapshot by %s', async (mode) => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one'), mail('two'), mail('three')]);
      const { uidValidity, messages } = await peer.look(name);
      await peer.expunge(name, [messages[0]?.uid ?? 0]);
      const uidNext = (messages.at(-1)?.uid ?? 0) + 1;
      await withSession(async (session) => {
        const { snapshot } = await session.open(name, mode, quiet);
        expect(snapshot).toMatchObject({ name, messages: 2, uidValidity, readOnly: mode === 'examine' });
        expect(snapshot.uidNext).toBe(fixture.expected.hasUidNext ? uidNext : null);
        expect(snapshot.highestModseq !== null).toBe(fixture.expected.hasModseq);
        expect(snapshot.mailboxId !== null).toBe(session.facts.features.objectId);
        const { highestModseq, mailboxId } = await session.status(name, quiet);
        expect(snapshot).toMatchObject({ highestModseq, mailboxId });
      });
    });

    it('tells the flags that can be kept, and none when nothing can be', async () => {
      const { mailbox, withSession } = onStage();
      const name = await mailbox();
      await withSession(async (session) => {
        const { permanentFlags } = (await session.open(name, 'select', quiet)).snapshot;
        const known = permanentFlags.map((flag) => flag.toLowerCase());
        expect(known).toEqual(
          expect.arrayContaining(['\\seen', '\\answered', '\\flagged', '\\deleted', '\\draft']),
        );
        expect((await session.open(name, 'examine', quiet)).snapshot.permanentFlags).toEqual([]);
      });
    });

    it('takes a fresh snapshot each time, of the same mailbox too', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one')]);
      await withSession(async (session) => {
        const before = (await session.open(name, 'select', quiet)).snapshot;
        await peer.append(name, [mail('two')]);
        const after = (await session.open(name, 'select', quiet)).snapshot;
        expect([before.messages, after.messages]).toEqual([1, 2]);
        if (!fixture.expected.hasModseq) return;
        expect(after.highestModseq ?? 0n).toBeGreaterThan(before.highestModseq ?? 0n);
      });
    });

    it('makes the mailbox opened before unusable', async () => {
      const { mailbox, withSession } = onStage();
      const [first, second] = [await mailbox([mail('one')]), await mailbox([mail('two'), mail('three')])];
      await withSession(async (session) => {
        const old = await session.open(first, 'select', quiet);
        const now = await session.open(second, 'select', quiet);
        await expect(old.uids(quiet)).rejects.toThrow();
        expect((await now.uids(quiet)).size).toBe(2);
      });
    });

    it('expunges nothing when another mailbox is opened or the session is released', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one'), mail('two')]);
      const [first] = (await peer.look(name)).messages;
      await peer.storeFlags(name, [first?.uid ?? 0], '+', ['\\Deleted']);
      await withSession(async (session) => {
        await session.open(name, 'select', quiet);
        await session.open('INBOX', 'examine', quiet);
        await session.open(name, 'select', quiet);
      });
      expect((await peer.look(name)).messages).toHaveLength(2);
    });

    it('refuses a mailbox that is not there and goes on', async () => {
      const { freshName, mailbox, withSession } = onStage();
      const name = await mailbox([mail('one')]);
      await withSession(async (session) => {
        const opened = session.open(freshName(), 'select', quiet);
        await expect(opened).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
        expect((await session.open(name, 'examine', quiet)).snapshot.messages).toBe(1);
      });
    });

    it('changes nothing by EXAMINE and reading, \\Recent and \\Seen included', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one'), mail('two')]);
      const before = await peer.look(name);
      const uids = UidSet.from(before.messages.map(({ uid }) => uid));
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        await open.uids(quiet);
        await open.flags({ within: uids }, quiet);
        await open.metadata(uids, quiet);
        await open.headers(uids, ['Subject'], () => {}, quiet);
        expect(await bodiesOf(open, uids)).toHaveLength(2);
      });
      expect(await peer.look(name)).toEqual(before);
    });

    it('reads under SELECT without setting \\Seen', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one')]);
      await withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        await open.headers(await open.uids(quiet), ['Subject'], () => {}, quiet);
        expect(await bodiesOf(open, await open.uids(quiet))).toHaveLength(1);
      });
      expect((await peer.look(name)).messages[0]?.flags).not.toContain('\\Seen');
    });
  });
}
