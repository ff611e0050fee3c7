import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import type { MailSession, OpenMailbox, StoreFeatures } from '../../../src/store/mail-store.js';
import { isAbortOf } from './bodies.js';
import { append, bodiesOf, CollectingSink } from './collect.js';
import { digest, mail, mailOfSize } from './mail.js';
import { type OnStage, quiet, withSession } from './stage.js';

const SOME = UidSet.range(1, 10);

/** Everything a session can be asked for with one signal. */
const ASKED: Readonly<
  Record<
    string,
    (session: MailSession, open: OpenMailbox, name: string, signal: AbortSignal) => Promise<unknown>
  >
> = {
  list: (session, _open, _name, signal) => session.list(signal),
  status: (session, _open, name, signal) => session.status(name, signal),
  create: (session, _open, name, signal) => session.create(`${name}x`, null, signal),
  subscribe: (session, _open, name, signal) => session.subscribe(name, true, signal),
  rename: (session, _open, name, signal) => session.rename(name, `${name}x`, signal),
  remove: (session, _open, name, signal) => session.remove(name, signal),
  isThere: (session, _open, name, signal) => session.isThere(name, signal),
  open: (session, _open, name, signal) => session.open(name, 'select', signal),
  append: async (session, _open, name, signal) => {
    const stream = session.append(name, signal);
    await stream.begin({
      flags: [],
      internalDate: ' 1-Jan-2001 00:00:00 +0000',
      sizeBytes: mail('x').length,
    });
    await stream.write(mail('x'));
    await stream.commit();
  },
  existing: (_session, open, _name, signal) => open.existing(SOME, signal),
  uids: (_session, open, _name, signal) => open.uids(signal),
  flags: (_session, open, _name, signal) => open.flags({ within: SOME }, signal),
  metadata: (_session, open, _name, signal) => open.metadata(SOME, signal),
  headers: (_session, open, _name, signal) => open.headers(SOME, ['Subject'], () => {}, signal),
  bodies: (_session, open, _name, signal) => open.bodies(SOME, new CollectingSink(), signal),
  storeFlags: (_session, open, _name, signal) => open.storeFlags(SOME, 'add', ['\\Seen'], signal),
  expunge: (_session, open, _name, signal) => open.expunge(SOME, signal),
  copyTo: (_session, open, name, signal) => open.copyTo(SOME, name, signal),
  emailIds: (_session, open, _name, signal) => open.emailIds(SOME, signal),
  withEmailIds: (_session, open, _name, signal) => open.withEmailIds(['M1'], signal),
};

function isOffered(method: string, { uidplus, emailId }: Partial<StoreFeatures>): boolean {
  if (method === 'expunge') return uidplus !== false;
  return !method.endsWith('mailIds') || emailId === true;
}

/** connect, lease, release, close, signals, broken connections. */
export function describeSessions(onStage: OnStage): void {
  describe('connect', () => {
    it('tells what the server is', async () => {
      const { fixture, withStore } = onStage();
      const { delimiter, prefix, features } = fixture.expected;
      await withStore(async (store) => {
        const facts = await store.connect(quiet);
        expect(facts.features).toMatchObject(features);
        expect(facts.personal[0]).toEqual({ prefix, delimiter });
        expect(facts.capabilities).toContain('IMAP4REV1');
        expect(facts.capabilities).toEqual(facts.capabilities.map((name) => name.toUpperCase()));
        expect(await store.connect(quiet)).toEqual(facts);
        await withSession(store, async (session) => expect(session.facts).toEqual(facts));
      });
    });

    it('rejects when the signal is aborted already', async () => {
      const { withStore } = onStage();
      const signal = AbortSignal.abort(new Error('enough'));
      await withStore(async (store) => {
        await expect(store.connect(signal)).rejects.toSatisfy((error) => isAbortOf(error, signal));
        await expect(store.lease(signal)).rejects.toSatisfy((error) => isAbortOf(error, signal));
      });
    });
  });

  describe('lease', () => {
    it('gives so many sessions and lets others wait for a release', async () => {
      const { withStore } = onStage();
      await withStore(async (store) => {
        const [first, second] = [await store.lease(quiet), await store.lease(quiet)];
        let isServed = false;
        const third = store.lease(quiet).then((session) => {
          isServed = true;
          return session;
        });
        await first.list(quiet);
        await second.list(quiet);
        expect(isServed).toBe(false);
        first.release();
        const session = await third;
        await session.list(quiet);
        session.release();
        second.release();
      }, 2);
    });

    it('gives a session back only once', async () => {
      const { withStore } = onStage();
      await withStore(async (store) => {
        const first = await store.lease(quiet);
        first.release();
        first.release();
        const second = await store.lease(quiet);
        let isServed = false;
        const third = store.lease(quiet).then((session) => {
          isServed = true;
          session.release();
        });
        await second.list(quiet);
        expect(isServed).toBe(false);
        second.release();
        await third;
      }, 1);
    });

    it('stops waiting when its signal aborts, and loses no place for it', async () => {
      const { withStore } = onStage();
      await withStore(async (store) => {
        const first = await store.lease(quiet);
        const controller = new AbortController();
        const waiting = store.lease(controller.signal);
        controller.abort(new Error('enough'));
        await expect(waiting).rejects.toSatisfy((error) => isAbortOf(error, controller.signal));
        first.release();
        await withSession(store, (session) => session.list(quiet));
      }, 1);
    });

    it('works on two mailboxes at once', async () => {
      const { mailbox, store } = onStage();
      const bodies = [mailOfSize(300_000), mailOfSize(200_000)];
      const names = await Promise.all(bodies.map((body) => mailbox([body, body, body])));
      const got = await Promise.all(
        names.map((name) =>
          withSession(store, async (session) => bodiesOf(await session.open(name, 'examine', quiet), SOME)),
        ),
      );
      const digests = got.map((found) => found.map(({ body }) => digest(body)));
      expect(digests).toEqual(bodies.map((body) => Array(3).fill(digest(body))));
    });

    it('shows in one session what another one has done', async () => {
      const { mailbox, store } = onStage();
      const name = await mailbox([mail('one')]);
      await withSession(store, async (reader) => {
        const open = await reader.open(name, 'examine', quiet);
        await withSession(store, async (writer) => {
          await append(writer, name, [{ body: mail('two') }]);
          const selected = await writer.open(name, 'select', quiet);
          await selected.storeFlags(await selected.uids(quiet), 'add', ['\\Answered'], quiet);
        });
        expect((await reader.status(name, quiet)).messages).toBe(2);
        const fresh = await reader.open(name, 'examine', quiet);
        const report = await fresh.flags({ within: SOME }, quiet);
        expect(report.flags.uidsOf('\\answered').size).toBe(2);
        expect(open.snapshot.messages).toBe(1);
      });
    });
  });

  describe('release', () => {
    it('in the middle of a command ends that connection and frees its place', async () => {
      const { mailbox, withStore } = onStage();
      const name = await mailbox([mail('one')]);
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const open = await session.open(name, 'examine', quiet);
        let started = (): void => {};
        const hasStarted = new Promise<void>((resolve) => {
          started = resolve;
        });
        const stall = (): Promise<void> => {
          started();
          return new Promise(() => {});
        };
        const sink = { start: stall, chunk: () => undefined, end: () => undefined };
        const reading = open.bodies(SOME, sink, quiet);
        await hasStarted;
        session.release();
        await expect(reading).rejects.toThrow();
        await withSession(store, async (next) => {
          expect((await next.status(name, quiet)).messages).toBe(1);
        });
      }, 1);
    });
  });

  describe('a released session', () => {
    it('is of no use any more, nor is the mailbox it had open', async () => {
      const { mailbox, withStore } = onStage();
      const name = await mailbox([mail('one')]);
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const open = await session.open(name, 'select', quiet);
        session.release();
        await withSession(store, async (next) => {
          await expect(open.storeFlags(SOME, 'add', ['\\Seen'], quiet)).rejects.toThrow();
          await expect(session.status(name, quiet)).rejects.toThrow();
          expect(() => session.append(name, quiet)).toThrow();
          expect((await next.status(name, quiet)).messages).toBe(1);
        });
      }, 1);
    });
  });

  describe('close', () => {
    it('breaks leased sessions and gives no new ones', async () => {
      const { withStore } = onStage();
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        await store.close();
        await expect(session.list(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        session.release();
        await expect(store.lease(quiet)).rejects.toThrow();
      });
    });
  });

  describe('an aborted signal', () => {
    it.each(Object.keys(ASKED))('makes %s reject with its reason, and nothing is done', async (method) => {
      const { fixture, mailbox, peer, withStore } = onStage();
      if (!isOffered(method, fixture.expected.features)) return;
      const name = await mailbox([mail('one')]);
      const signal = AbortSignal.abort(new Error('enough'));
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const open = await session.open(name, 'select', quiet);
        const before = { names: await peer.names(), view: await peer.look(name) };
        const asked = ASKED[method]?.(session, open, name, signal);
        await expect(asked).rejects.toSatisfy((error) => isAbortOf(error, signal));
        session.release();
        expect({ names: await peer.names(), view: await peer.look(name) }).toEqual(before);
        await withSession(store, (next) => next.list(quiet));
      }, 1);
    });
  });

  describe('a broken connection', () => {
    it.each(Object.keys(ASKED))(
      'makes %s reject with CONNECTION_LOST, and the next lease works',
      async (method) => {
        const { fixture, mailbox, withStore } = onStage();
        if (!isOffered(method, fixture.expected.features)) return;
        const name = await mailbox([mail('one')]);
        await withStore(async (store) => {
          const session = await store.lease(quiet);
          const open = await session.open(name, 'select', quiet);
          await fixture.cut();
          for (let attempt = 0; attempt < 2; attempt++) {
            const lost = { code: 'CONNECTION_LOST', scope: 'account', retry: 'now' };
            await expect(ASKED[method]?.(session, open, name, quiet)).rejects.toMatchObject(lost);
          }
          session.release();
          await withSession(store, async (next) => {
            expect((await next.status(name, quiet)).messages).toBe(1);
          });
        }, 1);
      },
    );
  });
}
