import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryServer } from '../../src/store/memory.js';
import { backupPolicy, copyPolicy, mirrorPolicy, type SyncPolicy } from '../../src/sync/policy.js';
import { EitherWay } from '../scenarios/support/either-way.js';
import { drop, flag, held, put } from '../scenarios/support/mail.js';
import { type JournalMoment, MortalFiles } from '../support/engine/index.js';

/** Dies at the nth file that is put into its place, index, shards and journal alike. */
class DiesAtRename extends MortalFiles {
  readonly #nth: number;
  readonly #when: 'before' | 'after';
  #renames = 0;

  constructor(nth: number, when: 'before' | 'after') {
    super();
    this.#nth = nth;
    this.#when = when;
  }

  override async rename(from: string, to: string): Promise<void> {
    const isLast = ++this.#renames === this.#nth;
    if (isLast && this.#when === 'before') this.die();
    const done = super.rename(from, to);
    if (isLast && this.#when === 'after') void done.then(() => this.die());
    return done;
  }
}

const MOMENTS: readonly JournalMoment[] = ['before-write', 'torn-write', 'before-sync', 'after-sync'];

/** All places where the nth step of its kind may be the last. */
const DEATHS: readonly (readonly [where: string, files: (nth: number) => MortalFiles])[] = [
  ...MOMENTS.map(
    (moment) =>
      [`an append to the journal (${moment})`, (nth: number) => new MortalFiles({ nth, moment })] as const,
  ),
  ...(['before', 'after'] as const).map(
    (when) => [`a file put into place (${when})`, (nth: number) => new DiesAtRename(nth, when)] as const,
  ),
];

const worlds: EitherWay[] = [];

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

/** The accounts were named the wrong way round, and the login was refused: the state is empty, and turned. */
async function triedWrongly(policy: SyncPolicy): Promise<EitherWay> {
  const world = new EitherWay();
  worlds.push(world);
  const { old, fresh } = world;
  put(old.server, 'INBOX', 2);
  old.server.createMailbox('Work');
  put(old.server, 'Work', 21, 22, 23);
  put(fresh.server, 'INBOX', 1);
  drop(fresh.server, 'INBOX', 1);
  if (policy === mirrorPolicy) {
    put(fresh.server, 'INBOX', 2);
    flag(fresh.server, 'INBOX', 2, '\\Seen');
  }
  expect(await world.refusedRun(policy, 'wrong')).toBe('AUTH_FAILED');
  return world;
}

function mailOf(server: MemoryServer): Readonly<Record<string, number[]>> {
  const names = Object.keys(server.snapshot().mailboxes).sort();
  return Object.fromEntries(names.map((name) => [name, held(server, name)]));
}

/** Kills one run the right way round and goes on. False: it ended before its death. */
async function survives(policy: SyncPolicy, files: MortalFiles, isTriedAgain: boolean): Promise<boolean> {
  const world = await triedWrongly(policy);
  const end = await world.run({ policy, order: 'right', files });
  if (isTriedAgain) expect(await world.refusedRun(policy, 'wrong')).toBe('AUTH_FAILED');
  const numbers = [2];
  for (const next of [3, 5]) {
    put(world.old.server, 'INBOX', next);
    numbers.push(next);
    expect(await world.run({ policy, order: 'right' })).toBe('done');
    expect(mailOf(world.old.server)).toEqual({ INBOX: numbers, Work: [21, 22, 23] });
    expect(mailOf(world.fresh.server)).toEqual({ INBOX: numbers, 'INBOX.Work': [21, 22, 23] });
    expect(await world.names()).toEqual({ INBOX: 'INBOX', Work: 'INBOX.Work' });
  }
  world.remove();
  return end === 'killed';
}

describe.each([
  ['copy', copyPolicy],
  ['backup', backupPolicy],
  ['mirror', mirrorPolicy],
] as const)('a %s over an empty state that names the sides the other way round', (_, policy) => {
  it.each(DEATHS)(
    'loses and doubles nothing when killed at %s, whichever order comes next',
    async (_where, files) => {
      for (const isTriedAgain of [false, true]) {
        let deaths = 0;
        for (let nth = 1; await survives(policy, files(nth), isTriedAgain); nth++) deaths++;
        expect(deaths).toBeGreaterThan(1);
      }
    },
  );
});
