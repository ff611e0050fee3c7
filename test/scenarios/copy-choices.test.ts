import { afterEach, describe, expect, test } from 'vitest';
import { UidSet } from '../../src/model/uid-set.js';
import type { MemoryServerOptions } from '../../src/store/memory.js';
import { copyPolicy } from '../../src/sync/policy.js';
import { type Choices, CopyWorld, deliver } from '../support/choices/index.js';

let world: CopyWorld;

afterEach(() => world.remove());

function start(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): CopyWorld {
  world = new CopyWorld(source, destination);
  return world;
}

/** Texts in the INBOX of the destination. */
function inbox(): readonly string[] {
  return world.arrived()['INBOX'] ?? [];
}

/** A dry run must tell what the run then does. */
async function runAsPlanned(choices: Choices): Promise<Awaited<ReturnType<CopyWorld['run']>>> {
  const plan = await world.run({ ...choices, dryRun: true });
  const run = await world.run(choices);
  const planned = plan.events.reduce(
    (sum, event) => sum + (event.type === 'mailbox-planned' ? event.messages : 0),
    0,
  );
  expect(planned).toBe(run.copied);
  expect(plan.skipped).toEqual(run.skipped);
  return run;
}

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

describe('by date', () => {
  const give = (): void => {
    deliver(world.source, 'INBOX', 'old', { internalDate: '31-Dec-2023 23:59:59 +0000' });
    deliver(world.source, 'INBOX', 'first', { internalDate: ' 1-Jan-2024 00:00:00 +0000' });
    deliver(world.source, 'INBOX', 'far east', { internalDate: ' 1-Jan-2024 08:30:00 +0900' });
    deliver(world.source, 'INBOX', 'last', { internalDate: '31-Jan-2024 23:59:59 +0000' });
    deliver(world.source, 'INBOX', 'new', { internalDate: ' 1-Feb-2024 00:00:00 +0000' });
  };

  test('since takes its day in, before does not; an instant counts and not its zone', async () => {
    start();
    give();
    const filter = { since: day('2024-01-01'), before: day('2024-02-01') };
    const { skipped } = await runAsPlanned({ filter });
    expect(inbox()).toEqual(['first', 'last']);
    expect(skipped).toEqual({ '--since': 2, '--before': 1 });
  });

  test('a second run opens nothing and says nothing more of what was left out', async () => {
    start();
    give();
    const filter = { since: day('2024-01-01') };
    await world.run({ filter });
    const again = await world.run({ filter });
    expect(again.destinations).toEqual({});
    expect(again.problems).toEqual([]);
  });

  test('with another filter, or none, what was left out is looked at again', async () => {
    start();
    give();
    await world.run({ filter: { since: day('2024-02-01') } });
    expect(inbox()).toEqual(['new']);
    await world.run({ filter: { since: day('2024-01-01') } });
    expect(inbox()).toEqual(['new', 'first', 'last']);
    expect((await runAsPlanned({})).copied).toBe(2);
    expect([...inbox()].sort()).toEqual(['far east', 'first', 'last', 'new', 'old']);
  });

  test('flags of what was carried under another filter are still followed, and nothing is carried twice', async () => {
    start();
    give();
    await world.run();
    world.source.setFlags('INBOX', 1, 'add', ['\\Seen']);
    const { copied } = await world.run({ filter: { since: day('2024-02-01') } });
    expect(copied).toBe(0);
    expect(world.destination.snapshot().mailboxes['INBOX']?.messages[0]?.flags).toEqual(['\\Seen']);
    expect(inbox()).toHaveLength(5);
  });
});

describe('by size', () => {
  test('both bounds are inclusive', async () => {
    start();
    const sizes = ['a', 'b', 'c', 'd'].map((text, index) => {
      const uid = deliver(world.source, 'INBOX', text, { padding: 1000 * (index + 1) });
      return world.source.body('INBOX', uid).length;
    });
    const filter = { minSizeBytes: sizes[1] ?? 0, maxSizeBytes: sizes[2] ?? 0 };
    const { skipped } = await runAsPlanned({ filter });
    expect(inbox()).toEqual(['b', 'c']);
    expect(skipped).toEqual({ '--min-size': 1, '--max-size': 1 });
  });
});

describe('messages flagged \\Deleted', () => {
  const withDeleted: Choices = { policy: { ...copyPolicy, carryDeleted: true } };

  test('stay behind, and follow once they are flagged so no more', async () => {
    start();
    deliver(world.source, 'INBOX', 'kept');
    const uid = deliver(world.source, 'INBOX', 'deleted', { flags: ['\\Deleted', '\\Seen'] });
    const { skipped } = await runAsPlanned({});
    expect(skipped).toEqual({ 'flagged \\Deleted': 1 });
    expect(inbox()).toEqual(['kept']);
    world.source.setFlags('INBOX', uid, 'remove', ['\\Deleted']);
    await runAsPlanned({});
    expect(inbox()).toEqual(['kept', 'deleted']);
  });

  test('are carried like any other when that is asked for, also later', async () => {
    start();
    deliver(world.source, 'INBOX', 'deleted', { flags: ['\\Deleted'] });
    await world.run();
    expect(inbox()).toEqual([]);
    await runAsPlanned(withDeleted);
    expect(inbox()).toEqual(['deleted']);
    expect(world.destination.snapshot().mailboxes['INBOX']?.messages[0]?.flags).toEqual(['\\Deleted']);
    const again = await world.run(withDeleted);
    expect(again.destinations).toEqual({});
  });

  test('a message that was carried before it was flagged so stays as it is at the destination', async () => {
    start();
    const uid = deliver(world.source, 'INBOX', 'carried');
    await world.run();
    world.source.setFlags('INBOX', uid, 'add', ['\\Deleted']);
    await world.run();
    expect(inbox()).toEqual(['carried']);
    expect(world.destination.snapshot().mailboxes['INBOX']?.messages[0]?.flags).toEqual([]);
  });
});

describe('stopping after so many octets', () => {
  test('ends cleanly, tells it once, and goes on next time', async () => {
    start();
    for (let number = 1; number <= 40; number++)
      deliver(world.source, 'INBOX', `m${number}`, { padding: 10_000 });
    const first = await world.run({ stopAfterBytes: 100_000 });
    expect(first.error).toBeNull();
    expect(first.problems).toMatchObject([{ code: 'STOPPED_EARLY', scope: 'account' }]);
    expect(inbox().length).toBeGreaterThan(7);
    expect(inbox().length).toBeLessThan(12);
    const second = await world.run({ stopAfterBytes: 1_000_000 });
    expect(second.problems).toEqual([]);
    expect(inbox()).toEqual(Array.from({ length: 40 }, (_, index) => `m${index + 1}`));
    expect((await world.run({ stopAfterBytes: 1_000_000 })).destinations).toEqual({});
  });

  test('carries at least one message, however large, so that every run gets further', async () => {
    start();
    for (const text of ['one', 'two', 'three']) deliver(world.source, 'INBOX', text, { padding: 5000 });
    for (const count of [1, 2, 3]) {
      await world.run({ stopAfterBytes: 10 });
      expect(inbox()).toHaveLength(count);
    }
    expect((await world.run({ stopAfterBytes: 10 })).problems).toEqual([]);
  });

  test('flags of what was carried before go on', async () => {
    start();
    deliver(world.source, 'INBOX', 'carried');
    await world.run();
    world.source.setFlags('INBOX', 1, 'add', ['\\Flagged']);
    for (const text of ['one', 'two']) deliver(world.source, 'INBOX', text, { padding: 5000 });
    await world.run({ stopAfterBytes: 10 });
    expect(inbox()).toHaveLength(2);
    expect(world.destination.snapshot().mailboxes['INBOX']?.messages[0]?.flags).toEqual(['\\Flagged']);
  });
});

describe('what was deleted at the destination', () => {
  test('stays deleted, until it is to be restored', async () => {
    start();
    for (const text of ['one', 'two', 'three']) deliver(world.source, 'INBOX', text, { flags: ['\\Seen'] });
    await world.run();
    world.destination.expunge('INBOX', 2);
    expect((await world.run({ full: true })).copied).toBe(0);
    expect(inbox()).toEqual(['one', 'three']);
    expect((await runAsPlanned({ restore: true })).copied).toBe(1);
    expect(inbox()).toEqual(['one', 'three', 'two']);
    expect((await world.run({ restore: true })).copied).toBe(0);
    expect((await world.run()).destinations).toEqual({});
  });

  test('all of a mailbox comes back, and mail of the destination itself is left alone', async () => {
    start();
    for (const text of ['one', 'two']) deliver(world.source, 'INBOX', text);
    await world.run();
    world.destination.expunge('INBOX', UidSet.from([1, 2]));
    deliver(world.destination, 'INBOX', 'own');
    await world.run({ restore: true });
    expect(inbox()).toEqual(['own', 'one', 'two']);
  });
});

describe('what the destination refused for good', () => {
  const refuseMessage = ({ body }: { readonly body: Buffer }): string | null => {
    return body.includes('bad') ? 'Message contains invalid header' : null;
  };

  test('is told at every run, also when nothing has to be opened, and is not sent again', async () => {
    start({}, { refuseMessage });
    for (const text of ['good', 'bad 1', 'better', 'bad 2']) deliver(world.source, 'INBOX', text);
    const first = await world.run();
    expect(first.problems).toMatchObject([
      { code: 'MESSAGE_REJECTED', scope: 'message', uid: 2, serverText: 'Message contains invalid header' },
      { code: 'MESSAGE_REJECTED', scope: 'message', uid: 4 },
    ]);
    world.destination.forgetOperations();
    const second = await world.run();
    expect(second.destinations).toEqual({});
    expect(second.problems).toMatchObject([
      { code: 'MESSAGE_REJECTED', scope: 'mailbox', mailbox: 'INBOX', permanent: true },
    ]);
    expect(second.problems[0]?.message).toContain('2 messages');
    deliver(world.source, 'INBOX', 'bad 3');
    const third = await world.run();
    expect(third.problems).toMatchObject([
      { scope: 'message', uid: 5 },
      { scope: 'mailbox', mailbox: 'INBOX' },
    ]);
    expect((await world.run({ dryRun: true, full: true })).problems).toMatchObject([{ scope: 'mailbox' }]);
    expect(inbox()).toEqual(['good', 'better']);
  });

  test('is told no longer once it was accepted, though what is refused later is', async () => {
    start({}, { refuseMessage });
    for (const text of ['good', 'bad']) deliver(world.source, 'INBOX', text);
    await world.run();
    expect((await world.run({ skipped: 'accept' })).problems).toEqual([]);
    const again = await world.run();
    expect(again.problems).toEqual([]);
    expect(again.destinations).toEqual({});
    deliver(world.source, 'INBOX', 'bad again');
    expect((await world.run()).problems).toMatchObject([{ scope: 'message', uid: 3 }]);
    const [left] = (await world.run()).problems;
    expect(left?.message).toContain('one message');
    expect(left?.hint).toBe('--retry-skipped tries it once more, --accept-skipped stops telling of it');
  });

  test('is tried once more when that is asked for, accepted or not', async () => {
    start({}, { refuseMessage });
    for (const text of ['good', 'bad']) deliver(world.source, 'INBOX', text);
    await world.run();
    expect((await world.run({ skipped: 'retry' })).problems).toMatchObject([{ scope: 'message', uid: 2 }]);
    await world.run({ skipped: 'accept' });
    world.destination.configure({ refuseMessage: () => null });
    expect((await world.run()).copied).toBe(0);
    const retried = await world.run({ skipped: 'retry' });
    expect(retried.problems).toEqual([]);
    expect(inbox()).toEqual(['good', 'bad']);
    expect((await world.run()).problems).toEqual([]);
  });

  test('is no longer told when it has gone from the source', async () => {
    start({}, { refuseMessage });
    for (const text of ['good', 'bad']) deliver(world.source, 'INBOX', text);
    await world.run();
    world.source.expunge('INBOX', 2);
    expect((await world.run()).problems).toEqual([]);
    expect((await world.run()).destinations).toEqual({});
  });

  test('because of its size is tried again when the limit has changed', async () => {
    start({}, { features: { appendLimitBytes: 2000 } });
    deliver(world.source, 'INBOX', 'small');
    deliver(world.source, 'INBOX', 'large', { padding: 3000 });
    const first = await world.run();
    expect(first.problems).toMatchObject([{ code: 'MESSAGE_TOO_LARGE', scope: 'message', uid: 2 }]);
    expect((await world.run()).problems).toMatchObject([{ scope: 'mailbox' }]);
    world.destination.configure({ features: { appendLimitBytes: 10_000 } });
    expect((await world.run()).problems).toEqual([]);
    expect(inbox()).toEqual(['small', 'large']);
  });
});

describe('a dry run', () => {
  test('tells of all mail of a mailbox that is gone at the destination since', async () => {
    start();
    world.source.createMailbox('Work');
    for (const text of ['one', 'two']) deliver(world.source, 'Work', text);
    await world.run({});
    world.destination.deleteMailbox('Work');
    expect((await runAsPlanned({})).copied).toBe(2);
    expect(world.arrived()['Work']).toEqual(['one', 'two']);
  });
});
