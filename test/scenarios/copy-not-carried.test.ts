import { afterEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/report/events.js';
import type { MemoryServerOptions } from '../../src/store/memory.js';
import { backupPolicy } from '../../src/sync/policy.js';
import { type Choices, CopyWorld, deliver, type RunRecord } from '../support/choices/index.js';

let world: CopyWorld;

afterEach(() => world.remove());

function start(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): CopyWorld {
  world = new CopyWorld(source, destination);
  return world;
}

/** Mailbox, UIDs and why, of every event that names messages which were not carried. */
function notCarried({ events }: RunRecord): unknown[] {
  return events.flatMap((event) => rowsOf(event));
}

function rowsOf(event: RunEvent): unknown[] {
  switch (event.type) {
    case 'messages-skipped':
      return [[event.mailbox, event.uids.toString(), event.reason]];
    case 'messages-left':
      return [[event.mailbox, event.uids?.toString() ?? null, event.problem.code]];
    case 'problem':
      return event.uids ? [[event.problem.mailbox, event.uids.toString(), event.problem.code]] : [];
    default:
      return [];
  }
}

function sorted(rows: readonly unknown[]): unknown[] {
  return [...rows].sort((one, other) => String(one).localeCompare(String(other)));
}

const VERBS: readonly (readonly [string, Choices])[] = [
  ['copy', {}],
  ['backup', { policy: backupPolicy }],
];

describe.each(VERBS)('what %s does not carry is named', (verb, choices) => {
  test('with the UIDs of what is left out, in ranges, once', async () => {
    start();
    for (const number of [1, 2, 3, 4, 5, 6]) {
      const internalDate = number > 4 ? ' 1-Feb-2020 08:00:00 +0000' : ' 1-Feb-2024 08:00:00 +0000';
      deliver(world.source, 'INBOX', `${number}`, {
        internalDate,
        flags: number < 3 ? ['\\Deleted'] : [],
      });
    }
    let appends = 0;
    // The work is taken up again after this, and comes by the same messages.
    world.destination.onOperation = ({ kind }) =>
      kind === 'append' && ++appends === 1 ? 'fail-before' : 'go';
    const filter = { since: 1_600_000_000 };
    const record = await world.run({ ...choices, filter, retryWaitsMs: [0, 1, 1] });
    expect(record.error).toBeNull();
    expect(sorted(notCarried(record))).toEqual([
      // A backup carries what is flagged so.
      ...(verb === 'copy' ? [['INBOX', '1:2', 'flagged \\Deleted']] : []),
      ['INBOX', '5:6', '--since'],
    ]);
  });

  test('when the destination is full: all that is new, in every mailbox', async () => {
    start();
    for (const box of ['A', 'B', 'C']) {
      world.source.createMailbox(box);
      deliver(world.source, box, `${box} old`);
    }
    await world.run(choices);
    for (const box of ['A', 'B', 'C'])
      for (const number of [1, 2, 3]) deliver(world.source, box, `${box} ${number}`, { padding: 3000 });
    world.destination.configure({ quotaBytes: 500 });
    const record = await world.run({ ...choices, parallel: 1 });
    expect(record.error).toBeNull();
    expect(sorted(notCarried(record))).toEqual([
      ['A', '2:4', 'OVER_QUOTA'],
      ['B', '2:4', 'OVER_QUOTA'],
      ['C', '2:4', 'OVER_QUOTA'],
    ]);
    world.destination.configure({ quotaBytes: Number.POSITIVE_INFINITY });
    expect(notCarried(await world.run(choices))).toEqual([]);
  });

  test('when the run ends early by choice', async () => {
    start();
    for (const number of [1, 2, 3, 4]) deliver(world.source, 'INBOX', `${number}`, { padding: 5000 });
    const record = await world.run({ ...choices, stopAfterBytes: 10 });
    expect(world.arrived()['INBOX']).toEqual(['1']);
    expect(notCarried(record)).toEqual([['INBOX', '2:4', 'STOPPED_EARLY']]);
    expect(notCarried(await world.run({ ...choices, stopAfterBytes: 1_000_000 }))).toEqual([]);
  });

  test('when a mailbox is given up, before or after what is new in it is known', async () => {
    start();
    for (const box of ['A', 'B', 'C']) {
      world.source.createMailbox(box);
      for (const number of [1, 2]) deliver(world.source, box, `${box} ${number}`);
    }
    const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message: 'no' } as const;
    world.source.onOperation = ({ kind, mailbox }) =>
      kind === 'examine' && mailbox === 'A' ? { refuse } : 'go';
    world.destination.onOperation = ({ kind, mailbox }) =>
      kind === 'append' && mailbox === 'B' ? { refuse } : 'go';
    const record = await world.run(choices);
    expect(record.error).toBeNull();
    expect(sorted(notCarried(record))).toEqual([
      ['A', null, 'MAILBOX_UNAVAILABLE'],
      ['B', '1:2', 'MAILBOX_UNAVAILABLE'],
    ]);
    expect(world.arrived()['C']).toEqual(['C 1', 'C 2']);
  });

  test('when a mailbox cannot be made there', async () => {
    start();
    world.source.createMailbox('A');
    deliver(world.source, 'A', 'A 1');
    const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message: 'no' } as const;
    world.destination.onOperation = ({ kind }) => (kind === 'create' ? { refuse } : 'go');
    expect(notCarried(await world.run(choices))).toEqual([['A', null, 'MAILBOX_UNAVAILABLE']]);
  });

  test('when something ends the whole run: what was in work, and what nobody came to', async () => {
    start();
    for (const box of ['A', 'B', 'C']) {
      world.source.createMailbox(box);
      for (const number of [1, 2]) deliver(world.source, box, `${box} ${number}`);
    }
    const refuse = { code: 'AUTH_FAILED', scope: 'run', retry: 'never', message: 'no more' } as const;
    world.destination.onOperation = ({ kind }) => (kind === 'append' ? { refuse } : 'go');
    const record = await world.run({ ...choices, parallel: 1 });
    expect(record.error?.code).toBe('AUTH_FAILED');
    expect(sorted(notCarried(record))).toEqual([
      ['A', '1:2', 'AUTH_FAILED'],
      ['B', null, 'AUTH_FAILED'],
      ['C', null, 'AUTH_FAILED'],
      ['INBOX', null, 'AUTH_FAILED'],
    ]);
  });

  test('when it was refused in an earlier run, whether or not its mailbox is opened', async () => {
    start({}, { refuseMessage: ({ body }) => (body.includes('bad') ? 'no' : null) });
    for (const text of ['bad 1', 'good', 'bad 3']) deliver(world.source, 'INBOX', text);
    await world.run(choices);
    const unopened = await world.run(choices);
    expect(unopened.destinations).toEqual({});
    expect(notCarried(unopened)).toEqual([['INBOX', '1,3', 'MESSAGE_REJECTED']]);
    deliver(world.source, 'INBOX', 'more');
    expect(notCarried(await world.run(choices))).toEqual([['INBOX', '1,3', 'MESSAGE_REJECTED']]);
  });

  test('except in a dry run, which carries nothing', async () => {
    start();
    for (const number of [1, 2]) deliver(world.source, 'INBOX', `${number}`);
    expect(notCarried(await world.run({ ...choices, dryRun: true }))).toEqual([]);
  });
});
