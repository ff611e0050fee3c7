import { describe, expect, it } from 'vitest';
import { isSelectable } from '../../../src/model/mailbox.js';
import { mail } from './mail.js';
import { type OnStage, quiet, withSession } from './stage.js';

const REFUSED = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' };

/** remove, isThere. */
export function describeRemoving(onStage: OnStage): void {
  describe('remove', () => {
    it('deletes a mailbox with what is in it, and does nothing when it is not there', async () => {
      const stage = onStage();
      const [name, other] = [await stage.mailbox([mail('one')]), await stage.mailbox([mail('two')])];
      await stage.withSession(async (session) => {
        expect(await session.remove(name, quiet)).toBe(true);
        expect(await session.isThere(name, quiet)).toBe(false);
        expect(await session.remove(name, quiet)).toBe(false);
        expect(await session.remove(stage.freshName(), quiet)).toBe(false);
      });
      expect(await stage.peer.names()).not.toContain(name);
      expect((await stage.peer.look(other)).messages).toHaveLength(1);
    });

    it('keeps what lies below', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const { delimiter, refusesParents } = fixture.expected;
      const name = await mailbox([mail('one')]);
      const below = `${name}${delimiter}below`;
      await peer.create(below);
      await peer.append(below, [mail('kept')]);
      await withSession(async (session) => {
        if (refusesParents) {
          await expect(session.remove(name, quiet)).rejects.toMatchObject(REFUSED);
          expect((await peer.look(name)).messages).toHaveLength(1);
        } else {
          expect(await session.remove(name, quiet)).toBe(true);
          expect(await session.isThere(name, quiet)).toBe(false);
          const { mailboxes } = await session.list(quiet);
          expect(mailboxes.filter((listed) => listed.name === name && isSelectable(listed))).toEqual([]);
          expect(await session.remove(name, quiet)).toBe(false);
        }
      });
      expect((await peer.look(below)).messages).toHaveLength(1);
    });

    it('makes room for a new mailbox of that name, which is told from the old one', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one')]);
      const { uidValidity } = await peer.look(name);
      await withSession(async (session) => {
        expect(await session.remove(name, quiet)).toBe(true);
        expect(await session.create(name, null, quiet)).toBe(true);
      });
      const made = await peer.look(name);
      expect(made.messages).toEqual([]);
      expect(made.uidValidity).not.toBe(uidValidity);
    });

    it('never deletes INBOX', async () => {
      const { peer, withSession } = onStage();
      const before = (await peer.look('INBOX')).uidValidity;
      await withSession(async (session) => {
        for (const name of ['INBOX', 'Inbox']) {
          await expect(session.remove(name, quiet)).rejects.toMatchObject(REFUSED);
        }
        expect(await session.isThere('INBOX', quiet)).toBe(true);
      });
      expect((await peer.look('INBOX')).uidValidity).toBe(before);
    });

    it('deletes the mailbox that is open, and closes it', async () => {
      const { mailbox, peer, withSession } = onStage();
      const [name, other] = [await mailbox([mail('one')]), await mailbox([mail('two')])];
      await withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        expect(await session.remove(name, quiet)).toBe(true);
        await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'INTERNAL' });
        const next = await session.open(other, 'select', quiet);
        expect((await next.uids(quiet)).size).toBe(1);
      });
      expect(await peer.names()).not.toContain(name);
    });
  });

  describe('isThere', () => {
    it('tells what another session has made and deleted', async () => {
      const { freshName, store, withSession: withOther } = onStage();
      const name = freshName();
      await withSession(store, async (session) => {
        expect(await session.isThere(name, quiet)).toBe(false);
        await withOther((other) => other.create(name, null, quiet));
        expect(await session.isThere(name, quiet)).toBe(true);
        await withOther((other) => other.remove(name, quiet));
        expect(await session.isThere(name, quiet)).toBe(false);
      });
    });

    it('knows INBOX, the open mailbox and names that need care', async () => {
      const { fixture, mailbox, peer, withSession: withOne } = onStage();
      const name = await mailbox();
      const odd = fixture.expected.oddNames.map((level) => `${name}${fixture.expected.delimiter}${level}`);
      for (const each of odd) await peer.create(each);
      await withOne(async (session) => {
        await session.open(name, 'examine', quiet);
        for (const each of ['INBOX', name, ...odd]) expect(await session.isThere(each, quiet)).toBe(true);
      });
    });

    it('takes no other name for it, nor a level that cannot be selected', async () => {
      const { fixture, freshName, peer, withSession: withOne } = onStage();
      const parent = freshName();
      await peer.create(`${parent}${fixture.expected.delimiter}child`);
      await withOne(async (session) => {
        const opened = await session.status(parent, quiet).then(
          () => true,
          () => false,
        );
        expect(await session.isThere(parent, quiet)).toBe(opened);
        for (const pattern of ['%', '*', `${parent}*`, `${parent}${fixture.expected.delimiter}%`]) {
          expect(await session.isThere(pattern, quiet)).toBe(false);
        }
      });
    });
  });
}
