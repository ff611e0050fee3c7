import { afterEach, describe, expect, it } from 'vitest';
import { UidSet } from '../../src/model/uid-set.js';
import type { OnOperation } from '../../src/store/memory.js';
import { backupPolicy, copyPolicy, mirrorPolicy } from '../../src/sync/policy.js';
import { EngineWorld } from '../support/engine/index.js';
import { flagsOf } from './support/couple.js';
import { held, put } from './support/mail.js';
import { codesOf } from './support/told.js';

const worlds: EngineWorld[] = [];

afterEach(() => {
  for (const world of worlds.splice(0)) world.remove();
});

/** The connection breaks at the first APPEND, and the server stores it when it is told to land. */
function firstIsLate(): OnOperation {
  let isDone = false;
  return ({ kind }) => {
    if (kind !== 'append-commit' || isDone) return 'go';
    isDone = true;
    return { late: 'on-demand', answer: 'fail' };
  };
}

/** A mirror whose APPEND to the source was sent again; the first one landed there after that mirror. */
async function withSurplus(...options: ConstructorParameters<typeof EngineWorld>): Promise<EngineWorld> {
  const world = new EngineWorld(...options);
  worlds.push(world);
  put(world.destination, 'INBOX', 1);
  await world.run({ policy: mirrorPolicy, onSourceOperation: firstIsLate() });
  world.source.landLate();
  expect([held(world.source), held(world.destination)]).toEqual([[1, 1], [1]]);
  return world;
}

describe('a message that a mirror stored twice, as the first APPEND was carried out late', () => {
  it.each([
    ['is not whole', false],
    ['leaves it out', true],
  ])('stays as long as the answer about its flags %s', async (_, complete) => {
    const world = await withSurplus();
    world.source.setFlags('INBOX', 2, 'add', ['\\Flagged']);
    const second = UidSet.of(2);
    const gap: OnOperation = ({ kind, uids }) =>
      kind === 'flags' && uids?.equals(second) ? { omit: { uids: second }, complete } : 'go';
    const run = await world.run({ policy: mirrorPolicy, onSourceOperation: gap });
    expect(codesOf(run)).toEqual(['LISTING_INCOMPLETE']);
    expect([held(world.source), held(world.destination)]).toEqual([[1, 1], [1]]);
    expect(codesOf(await world.run({ policy: mirrorPolicy }))).toEqual([]);
    expect([held(world.source), held(world.destination)]).toEqual([[1], [1]]);
    expect(flagsOf(world.source, 1)).toEqual(['\\Flagged']);
    expect(flagsOf(world.destination, 1)).toEqual(['\\Flagged']);
  });

  it.each([
    ['backup', backupPolicy],
    ['copy', copyPolicy],
  ] as const)('is not carried by a %s of that account, and goes with the next mirror', async (_, policy) => {
    const world = await withSurplus();
    for (const number of [2, 3]) {
      put(world.source, 'INBOX', number);
      expect(codesOf(await world.run({ policy }))).toEqual([]);
    }
    expect([held(world.source), held(world.destination)]).toEqual([
      [1, 1, 2, 3],
      [1, 2, 3],
    ]);
    for (let nth = 0; nth < 3; nth++) await world.run({ policy: mirrorPolicy });
    expect([held(world.source), held(world.destination)]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  it('is the message once somebody has removed the other one', async () => {
    const world = await withSurplus();
    world.source.expunge('INBOX', 1);
    expect(codesOf(await world.run({ policy: backupPolicy }))).toEqual([]);
    expect([held(world.source), held(world.destination)]).toEqual([[1], [1]]);
    for (let nth = 0; nth < 2; nth++) {
      expect(codesOf(await world.run({ policy: mirrorPolicy }))).toEqual([]);
      expect([held(world.source), held(world.destination)]).toEqual([[1], [1]]);
    }
  });

  it.each([
    ['with CONDSTORE', {}],
    ['without', { condstore: false, qresync: false }],
  ])('leaves its flags to both sides in the very run that removes it, %s', async (_, features) => {
    const world = await withSurplus({ features }, { features });
    world.source.setFlags('INBOX', 2, 'add', ['\\Flagged', 'Work']);
    expect(codesOf(await world.run({ policy: mirrorPolicy }))).toEqual([]);
    expect([held(world.source), held(world.destination)]).toEqual([[1], [1]]);
    expect(flagsOf(world.source, 1)).toEqual(['Work', '\\Flagged']);
    expect(flagsOf(world.destination, 1)).toEqual(['Work', '\\Flagged']);
  });

  it('leaves its flags to both sides, whichever it arrived at', async () => {
    const plain = { features: { condstore: false, qresync: false } };
    const world = new EngineWorld(plain, plain);
    worlds.push(world);
    put(world.source, 'INBOX', 1);
    await world.run({ policy: mirrorPolicy, onOperation: firstIsLate() });
    world.destination.landLate();
    world.destination.setFlags('INBOX', 2, 'add', ['\\Flagged']);
    expect(codesOf(await world.run({ policy: mirrorPolicy }))).toEqual([]);
    expect([held(world.source), held(world.destination)]).toEqual([[1], [1]]);
    expect(flagsOf(world.source, 1)).toEqual(['\\Flagged']);
    expect(flagsOf(world.destination, 1)).toEqual(['\\Flagged']);
  });
});
