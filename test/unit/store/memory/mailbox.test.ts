import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { MailSession } from '../../../../src/store/mail-store.js';
import { MemoryServer } from '../../../../src/store/memory.js';
import { bodyOf, quiet } from './client.js';

type Edit =
  | { readonly kind: 'deliver' }
  | { readonly kind: 'flag'; readonly at: number; readonly change: 'add' | 'remove'; readonly flag: string }
  | { readonly kind: 'expunge'; readonly at: number }
  | { readonly kind: 'look' };

const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.constant<Edit>({ kind: 'deliver' }),
  fc.record({
    kind: fc.constant('flag' as const),
    at: fc.nat(20),
    change: fc.constantFrom('add' as const, 'remove' as const),
    flag: fc.constantFrom('\\Seen', 'Work', 'work', '\\Deleted'),
  }),
  fc.record({ kind: fc.constant('expunge' as const), at: fc.nat(20) }),
  fc.constant<Edit>({ kind: 'look' }),
);

function run(server: MemoryServer, step: Edit): void {
  const { messages } = server.snapshot().mailboxes['INBOX'] ?? { messages: [] };
  if (step.kind === 'deliver') server.deliver('INBOX', { body: bodyOf(`${messages.length}`) });
  const uid = 'at' in step && messages.length > 0 ? messages[step.at % messages.length]?.uid : undefined;
  if (uid === undefined) return;
  if (step.kind === 'flag') server.setFlags('INBOX', uid, step.change, [step.flag]);
  if (step.kind === 'expunge') server.expunge('INBOX', uid);
}

/** A client that only ever asks what has changed since it last looked. */
class FollowingClient {
  readonly flags = new Map<number, string[]>();
  #cursor: { modseq: bigint; uidNext: number } | null = null;

  async look(session: MailSession): Promise<void> {
    const open = await session.open('INBOX', 'examine', quiet);
    const { highestModseq, uidNext } = open.snapshot;
    if (highestModseq === null || uidNext === null) throw new Error('no cursor');
    const all = UidSet.range(1, uidNext - 1);
    if (!all.isEmpty) {
      const since = this.#cursor ? { changedSince: this.#cursor.modseq } : {};
      const { rows, flags, vanished } = await open.flags({ within: all, ...since }, quiet);
      for (const uid of rows.uids()) this.flags.set(uid, flags.flagsOf(uid));
      for (const uid of vanished?.uids() ?? []) this.flags.delete(uid);
    }
    this.#cursor = { modseq: highestModseq, uidNext };
  }
}

describe('a mailbox in memory', () => {
  it.each(['kept', 'lost'] as const)(
    'tells a client that follows mod-sequences all there is to know, its history %s',
    async (expungeHistory) => {
      await fc.assert(
        fc.asyncProperty(fc.array(edit, { maxLength: 40 }), async (edits) => {
          const server = new MemoryServer({ expungeHistory });
          const session = await server.store().lease(quiet);
          const client = new FollowingClient();
          for (const step of [...edits, { kind: 'look' } as const]) {
            run(server, step);
            if (step.kind === 'look') await client.look(session);
          }
          const { messages = [] } = server.snapshot().mailboxes['INBOX'] ?? {};
          const truth = messages.map(({ uid, flags }) => [uid, [...flags].sort()]);
          const followed = [...client.flags].map(([uid, flags]) => [uid, [...flags].sort()]);
          expect(followed.sort(byUid)).toEqual(truth);
        }),
        { numRuns: 150 },
      );
    },
  );

  it('never gives out a UID twice and lets mod-sequences only grow', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 40 }), async (edits) => {
        const server = new MemoryServer();
        const seen = new Set<number>();
        let [lastUidNext, lastModseq] = [0, 0n];
        for (const step of edits) {
          const before = server.snapshot().mailboxes['INBOX'];
          run(server, step);
          const { uidNext, highestModseq, messages } =
            server.snapshot().mailboxes['INBOX'] ?? before ?? fail();
          const isChanged = JSON.stringify(before?.messages) !== JSON.stringify(messages);
          expect(BigInt(highestModseq) > lastModseq || !isChanged).toBe(true);
          expect(uidNext).toBeGreaterThanOrEqual(lastUidNext);
          if (step.kind === 'deliver') {
            expect(seen.has(uidNext - 1)).toBe(false);
            seen.add(uidNext - 1);
          }
          [lastUidNext, lastModseq] = [uidNext, BigInt(highestModseq)];
        }
      }),
      { numRuns: 100 },
    );
  });

  it('leaves the mod-sequence of a message alone whose flags stay the same', () => {
    const server = new MemoryServer();
    server.deliver('INBOX', { body: 'x', flags: ['\\Seen'] });
    const before = server.snapshot();
    server.setFlags('INBOX', 1, 'add', ['\\seen']);
    server.setFlags('INBOX', 1, 'remove', ['Work']);
    server.expunge('INBOX', 7);
    expect(server.snapshot()).toEqual(before);
  });

  it('names every missing UID of the range once it has forgotten what was expunged', async () => {
    const server = new MemoryServer();
    for (const name of ['a', 'b', 'c']) server.deliver('INBOX', { body: name });
    server.expunge('INBOX', 2);
    const session = await server.store().lease(quiet);
    const { snapshot } = await session.open('INBOX', 'examine', quiet);
    server.deliver('INBOX', { body: 'd' });
    server.expunge('INBOX', 1);
    const open = await session.open('INBOX', 'examine', quiet);
    const query = { within: UidSet.range(1, 9), changedSince: snapshot.highestModseq ?? 1n };
    expect((await open.flags(query, quiet)).vanished?.toString()).toBe('1');
    server.forgetExpunged('INBOX');
    expect((await open.flags(query, quiet)).vanished?.toString()).toBe('1:2,5:9');
  });

  it('counts mod-sequences beyond what a JavaScript number holds', async () => {
    const server = new MemoryServer();
    server.raiseModseq('INBOX', 2n ** 62n);
    server.deliver('INBOX', { body: 'x' });
    const session = await server.store().lease(quiet);
    expect((await session.status('INBOX', quiet)).highestModseq).toBe(2n ** 62n + 1n);
  });

  it('leaves gaps where it is asked to, up to the largest UID', () => {
    const server = new MemoryServer();
    expect(server.deliver('INBOX', { body: 'x', uid: 4_294_967_290 })).toBe(4_294_967_290);
    expect(server.deliver('INBOX', { body: 'y' })).toBe(4_294_967_291);
    expect(() => server.deliver('INBOX', { body: 'z', uid: 5 })).toThrow();
  });

  it('compares flags without case and spells keywords as it first saw them', () => {
    const server = new MemoryServer();
    server.deliver('INBOX', { body: 'x', flags: ['$Forwarded', '\\SEEN'] });
    server.deliver('INBOX', { body: 'y', flags: ['$forwarded', '\\seen'] });
    const { messages = [] } = server.snapshot().mailboxes['INBOX'] ?? {};
    expect(messages.map(({ flags }) => flags)).toEqual([
      ['$Forwarded', '\\Seen'],
      ['$Forwarded', '\\Seen'],
    ]);
  });
});

function byUid(left: (number | string[])[], right: (number | string[])[]): number {
  return Number(left[0]) - Number(right[0]);
}

function fail(): never {
  throw new Error('there is no INBOX');
}
