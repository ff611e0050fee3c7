import { describe, expect, it } from 'vitest';
import { isSelectable, type ListedMailbox, type MailboxListing } from '../../../src/model/mailbox.js';
import { mail } from './mail.js';
import { type OnStage, quiet } from './stage.js';

function find(listing: MailboxListing, name: string): ListedMailbox {
  const found = listing.mailboxes.filter((mailbox) => mailbox.name === name);
  expect(found).toHaveLength(1);
  return found[0] as ListedMailbox;
}

/** list, status, create, subscribe. */
export function describeTree(onStage: OnStage): void {
  describe('list', () => {
    it('names every mailbox once, with its delimiter', async () => {
      const { peer, wireName, withSession, fixture } = onStage();
      const names = [wireName('tree'), wireName('tree', 'below'), wireName('tree', 'below', 'deep')];
      for (const name of names) await peer.create(name);
      const listing = await withSession((session) => session.list(quiet));
      expect(listing.complete).toBe(true);
      expect(listing.mailboxes.map(({ name }) => name).sort()).toEqual((await peer.names()).sort());
      for (const name of names) expect(find(listing, name).delimiter).toBe(fixture.expected.delimiter);
      expect(isSelectable(find(listing, 'INBOX'))).toBe(true);
    });

    it('tells attributes in lower case', async () => {
      const listing = await onStage().withSession((session) => session.list(quiet));
      const attributes = listing.mailboxes.flatMap((mailbox) => mailbox.attributes);
      expect(attributes).toEqual(attributes.map((attribute) => attribute.toLowerCase()));
    });

    it('tells which mailboxes are subscribed', async () => {
      const { peer, mailbox, withSession } = onStage();
      const [subscribed, other] = [await mailbox(), await mailbox()];
      await peer.subscribe(subscribed);
      const listing = await withSession((session) => session.list(quiet));
      expect(find(listing, subscribed).subscribed).toBe(true);
      expect(find(listing, other).subscribed).toBe(false);
    });

    it('tells the status of what can be selected, and null for what cannot', async () => {
      const { mailbox, withSession } = onStage();
      const name = await mailbox([mail('one'), mail('two')]);
      await withSession(async (session) => {
        const listing = await session.list(quiet);
        expect(find(listing, name).status).toEqual(await session.status(name, quiet));
        for (const listed of listing.mailboxes) expect(listed.status !== null).toBe(isSelectable(listed));
      });
    });

    it('lists no parent that is not there as one that can be selected', async () => {
      const { peer, wireName, withSession } = onStage();
      await peer.create(wireName('childonly', 'child'));
      await withSession(async (session) => {
        const { mailboxes } = await session.list(quiet);
        expect(mailboxes.some(({ name }) => name === wireName('childonly', 'child'))).toBe(true);
        const parent = mailboxes.find(({ name }) => name === wireName('childonly'));
        const opened = await session.status(wireName('childonly'), quiet).then(
          () => true,
          () => false,
        );
        expect(parent !== undefined && isSelectable(parent)).toBe(opened);
      });
    });

    it('finds special uses where they are offered', async ({ skip }) => {
      const { fixture, withSession } = onStage();
      const { specialUse } = fixture.expected;
      if (!specialUse) return skip('no mailbox with a special use here');
      const listing = await withSession((session) => session.list(quiet));
      expect(find(listing, specialUse.name).specialUse).toBe(specialUse.use);
      expect(find(listing, 'INBOX').specialUse).toBeNull();
    });

    it('gives names that need care as they are', async () => {
      const { fixture, peer, wireName, withSession } = onStage();
      for (const name of fixture.expected.oddNames) await peer.create(wireName(name));
      await withSession(async (session) => {
        const listing = await session.list(quiet);
        for (const name of fixture.expected.oddNames) {
          expect(find(listing, wireName(name)).status).toEqual(await session.status(wireName(name), quiet));
        }
      });
    });
  });

  describe('status', () => {
    it('tells what another client sees', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one'), mail('two'), mail('three')]);
      const [first] = (await peer.look(name)).messages;
      await peer.expunge(name, [first?.uid ?? 0]);
      const status = await withSession((session) => session.status(name, quiet));
      const { uidValidity, messages } = await peer.look(name);
      expect(status).toMatchObject({ messages: 2, uidValidity, uidNext: (messages.at(-1)?.uid ?? 0) + 1 });
      expect(status.highestModseq !== null).toBe(fixture.expected.hasModseq);
    });

    it('refuses a mailbox that is not there and goes on', async () => {
      const { freshName, withSession } = onStage();
      await withSession(async (session) => {
        const status = session.status(freshName(), quiet);
        await expect(status).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
        expect((await session.status('INBOX', quiet)).messages).toBeTypeOf('number');
      });
    });
  });

  describe('create', () => {
    it('makes a mailbox, and does nothing when it is there', async () => {
      const { freshName, peer, withSession } = onStage();
      const name = freshName();
      await withSession(async (session) => {
        expect(await session.create(name, null, quiet)).toBe(true);
        const made = await peer.look(name);
        expect(await session.create(name, null, quiet)).toBe(false);
        expect(await peer.look(name)).toEqual(made);
        expect(await session.create('INBOX', null, quiet)).toBe(false);
      });
    });

    it('makes nested mailboxes, parents first or not', async () => {
      const { peer, wireName, withSession } = onStage();
      await withSession(async (session) => {
        expect(await session.create(wireName('made', 'a'), null, quiet)).toBe(true);
        expect(await session.create(wireName('made', 'a', 'b'), null, quiet)).toBe(true);
        expect(await session.create(wireName('late', 'a', 'b'), null, quiet)).toBe(true);
      });
      const names = await peer.names();
      expect(names).toEqual(expect.arrayContaining([wireName('made', 'a', 'b'), wireName('late', 'a', 'b')]));
    });

    it('makes mailboxes whose names need care', async () => {
      const { fixture, freshName, peer, withSession } = onStage();
      const below = freshName();
      const names = fixture.expected.oddNames.map((name) => `${below}${fixture.expected.delimiter}${name}`);
      await withSession(async (session) => {
        for (const name of names) expect(await session.create(name, null, quiet)).toBe(true);
      });
      expect(await peer.names()).toEqual(expect.arrayContaining(names));
    });

    it('gives a special use where that is offered', async ({ skip }) => {
      const { freshName, withSession } = onStage();
      const name = freshName();
      await withSession(async (session) => {
        if (!session.facts.features.createSpecialUse) return skip('not offered');
        await session.create(name, '\\archive', quiet);
        expect(find(await session.list(quiet), name).specialUse).toBe('\\archive');
      });
    });

    it('refuses a name that the server refuses and goes on', async ({ skip }) => {
      const { fixture, withSession } = onStage();
      const { refusedName } = fixture.expected;
      if (refusedName === undefined) return skip('the server takes any name');
      await withSession(async (session) => {
        const created = session.create(refusedName, null, quiet);
        await expect(created).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
        expect((await session.list(quiet)).complete).toBe(true);
      });
    });
  });

  describe('subscribe', () => {
    it('subscribes and unsubscribes', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox();
      await withSession(async (session) => {
        await session.subscribe(name, true, quiet);
        expect(await peer.subscriptions()).toContain(name);
        await session.subscribe(name, true, quiet);
        await session.subscribe(name, false, quiet);
        expect(await peer.subscriptions()).not.toContain(name);
      });
    });
  });
}
