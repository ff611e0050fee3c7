import { afterEach, describe, expect, test } from 'vitest';
import { UidSet } from '../../src/model/uid-set.js';
import type { OnOperation } from '../../src/store/memory.js';
import { backupPolicy, copyPolicy, type SyncPolicy } from '../../src/sync/policy.js';
import {
  bodyOf,
  contentsOf,
  type Death,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
} from '../support/engine/index.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, held, move, put, somewhere, upTo } from './support/mail.js';
import type { Scenario } from './support/scenario.js';
import { codesOf } from './support/told.js';

/** The nth operation of a kind meets with this, all others with nothing. */
function nth(kind: string, which: number, verdict: ReturnType<OnOperation>): OnOperation {
  let seen = 0;
  return (operation) => (operation.kind === kind && ++seen === which ? verdict : 'go');
}

const ALL_CHANGED = ({ source }: EngineWorld): void => {
  put(source, 'INBOX', 7, 8, 9);
  drop(source, 'INBOX', 1, 2);
  flag(source, 'INBOX', 3, '-\\Flagged', '\\Answered');
  move(source, 'INBOX', 'Work', 4);
};

const FAULTS: readonly Scenario[] = [
  ...(['append-commit', 'store', 'expunge', 'copy'] as const).flatMap((kind): Scenario[] => [
    {
      id: 'S142',
      title: `the answer to the first ${kind} never comes, though it was carried out`,
      given: somewhere,
      change: ALL_CHANGED,
      during: () => ({ onOperation: nth(kind, 1, 'silent-after') }),
    },
    {
      id: 'S153',
      title: `the connection breaks right before the first ${kind}`,
      given: somewhere,
      change: ALL_CHANGED,
      during: () => ({ onOperation: nth(kind, 1, 'fail-before') }),
      // What may still land is looked for once more.
      ...(kind === 'append-commit' || kind === 'copy' ? { afterwards: 'looks' } : {}),
    },
  ]),
  {
    id: 'S153',
    title: 'the connection to the source breaks in the middle of a body',
    given: somewhere,
    change: ALL_CHANGED,
    during: () => ({ onSourceOperation: nth('bodies', 1, { cutAfterBytes: 150 }) }),
  },
  {
    id: 'S153',
    title: 'the connection to the destination breaks in the middle of a body',
    given: somewhere,
    change: ALL_CHANGED,
    during: () => ({ onOperation: nth('append', 1, { cutAfterBytes: 150 }) }),
  },
  {
    id: 'S154',
    title: 'the destination is busy for a moment',
    given: somewhere,
    change: ALL_CHANGED,
    during: () => ({
      onOperation: nth('select', 1, {
        refuse: { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'now', message: 'come back soon' },
      }),
    }),
  },
  {
    id: 'S144',
    title: 'an APPEND that was lost is sent once more',
    given: somewhere,
    change: ALL_CHANGED,
    during: () => ({ onOperation: nth('append-commit', 1, 'silent-before') }),
    afterwards: 'looks',
  },
  {
    id: 'S146',
    title: 'twins on their way when the connection breaks stay two',
    given: somewhere,
    change: ({ source }) => put(source, 'INBOX', 11, 11, 33, 33, 33),
    during: () => ({ onOperation: nth('append-commit', 1, 'fail-after') }),
  },
  {
    id: 'S157',
    title: 'a source that leaves messages out of its list loses none at the destination',
    source: { features: { condstore: false } },
    given: somewhere,
    change: ({ source }) => put(source, 'INBOX', 7),
    during: () => ({
      onSourceOperation: nth('search', 1, { omit: { uids: UidSet.of(2, 3) }, complete: true }),
    }),
    afterwards: 'looks',
    check: (_, { destination }) => {
      if (destination.writes.some(({ kind }) => kind === 'expunge')) throw new Error('something was removed');
    },
  },
  {
    id: 'S156',
    title: 'a message that cannot be read is told, once, and the rest goes on',
    source: { unreadable: ({ body }) => (body.includes('Text of 8\r') ? 'refused' : null) },
    given: somewhere,
    change: ALL_CHANGED,
    expected: ({ source }) => ({
      ...source,
      INBOX: (source['INBOX'] ?? []).filter((_, index) => index !== 4),
    }),
    problems: ['MESSAGE_UNREADABLE'],
    afterwards: 'looks',
  },
  {
    id: 'S152',
    title: 'a mailbox that cannot be opened stops no other, and nothing is removed meanwhile',
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7);
      put(source, 'Work', 25);
      drop(source, 'INBOX', 1);
    },
    during: () => ({
      onSourceOperation: ({ kind, mailbox }) =>
        kind === 'examine' && mailbox === 'Work'
          ? { refuse: { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message: 'in use' } }
          : 'go',
    }),
    runs: 2,
  },
];

/** Faults are waited out; with kills among them they are for the storms in test/crash. */
backupScenarios('H: faults', FAULTS, [{ name: 'servers that can do everything', deaths: 0 }]);

const worlds: EngineWorld[] = [];

function start(): EngineWorld {
  const world = new EngineWorld();
  worlds.push(world);
  somewhere(world);
  return world;
}

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

async function runs(world: EngineWorld, options: EngineRunOptions = {}): Promise<EngineRun> {
  const run = await world.run({ policy: backupPolicy, ...options });
  if (run.error) throw run.error;
  return run;
}

/** Moments at which the servers know more than the state does, and the other way round. */
const DEATHS: readonly ((nth: number) => Death)[] = [
  (nth) => ({ at: 'journal', nth, moment: 'after-sync' }),
  (nth) => ({ at: 'journal', nth, moment: 'before-sync', powerIsLost: true }),
  (nth) => ({ at: 'write', nth, when: 'after' }),
];

/** Runs that die at one moment after another, until one does not. */
async function wheneverKilled(
  policy: SyncPolicy,
  change: (world: EngineWorld) => void,
  since: (world: EngineWorld) => void,
  look: (world: EngineWorld, what: string) => void,
): Promise<void> {
  for (const deathAt of DEATHS) {
    let kills = 0;
    for (let isKilled = true; isKilled; ) {
      const world = start();
      await runs(world, { policy });
      change(world);
      const death = deathAt(kills + 1);
      isKilled = (await runs(world, { policy, death })).end === 'killed';
      if (isKilled) kills++;
      since(world);
      await runs(world, { policy });
      look(world, JSON.stringify(death));
      world.remove();
    }
    expect(kills).toBeGreaterThan(1);
  }
}

describe('S147 a run that was killed, when what it had carried', () => {
  test.each([
    ['backup', backupPolicy],
    ['copy', copyPolicy],
  ] as const)('was flagged otherwise since, as carried by %s', async (_, policy) => {
    await wheneverKilled(
      policy,
      ({ source }) => {
        put(source, 'INBOX', 7, 8);
        flag(source, 'INBOX', 8, '\\Flagged');
      },
      ({ source }) => {
        flag(source, 'INBOX', 7, '\\Answered');
        flag(source, 'INBOX', 8, '-\\Flagged');
      },
      (world, what) => expect(contentsOf(world.destination), what).toEqual(contentsOf(world.source)),
    );
  });

  test('was expunged since', async () => {
    await wheneverKilled(
      backupPolicy,
      ({ source }) => {
        put(source, 'INBOX', 7, 8);
        move(source, 'INBOX', 'Work', 2);
      },
      ({ source }) => {
        drop(source, 'INBOX', 7);
        drop(source, 'Work', 2);
      },
      (world, what) => expect(contentsOf(world.destination), what).toEqual(contentsOf(world.source)),
    );
  });

  test('had to come back from another mailbox, and its flags with it', async () => {
    await wheneverKilled(
      backupPolicy,
      ({ destination }) => {
        move(destination, 'INBOX', 'Work', 2);
        flag(destination, 'Work', 2, '-\\Seen', '\\Answered');
      },
      () => undefined,
      ({ source, destination }, what) => {
        const lines = (server: EngineWorld['source']) => [...(contentsOf(server)['INBOX'] ?? [])].sort();
        expect(lines(destination), what).toEqual(lines(source));
      },
    );
  });
});

describe('S148 a destination that was tampered with in every way', () => {
  test('is made equal by a full comparison', async () => {
    const world = start();
    await runs(world);
    drop(world.destination, 'INBOX', 2, 5);
    put(world.destination, 'Work', 901, 902);
    flag(world.destination, 'INBOX', 1, 'Mine', '\\Deleted');
    await runs(world, { choice: { full: true } });
    expect(held(world.destination).sort()).toEqual(held(world.source));
    expect(held(world.destination, 'Work')).toEqual(held(world.source, 'Work'));
    world.destination.forgetOperations();
    await runs(world);
    expect(world.destination.writes).toEqual([]);
  });
});

describe('S143 an APPEND that lands after everybody has given it up', () => {
  test('leaves no message there twice', async () => {
    const world = start();
    await runs(world);
    put(world.source, 'INBOX', 7, 8);
    await world.run({ policy: backupPolicy, onOperation: nth('append-commit', 1, { late: 'on-demand' }) });
    world.destination.landLate();
    await runs(world);
    await runs(world);
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });
});

describe('S061 mail that a person has decided to remove', () => {
  test('waits as long as the source may have it in a mailbox that came meanwhile', async () => {
    const world = start();
    put(world.destination, 'INBOX', 901);
    await runs(world);
    let hasMoved = false;
    const onSourceOperation: OnOperation = ({ kind }) => {
      if (kind !== 'examine' || hasMoved) return 'go';
      hasMoved = true;
      world.source.createMailbox('Later');
      put(world.source, 'Later', 901);
      return 'go';
    };
    await runs(world, { choice: { foreign: 'remove' }, onSourceOperation });
    expect(held(world.destination)).toContain(901);
    await runs(world, { choice: { foreign: 'remove' } });
    expect(held(world.destination)).not.toContain(901);
    expect(held(world.destination, 'Later')).toEqual([901]);
  });
});

describe('S143 a mailbox that goes at the source while messages are on their way to its partner', () => {
  test.each([
    ['by COPY, of which the answer never comes', 'copy', 'kill-after'],
    ['by COPY that is not carried out', 'copy', 'kill-before'],
    ['by APPEND, of which the answer never comes', 'append-commit', 'kill-after'],
    ['by APPEND that is carried out twice', 'append-commit', { late: 'on-demand', answer: 'fail' }],
  ] as const)('goes at the destination as well: %s', async (_, kind, verdict) => {
    const world = start();
    await runs(world);
    if (kind === 'copy') move(world.source, 'INBOX', 'Work', 2, 3);
    else put(world.source, 'Work', 25);
    await world.run({ policy: backupPolicy, onOperation: nth(kind, 1, verdict) });
    world.destination.landLate();
    world.source.deleteMailbox('Work');
    expect(codesOf(await runs(world))).toEqual([]);
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });
});

describe('S154 a refusal', () => {
  test.each([
    ['store', 'COMMAND_REFUSED'],
    ['expunge', 'COMMAND_REFUSED'],
    ['copy', 'COMMAND_REFUSED'],
  ] as const)('of a %s spoils nothing that another run does not mend', async (kind, code) => {
    const world = start();
    await runs(world);
    ALL_CHANGED(world);
    const refuse = { code, scope: 'mailbox', retry: 'never', message: 'no' } as const;
    await runs(world, { onOperation: ({ kind: asked }) => (asked === kind ? { refuse } : 'go') });
    const last = await runs(world);
    expect(codesOf(last)).toEqual([]);
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });
});

describe('S151 a destination that is almost full', () => {
  test('takes what it has room for, gets its flags, and the rest when there is more room', async () => {
    const world = start();
    await runs(world);
    const { mailboxes } = world.destination.snapshot();
    const sizes = Object.values(mailboxes).flatMap(({ messages }) =>
      messages.map(({ sizeBytes }) => sizeBytes),
    );
    const octets = sizes.reduce((sum, size) => sum + size, 0);
    put(world.source, 'INBOX', 7, 8, 9, 10);
    flag(world.source, 'INBOX', 3, '-\\Flagged');
    world.destination.configure({ quotaBytes: octets + 2 * Buffer.byteLength(bodyOf(7)) + 10 });
    expect(codesOf(await runs(world))).toEqual(['OVER_QUOTA']);
    expect(contentsOf(world.destination)['INBOX']).toEqual(contentsOf(world.source)['INBOX']?.slice(0, -2));
    world.destination.configure({ quotaBytes: Number.POSITIVE_INFINITY });
    expect(codesOf(await runs(world))).toEqual([]);
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });
});

describe('S150 a state that cannot be written any more', () => {
  test('ends the run, and the next one finds what was done', async () => {
    const world = start();
    await runs(world);
    put(world.source, 'INBOX', ...upTo(12, 7));
    const death = { at: 'journal', nth: 2, moment: 'torn-write' } as const;
    expect((await runs(world, { death })).end).toBe('killed');
    await runs(world);
    expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  });
});
