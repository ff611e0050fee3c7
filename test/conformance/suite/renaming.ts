import { describe, expect, it } from 'vitest';
import type { WireName } from '../../../src/model/mailbox.js';
import type { PeerView } from './fixture.js';
import { digest, mail } from './mail.js';
import { type OnStage, quiet, type Stage } from './stage.js';

const REFUSED = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' };

/** A mailbox with flagged messages and a gap in its UIDs. */
async function filled({ mailbox, peer }: Stage): Promise<WireName> {
  const name = await mailbox([mail('one'), mail('two'), mail('three')]);
  await peer.append(name, [mail('four')], { flags: ['\\Flagged', 'Work'] });
  const [, second] = (await peer.look(name)).messages;
  await peer.expunge(name, [second?.uid ?? 0]);
  return name;
}

/** What is in a mailbox, whatever the numbers are. */
function contents({ messages }: PeerView): unknown[] {
  const found = messages.map(({ flags, internalDate, body }) => ({
    flags: flags.filter((flag) => flag !== '\\Recent'),
    internalDate,
    body: digest(body),
  }));
  return found.sort((left, right) => (left.body < right.body ? -1 : 1));
}

function numbers({ uidValidity, messages }: PeerView): unknown {
  return { uidValidity, uids: messages.map(({ uid }) => uid) };
}

/** rename. */
export function describeRenaming(onStage: OnStage): void {
  describe('rename', () => {
    it('gives a mailbox another name and keeps what is in it', async () => {
      const { fixture, freshName, peer, withSession } = onStage();
      const [from, to] = [await filled(onStage()), freshName()];
      const before = await peer.look(from);
      await withSession(async (session) => {
        const { mailboxId } = await session.status(from, quiet);
        await session.rename(from, to, quiet);
        expect((await session.status(to, quiet)).mailboxId).toBe(mailboxId);
        expect([await session.isThere(from, quiet), await session.isThere(to, quiet)]).toEqual([false, true]);
      });
      expect(await peer.names()).not.toContain(from);
      const after = await peer.look(to);
      expect(contents(after)).toEqual(contents(before));
      if (fixture.expected.renumbersRenamed) expect(after.uidValidity).not.toBe(before.uidValidity);
      else expect(numbers(after)).toEqual(numbers(before));
    });

    it('takes along what lies below', async () => {
      const { fixture, freshName, peer, withSession } = onStage();
      const { delimiter } = fixture.expected;
      const [from, to] = [await filled(onStage()), freshName()];
      const below = `${delimiter}a${delimiter}b`;
      await peer.create(from + below);
      await peer.append(from + below, [mail('deep')]);
      const before = await peer.look(from + below);
      await withSession((session) => session.rename(from, to, quiet));
      expect(contents(await peer.look(to + below))).toEqual(contents(before));
      expect((await peer.names()).filter((name) => name.startsWith(from + delimiter))).toEqual([]);
    });

    it('is refused when the new name is taken, and changes nothing', async () => {
      const { mailbox, peer, withSession } = onStage();
      const [from, to] = [await filled(onStage()), await mailbox([mail('other')])];
      const before = [await peer.look(from), await peer.look(to)];
      await withSession(async (session) => {
        await expect(session.rename(from, to, quiet)).rejects.toMatchObject(REFUSED);
        await expect(session.rename(from, 'INBOX', quiet)).rejects.toMatchObject(REFUSED);
        await expect(session.rename(from, from, quiet)).rejects.toMatchObject(REFUSED);
        expect((await session.list(quiet)).complete).toBe(true);
      });
      expect([await peer.look(from), await peer.look(to)]).toEqual(before);
    });

    it('is refused when the new name has something below it, and changes nothing', async () => {
      const { fixture, freshName, peer, withSession } = onStage();
      const below = `${fixture.expected.delimiter}x`;
      const [from, to] = [await filled(onStage()), freshName()];
      for (const name of [from, to]) await peer.create(name + below);
      await peer.append(from + below, [mail('mine')]);
      await peer.append(to + below, [mail('theirs')]);
      const names = [from, from + below, to + below];
      const look = async (): Promise<PeerView[]> => await Promise.all(names.map((name) => peer.look(name)));
      const before = await look();
      await withSession(async (session) => {
        await expect(session.rename(from, to, quiet)).rejects.toMatchObject(REFUSED);
      });
      expect(await look()).toEqual(before);
    });

    it('is refused for a mailbox that is not there', async () => {
      const { freshName, peer, withSession } = onStage();
      const [from, to] = [freshName(), freshName()];
      await withSession(async (session) => {
        await expect(session.rename(from, to, quiet)).rejects.toMatchObject(REFUSED);
      });
      expect(await peer.names()).not.toContain(to);
    });

    it('moves between names that need care', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const below = (await mailbox()) + fixture.expected.delimiter;
      const [first = '', ...others] = fixture.expected.oddNames.map((name) => below + name);
      await peer.create(first);
      await peer.append(first, [mail('odd')]);
      let name = first;
      await withSession(async (session) => {
        for (const next of others) {
          await session.rename(name, next, quiet);
          name = next;
        }
      });
      expect((await peer.look(name)).messages).toHaveLength(1);
    });

    it('closes the mailbox that is open and has another name now, without expunging', async () => {
      const { fixture, freshName, peer, withSession } = onStage();
      const [from, to] = [await filled(onStage()), freshName()];
      const below = `${fixture.expected.delimiter}open`;
      await peer.create(from + below);
      const [uid = 0] = await peer.append(from + below, [mail('one')]);
      await peer.storeFlags(from + below, [uid], '+', ['\\Deleted']);
      await withSession(async (session) => {
        const open = await session.open(from + below, 'select', quiet);
        await session.rename(from, to, quiet);
        await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'INTERNAL' });
        expect((await session.status(to + below, quiet)).messages).toBe(1);
        const moved = await session.open(to, 'select', quiet);
        await session.rename(to, from, quiet);
        await expect(moved.uids(quiet)).rejects.toMatchObject({ code: 'INTERNAL' });
        expect((await session.open(from, 'examine', quiet)).snapshot.messages).toBe(3);
      });
    });

    it('leaves another mailbox open', async () => {
      const { freshName, mailbox, withSession } = onStage();
      const [from, other] = [await mailbox(), await mailbox([mail('one')])];
      await withSession(async (session) => {
        const open = await session.open(other, 'select', quiet);
        await session.rename(from, freshName(), quiet);
        expect((await open.uids(quiet)).size).toBe(1);
      });
    });

    it('leaves subscriptions to the caller', async () => {
      const { freshName, mailbox, peer, withSession } = onStage();
      const [from, to] = [await mailbox(), freshName()];
      await peer.subscribe(from);
      await withSession(async (session) => {
        await session.rename(from, to, quiet);
        expect(await peer.subscriptions()).not.toContain(to);
        await session.subscribe(from, false, quiet);
        await session.subscribe(to, true, quiet);
      });
      const names = await peer.subscriptions();
      expect([names.includes(from), names.includes(to)]).toEqual([false, true]);
    });
  });
}
