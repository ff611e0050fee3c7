import { afterEach, describe, expect, it } from 'vitest';
import { backupPolicy, copyPolicy, mirrorPolicy, type SyncPolicy } from '../../src/sync/policy.js';
import { flagsOf } from './support/couple.js';
import { EitherWay } from './support/either-way.js';
import { drop, flag, held, put } from './support/mail.js';

const VERBS: readonly (readonly [verb: string, policy: SyncPolicy])[] = [
  ['copy', copyPolicy],
  ['backup', backupPolicy],
  ['mirror', mirrorPolicy],
];

let world: EitherWay;

afterEach(() => world.remove());

/** Mail whose UIDs differ: the new server had a message once. Of a mirror some mail is on both already. */
function given(policy: SyncPolicy): void {
  world = new EitherWay();
  const { old, fresh } = world;
  put(old.server, 'INBOX', 2);
  old.server.createMailbox('Work');
  put(old.server, 'Work', 21, 22);
  put(fresh.server, 'INBOX', 1);
  drop(fresh.server, 'INBOX', 1);
  if (policy !== mirrorPolicy) return;
  put(fresh.server, 'INBOX', 2);
  flag(fresh.server, 'INBOX', 2, '\\Seen', '\\Flagged');
}

/** What INBOX holds on both, once it is sure that all else is where it belongs. */
async function both(): Promise<number[][]> {
  const [old, fresh] = [world.old.server, world.fresh.server];
  const names = [old, fresh].map((server) => Object.keys(server.snapshot().mailboxes).sort());
  expect(names).toEqual([
    ['INBOX', 'Work'],
    ['INBOX', 'INBOX.Work'],
  ]);
  expect([held(old, 'Work'), held(fresh, 'INBOX.Work')]).toEqual([
    [21, 22],
    [21, 22],
  ]);
  expect(await world.names()).toEqual({ INBOX: 'INBOX', Work: 'INBOX.Work' });
  return [held(old), held(fresh)];
}

describe.each(VERBS)('a %s whose first try named the accounts the wrong way round', (_, policy) => {
  it('goes on as if that had not been, when that try ended before anything was known', async () => {
    given(policy);
    expect(await world.refusedRun(policy, 'wrong')).toBe('AUTH_FAILED');
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    expect(await both()).toEqual([[2], [2]]);
    put(world.old.server, 'INBOX', 3);
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    expect(await both()).toEqual([
      [2, 3],
      [2, 3],
    ]);
    flag(world.old.server, 'INBOX', 3, '\\Flagged');
    if (policy !== copyPolicy) drop(world.old.server, 'INBOX', 2);
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    expect(await both()).toEqual(
      policy === copyPolicy
        ? [
            [2, 3],
            [2, 3],
          ]
        : [[3], [3]],
    );
    expect(flagsOf(world.fresh.server, 3)).toEqual(['\\Flagged']);
  });

  it('goes on so after a dry run, which leaves the state as that try left it', async () => {
    given(policy);
    await world.refusedRun(policy, 'wrong');
    expect(await world.run({ policy, order: 'right', dryRun: true })).toBe('done');
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    put(world.old.server, 'INBOX', 3);
    expect(await world.run({ policy, order: 'right', dryRun: true })).toBe('done');
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    expect(await both()).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  it('goes on so when tries of either order came before', async () => {
    given(policy);
    for (const order of ['wrong', 'right', 'wrong', 'right'] as const) await world.refusedRun(policy, order);
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    await world.refusedRun(policy, 'wrong');
    put(world.old.server, 'INBOX', 3);
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    expect(await both()).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });
});
