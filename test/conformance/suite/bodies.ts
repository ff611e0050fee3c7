import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import type { BodySink } from '../../../src/store/mail-store.js';
import { bodiesOf, CollectingSink } from './collect.js';
import { digest, mail, mailOfSize } from './mail.js';
import { type OnStage, quiet, type Stage, withSession } from './stage.js';

const MIB = 1024 * 1024;
/** More than the kernel's largest socket buffers hold (tcp_rmem and tcp_wmem of Linux). */
const HUGE_BYTES = 64 * MIB;

/** Resolves when what is counted has stopped growing. */
async function settled(count: () => number): Promise<number> {
  let last = -1;
  for (let equal = 0; equal < 4; ) {
    const now = count();
    equal = now === last ? equal + 1 : 0;
    last = now;
    await sleep(50);
  }
  return last;
}

/** A sink that takes a first chunk and then waits until it is let go. */
class StallingSink extends CollectingSink {
  calls = 0;
  letGo: () => void = () => {};
  readonly stalled: Promise<void>;
  readonly #gate: Promise<void>;
  #announce: () => void = () => {};

  constructor() {
    super();
    this.stalled = new Promise((resolve) => {
      this.#announce = resolve;
    });
    this.#gate = new Promise((resolve) => {
      this.letGo = resolve;
    });
  }

  asSink(): BodySink {
    return {
      start: (uid, sizeBytes) => this.start(uid, sizeBytes),
      end: () => this.end(),
      chunk: (data) => {
        this.calls++;
        this.chunk(data);
        this.#announce();
        return this.#gate;
      },
    };
  }
}

async function large({ mailbox }: Stage, sizeBytes: number): Promise<{ name: string; body: Buffer }> {
  const body = mailOfSize(sizeBytes);
  return { name: await mailbox([body, mail('after')]), body };
}

/** bodies. */
export function describeBodies(onStage: OnStage): void {
  describe('bodies', () => {
    it('are handed over byte for byte in ascending order, whatever their size', async () => {
      const { fixture, mailbox, peer, withSession } = onStage();
      const name = await mailbox(fixture.expected.bodySizes.map(mailOfSize));
      const { messages } = await peer.look(name);
      expect(messages.map(({ body }) => body.length)).toEqual(fixture.expected.bodySizes);
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const bodies = await bodiesOf(open, UidSet.range(1, 1000));
        expect(bodies.map(({ uid }) => uid)).toEqual(messages.map(({ uid }) => uid));
        expect(bodies.map(({ sizeBytes }) => sizeBytes)).toEqual(fixture.expected.bodySizes);
        expect(bodies.map(({ body }) => digest(body))).toEqual(messages.map(({ body }) => digest(body)));
      });
    });

    it('keep every octet there is', async () => {
      const { mailbox, peer, withSession } = onStage();
      const octets = Buffer.from(Array.from({ length: 255 }, (_, index) => index + 1));
      const text = octets.toString('latin1').replace(/[\r\n]/g, '');
      const body = Buffer.from(`Subject: octets\r\n\r\n${text}\r\n) {5}\r\n"\\ ${text}\r\n`, 'latin1');
      const name = await mailbox([body]);
      const [seen] = (await peer.look(name)).messages;
      await withSession(async (session) => {
        const [got] = await bodiesOf(await session.open(name, 'examine', quiet), UidSet.range(1, 10));
        expect(got?.body.equals(seen?.body ?? Buffer.alloc(0))).toBe(true);
      });
    });

    it('may have no octets at all', async ({ skip }) => {
      const { fixture, mailbox, withSession } = onStage();
      if (!fixture.place) return skip('this server has no such messages');
      const name = await mailbox([mail('before')]);
      await fixture.place(name, Buffer.alloc(0));
      await withSession(async (session) => {
        const open = await session.open(name, 'select', quiet);
        const bodies = await bodiesOf(open, await open.uids(quiet));
        expect(bodies.map(({ sizeBytes, body }) => [sizeBytes, body.length])).toEqual([
          [mail('before').length, mail('before').length],
          [0, 0],
        ]);
        const rows: number[] = [];
        await open.headers(await open.uids(quiet), ['Subject'], ({ uid }) => void rows.push(uid), quiet);
        expect(rows).toHaveLength(2);
      });
    });

    it('leave out messages that are not there', async () => {
      const { mailbox, peer, withSession } = onStage();
      const name = await mailbox([mail('one'), mail('two'), mail('three')]);
      const [first = 0, second = 0, third = 0] = (await peer.look(name)).messages.map(({ uid }) => uid);
      await peer.expunge(name, [second]);
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const bodies = await bodiesOf(open, UidSet.of(second, third, 99_999));
        expect(bodies.map(({ uid }) => uid)).toEqual([third]);
        expect(await bodiesOf(open, UidSet.of(second))).toEqual([]);
        expect((await open.existing(UidSet.of(first), quiet)).size).toBe(1);
      });
    });

    it('wait for a slow sink and do not pile up meanwhile', async () => {
      const { fixture, withSession } = onStage();
      const { name, body } = await large(onStage(), HUGE_BYTES);
      await withSession(async (session) => {
        const open = await session.open(name, 'examine', quiet);
        const sink = new StallingSink();
        const before = fixture.receivedBytes?.() ?? 0;
        const done = open.bodies(UidSet.range(1, 10), sink.asSink(), quiet);
        await sink.stalled;
        const taken = (await settled(fixture.receivedBytes ?? (() => sink.calls))) - before;
        expect(sink.calls).toBe(1);
        // What lies in the buffers of two sockets and a proxy is not ours to bound.
        if (fixture.receivedBytes) expect(taken).toBeLessThan(body.length * 0.75);
        sink.letGo();
        await done;
        expect(sink.bodies.map((got) => digest(got.body))).toEqual([digest(body), digest(mail('after'))]);
      });
    });

    it.each(['start', 'chunk', 'end'] as const)('reject with what %s of the sink threw', async (at) => {
      const { mailbox, withStore } = onStage();
      const name = await mailbox([mail('one'), mail('two')]);
      const thrown = new Error(`thrown by ${at}`);
      await withStore(async (store) => {
        const bystander = await store.lease(quiet);
        const watched = await bystander.open(name, 'examine', quiet);
        const session = await store.lease(quiet);
        const open = await session.open(name, 'examine', quiet);
        const sink: BodySink = { start: () => undefined, chunk: () => undefined, end: () => undefined };
        const failing = {
          ...sink,
          [at]: () => {
            throw thrown;
          },
        };
        await expect(open.bodies(UidSet.range(1, 10), failing, quiet)).rejects.toBe(thrown);
        await expect(session.status(name, quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        session.release();
        expect((await watched.uids(quiet)).size).toBe(2);
        bystander.release();
        await withSession(store, async (next) => {
          expect((await next.status(name, quiet)).messages).toBe(2);
        });
      });
    });

    it('reject with what the sink rejected with', async () => {
      const { mailbox, withStore } = onStage();
      const name = await mailbox([mail('one')]);
      const thrown = new Error('rejected by the sink');
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const open = await session.open(name, 'examine', quiet);
        const sink = { start: () => undefined, chunk: () => Promise.reject(thrown), end: () => undefined };
        await expect(open.bodies(UidSet.range(1, 10), sink, quiet)).rejects.toBe(thrown);
        await expect(session.status(name, quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
        session.release();
      });
    });

    it('reject at once when the signal aborts while the sink is slow', async () => {
      const { withStore } = onStage();
      const { name } = await large(onStage(), 4 * MIB);
      await withStore(async (store) => {
        const session = await store.lease(quiet);
        const open = await session.open(name, 'examine', quiet);
        const sink = new StallingSink();
        const controller = new AbortController();
        const done = open.bodies(UidSet.range(1, 10), sink.asSink(), controller.signal);
        await sink.stalled;
        controller.abort(new Error('enough'));
        await expect(done).rejects.toSatisfy((error) => isAbortOf(error, controller.signal));
        session.release();
        await withSession(store, async (next) => {
          expect((await next.status(name, quiet)).messages).toBe(2);
        });
        sink.letGo();
      });
    });
  });
}

/** The signal's reason, or INTERRUPTED. */
export function isAbortOf(error: unknown, signal: AbortSignal): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return error === signal.reason || code === 'INTERRUPTED';
}
