import { afterEach, describe, expect, test } from 'vitest';
import type { MemoryServer, MemoryServerOptions } from '../../src/store/memory.js';
import { backupPolicy, copyPolicy, mirrorPolicy, type SyncPolicy } from '../../src/sync/policy.js';
import { bodyOf, dateOf, type EngineRun, EngineWorld } from '../support/engine/index.js';
import { drop, held, move, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

const worlds: EngineWorld[] = [];

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

/** A server that changes what it stores, so that nothing can be copied there by what it is. */
const REWRITING: MemoryServerOptions = { rewriteBody: (body) => Buffer.concat([body, Buffer.from('x')]) };

/** Both servers have INBOX and Work; the source holds messages 1 to `last` in INBOX. */
function worldOf(last: number, source: MemoryServerOptions = {}, destination = REWRITING): EngineWorld {
  const world = new EngineWorld(source, destination);
  worlds.push(world);
  for (const server of [world.source, world.destination]) server.createMailbox('Work');
  put(world.source, 'INBOX', ...upTo(last));
  return world;
}

/** From now on the server does not take these messages. */
function refuse(server: MemoryServer, ...numbers: readonly number[]): void {
  const isRefused = (text: string) => numbers.some((number) => text.includes(`Text of ${number}\r`));
  server.configure({ refuseMessage: ({ body }) => (isRefused(body.toString()) ? 'not this one' : null) });
}

function takeAll(server: MemoryServer): void {
  server.configure({ refuseMessage: () => null });
}

async function backup(world: EngineWorld, choice = {}): Promise<EngineRun> {
  const run = await world.run({ policy: backupPolicy, choice });
  expect(run.error).toBeNull();
  return run;
}

/** What a run tells that leaves it all as it is. */
const STAYS = ['MESSAGE_REJECTED', 'REMOVALS_WAITING'];

describe('a message that moved, and that is refused in its new place', () => {
  test('stays in the old one, run after run', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    for (let run = 1; run <= 3; run++) {
      expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
      expect(held(destination)).toEqual(upTo(4));
      expect(held(destination, 'Work')).toEqual([]);
    }
  });

  test('stays when a copy was refused it before', async () => {
    const world = worldOf(4, {}, {});
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await world.run({ policy: copyPolicy });
    expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual(upTo(4));
  });

  test('stays when its new place has not to be opened at all', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    put(source, 'Work', 3);
    expect(codesOf(await backup(world))).toEqual(['MESSAGE_REJECTED']);
    drop(source, 'INBOX', 3, 4);
    expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual(upTo(3));
  });

  test('stays with all others that are refused, and what was deleted goes', async () => {
    const world = worldOf(9);
    const { source, destination } = world;
    source.createMailbox('Archive');
    put(source, 'Archive', 31, 32);
    await backup(world);
    refuse(destination, 2, 5, 31);
    move(source, 'INBOX', 'Work', 2, 4, 5);
    move(source, 'Archive', 'INBOX', 31);
    drop(source, 'INBOX', 7, 8);
    drop(source, 'Archive', 32);
    expect(codesOf(await backup(world)).filter((code) => code === 'REMOVALS_WAITING')).toHaveLength(1);
    expect(held(destination)).toEqual([1, 2, 3, 5, 6, 9]);
    expect(held(destination, 'Work')).toEqual([4]);
    expect(held(destination, 'Archive')).toEqual([31]);
  });

  test('goes once it is carried', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    takeAll(destination);
    expect(codesOf(await backup(world, { skipped: 'retry' }))).toEqual([]);
    expect(held(destination)).toEqual([1, 2, 4]);
    expect(held(destination, 'Work')).toEqual([3]);
  });

  test('goes once it is deleted in its new place', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    drop(source, 'Work', 3);
    expect(codesOf(await backup(world))).toEqual([]);
    expect(held(destination)).toEqual([1, 2, 4]);
  });

  test('stays when it moves on to a third place', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    source.createMailbox('Archive');
    move(source, 'Work', 'Archive', 3);
    expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual(upTo(4));
  });

  test('stays, and nothing goes in that run, when it moves on while it is looked for', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    drop(source, 'INBOX', 4);
    source.createMailbox('Archive');
    let lists = 0;
    const run = await world.run({
      policy: backupPolicy,
      onSourceOperation: ({ kind }) => {
        if (kind === 'list') lists++;
        if (kind === 'headers' && lists === 2 && held(source, 'Work').length > 0)
          move(source, 'Work', 'Archive', 3);
        return 'go';
      },
    });
    expect(held(source, 'Archive')).toEqual([3]);
    expect(codesOf(run)).toContain('REMOVALS_WAITING');
    expect(held(destination)).toEqual(upTo(4));
    await backup(world);
    expect(held(destination)).toEqual(upTo(3));
  });

  test('stays and is not told of once a person has accepted it', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    drop(source, 'INBOX', 1);
    expect(codesOf(await backup(world, { skipped: 'accept' }))).toEqual([]);
    expect(codesOf(await backup(world))).toEqual([]);
    expect(held(destination)).toEqual([2, 3, 4]);
  });

  test('is told as staying by a dry run', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    drop(source, 'INBOX', 1);
    const { events } = await world.run({ policy: backupPolicy, dryRun: true });
    const removed = events.flatMap((event) => (event.type === 'messages-removed' ? [event.messages] : []));
    expect(removed).toEqual([1]);
  });

  test('stays when its mailbox is deleted at the source, and the mailbox with it', async () => {
    const world = worldOf(2);
    const { source, destination } = world;
    source.createMailbox('Old');
    put(source, 'Old', 21, 22, 23);
    await backup(world);
    refuse(destination, 22);
    move(source, 'Old', 'Work', 22);
    source.deleteMailbox('Old');
    for (let run = 1; run <= 2; run++) {
      expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
      expect(held(destination, 'Old')).toEqual([22]);
    }
    drop(source, 'Work', 22);
    expect(codesOf(await backup(world))).toEqual([]);
    expect(destination.snapshot().mailboxes['Old']).toBeUndefined();
  });

  test('stays where somebody has moved it at the destination', async () => {
    const world = worldOf(4);
    const { destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(destination, 'INBOX', 'Work', 3);
    for (let run = 1; run <= 2; run++) {
      expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
      expect(held(destination, 'Work')).toEqual([3]);
    }
  });

  test('stays when the destination takes only smaller ones by now', async () => {
    const world = worldOf(2);
    const { source, destination } = world;
    const big = { body: `Message-ID: <big@example.net>\r\n\r\n${'x'.repeat(5000)}Text of 3\r\n` };
    source.deliver('INBOX', big);
    await backup(world);
    destination.configure({ features: { appendLimitBytes: 2000 } });
    move(source, 'INBOX', 'Work', 3);
    expect(codesOf(await backup(world)).sort()).toEqual(['MESSAGE_TOO_LARGE', 'REMOVALS_WAITING']);
    expect(held(destination)).toEqual(upTo(3));
  });

  test('stays when it is the source that cannot read it any more', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    source.configure({ unreadable: ({ body }) => (body.includes('Text of 3') ? 'refused' : null) });
    move(source, 'INBOX', 'Work', 3);
    drop(source, 'INBOX', 4);
    expect(codesOf(await backup(world)).sort()).toEqual(['MESSAGE_UNREADABLE', 'REMOVALS_WAITING']);
    expect(held(destination)).toEqual(upTo(3));
  });
});

describe('a message that is refused, with others of which less is told than of it', () => {
  const no = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;

  test('keeps no mailbox in mind that is gone on both sides', async () => {
    const world = worldOf(2);
    const { source, destination } = world;
    source.createMailbox('Old');
    put(source, 'Old', 21, 22);
    refuse(destination, 50);
    put(source, 'Work', 50);
    await backup(world);
    for (const server of [source, destination]) server.deleteMailbox('Old');
    expect(codesOf(await backup(world))).toEqual(['MESSAGE_REJECTED']);
    expect(Object.values(world.stateFiles()).join()).toContain('forget-mailbox');
    expect(codesOf(await backup(world))).toEqual(['MESSAGE_REJECTED']);
  });

  test('stays alone where the server breaks off at the headers of another', async () => {
    const world = worldOf(6);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    drop(source, 'INBOX', 1, 5);
    const run = await world.run({
      policy: backupPolicy,
      onOperation: ({ kind, uids }) => (kind === 'headers' && uids?.has(5) ? { refuse: no } : 'go'),
    });
    expect(codesOf(run).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual([2, 3, 4, 6]);
  });

  test('stays with what the connection broke at, and not with what was read before', async () => {
    const world = worldOf(6);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    drop(source, 'INBOX', 1, 5, 6);
    // The first time it is looked for what has moved.
    let reads = 0;
    const run = await world.run({
      policy: backupPolicy,
      onOperation: ({ kind, uids }) => {
        if (kind === 'metadata' && reads > 1) return { refuse: no };
        if (kind !== 'headers' || !uids?.has(5)) return 'go';
        reads += 1;
        return reads > 1 ? { cutAfterBytes: 200 } : 'go';
      },
    });
    expect(codesOf(run).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual([2, 3, 4, 5]);
  });

  test('does not keep what is deleted once it is accepted and cannot be described', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 50);
    put(source, 'Work', 50);
    await backup(world);
    await backup(world, { skipped: 'accept' });
    drop(source, 'INBOX', 2);
    const run = await world.run({
      policy: backupPolicy,
      onSourceOperation: ({ kind, mailbox }) =>
        mailbox === 'Work' && ['headers', 'metadata', 'search'].includes(kind) ? { refuse: no } : 'go',
    });
    expect(codesOf(run)).toEqual([]);
    expect(held(destination)).toEqual([1, 3, 4]);
  });

  test('stays with all that is to go when it was accepted and its mailbox goes while it is looked for', async () => {
    const world = worldOf(4);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, 3);
    move(source, 'INBOX', 'Work', 3);
    await backup(world);
    await backup(world, { skipped: 'accept' });
    drop(source, 'INBOX', 2);
    await world.run({
      policy: backupPolicy,
      onSourceOperation: ({ kind, mailbox }) => {
        if (kind === 'examine' && mailbox === 'Work' && 'Work' in source.snapshot().mailboxes)
          source.renameMailbox('Work', 'Done');
        return 'go';
      },
    });
    expect('Done' in source.snapshot().mailboxes).toBe(true);
    expect(held(destination)).toEqual(upTo(4));
  });
});

describe('a message that cannot be told by a Message-ID', () => {
  /** Has neither a Message-ID nor a Date. */
  const nameless = 11;

  test('stays, and others go', async () => {
    const world = worldOf(nameless);
    const { source, destination } = world;
    await backup(world);
    refuse(destination, nameless);
    move(source, 'INBOX', 'Work', nameless);
    drop(source, 'INBOX', 2, 3);
    expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual([1, ...upTo(nameless, 4)]);
  });

  test.each([
    ['as it is', REWRITING],
    [
      'with the Date that it lacks',
      {
        rewriteBody: (body: Buffer) =>
          Buffer.concat([Buffer.from('Date: Mon, 1 Jan 2024 08:00:00 +0000\r\n'), body]),
      },
    ],
  ])('stays %s, and what only arrived in the same second goes', async (_, destinationOptions) => {
    const world = worldOf(0, {}, destinationOptions);
    const { source, destination } = world;
    for (const number of upTo(40)) source.deliver('INBOX', { body: bodyOf(number), internalDate: dateOf(1) });
    await backup(world);
    refuse(destination, nameless);
    move(source, 'INBOX', 'Work', nameless);
    drop(source, 'INBOX', 2, 22);
    expect(codesOf(await backup(world)).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual(upTo(40).filter((number) => number !== 2 && number !== 22));
  });

  test('stays when the destination gives such messages one, and another date', async () => {
    const world = worldOf(
      nameless,
      {},
      {
        rewriteBody: (body) => Buffer.concat([Buffer.from('Message-ID: <new@example>\r\n'), body]),
        rewriteInternalDate: () => ' 1-Mar-2025 08:00:00 +0000',
      },
    );
    const { source, destination } = world;
    await backup(world);
    refuse(destination, nameless);
    move(source, 'INBOX', 'Work', nameless);
    drop(source, 'INBOX', 2);
    await backup(world);
    expect(held(destination)).toEqual([1, ...upTo(nameless, 3)]);
  });

  test('stays when nobody can read its headers, and others of another size and date go', async () => {
    const world = worldOf(4, { features: { emailId: false } }, {});
    const { source, destination } = world;
    put(source, 'INBOX', 1000);
    await backup(world);
    destination.configure(REWRITING);
    refuse(destination, 3);
    put(source, 'Work', 3);
    await backup(world);
    drop(source, 'INBOX', 3, 1000);
    const no = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;
    const run = await world.run({
      policy: backupPolicy,
      onSourceOperation: ({ kind }) => (kind === 'headers' ? { refuse: no } : 'go'),
    });
    expect(codesOf(run).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual(upTo(4));
  });

  test('stays with all that is to go when nothing at all is told of it', async () => {
    const world = worldOf(4, { features: { emailId: false } }, {});
    const { source, destination } = world;
    put(source, 'INBOX', 1000);
    await backup(world);
    refuse(destination, 3);
    put(source, 'Work', 3);
    await backup(world);
    drop(source, 'INBOX', 3, 1000);
    const no = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;
    const run = await world.run({
      policy: backupPolicy,
      onSourceOperation: ({ kind, mailbox }) =>
        mailbox === 'Work' && (kind === 'headers' || kind === 'metadata') ? { refuse: no } : 'go',
    });
    expect(codesOf(run).sort()).toEqual(STAYS);
    expect(held(destination)).toEqual([...upTo(4), 1000]);
    await backup(world);
    expect(held(destination)).toEqual(upTo(4));
  });
});

describe('in a mirror', () => {
  const mirror = async (world: EngineWorld, policy: SyncPolicy = mirrorPolicy): Promise<EngineRun> => {
    const run = await world.run({ policy });
    expect(run.error).toBeNull();
    return run;
  };

  test.each(['source', 'destination'] as const)(
    'what moved at the %s stays on the other side in the old place',
    async (here) => {
      const there = here === 'source' ? 'destination' : 'source';
      const world = worldOf(6, REWRITING);
      await mirror(world);
      refuse(world[there], 3);
      move(world[here], 'INBOX', 'Work', 3);
      drop(world[here], 'INBOX', 5);
      for (let run = 1; run <= 3; run++) {
        expect(codesOf(await mirror(world)).sort()).toEqual(STAYS);
        expect(held(world[there])).toEqual([1, 2, 3, 4, 6]);
        expect(held(world[there], 'Work')).toEqual([]);
        expect(held(world[here])).toEqual([1, 2, 4, 6]);
        expect(held(world[here], 'Work')).toEqual([3]);
      }
      drop(world[here], 'Work', 3);
      expect(codesOf(await mirror(world))).toEqual([]);
      expect(held(world[there])).toEqual([1, 2, 4, 6]);
    },
  );

  test.each(['source', 'destination'] as const)(
    'a mailbox that is deleted at the %s stays with what is refused',
    async (here) => {
      const there = here === 'source' ? 'destination' : 'source';
      const world = worldOf(2, REWRITING);
      world.source.createMailbox('Old');
      put(world.source, 'Old', 21, 22, 23);
      await mirror(world);
      refuse(world[there], 22);
      move(world[here], 'Old', 'Work', 22);
      world[here].deleteMailbox('Old');
      for (let run = 1; run <= 3; run++) {
        const codes = codesOf(await mirror(world));
        expect(held(world[there], 'Old')).toEqual([22]);
        expect(codes).toContain('REMOVALS_WAITING');
      }
    },
  );
});
