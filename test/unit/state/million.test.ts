import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { FlagTableBuilder } from '../../../src/model/flags.js';
import { UidMap } from '../../../src/model/uid-map.js';
import type { UidRun } from '../../../src/model/uid-runs.js';
import type { PairState, RouteState } from '../../../src/state/route-state.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob, openIn, stateFiles } from './open.js';

const MESSAGES = 1_000_000;
const BATCH = 5000;
const MIB = 1024 * 1024;
const FLAGS = ['\\Seen', '\\Answered', '\\Flagged'];

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

async function heldBytes(): Promise<number> {
  // Buffers are given back only some time after their owners were collected.
  for (let round = 0; round < 3; round++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** The same numbers every time, evenly spread from 0 to 1 (a linear congruential generator). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/**
 * A mailbox out of which 30 % of all messages were removed one by one over the years. Nearly all of the old ones
 * are read, with some left unread in stretches; a tenth is answered, a few are flagged.
 */
function* mailbox(): Generator<{ readonly uid: number; readonly flags: readonly string[] }> {
  const next = chance(42);
  let isUnread = false;
  for (let uid = 1, count = 0; count < MESSAGES; uid++) {
    if (next() < (isUnread ? 0.3 : 0.02)) isUnread = !isUnread;
    const isRemoved = next() < 0.3;
    const flags = isUnread ? [] : ['\\Seen'];
    if (!isUnread && next() < 0.1) flags.push('\\Answered');
    if (next() < 0.01) flags.push('\\Flagged');
    if (isRemoved) continue;
    count++;
    yield { uid, flags };
  }
}

/** Records all pairs in batches, as a copy would. */
async function copyAll(state: RouteState, key: string): Promise<void> {
  let runs: UidRun[] = [];
  let flags = new FlagTableBuilder();
  let bUid = 1;
  const flush = async (): Promise<void> => {
    const table = flags.build().flags.toDeltas();
    state.record({ t: 'pairs', key, runs: UidMap.from(runs).toDeltas(), flags: table });
    await state.commit();
    runs = [];
    flags = new FlagTableBuilder();
  };
  for (const message of mailbox()) {
    runs.push([message.uid, bUid++, 1]);
    flags.addRow(message.uid, message.flags);
    if (runs.length === BATCH) await flush();
  }
  if (runs.length > 0) await flush();
}

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what}: ${(performance.now() - start).toFixed(0)} ms`);
  return result;
}

function bytes(count: number): string {
  return `${(count / MIB).toFixed(2)} MiB`;
}

/** The files of a route that has copied the mailbox as m1. */
async function copied(): Promise<MemoryFiles> {
  const disk = new MemoryFiles();
  const state = await openIn(disk);
  const { key } = state.createPair('INBOX', 'INBOX');
  await state.load(key);
  await timed(`record and commit in batches of ${BATCH}`, () => copyAll(state, key));
  await timed('last fold', () => state.fold());
  await state.close();
  return disk.survivors('lost');
}

function wrongMessages(pair: PairState): number {
  let bUid = 1;
  let wrong = 0;
  for (const { uid, flags } of mailbox()) {
    const isPaired = pair.map.bOf(uid) === bUid++;
    const hasFlags = FLAGS.every((flag) => pair.base.uidsOf(flag).has(uid) === flags.includes(flag));
    if (!isPaired || !hasFlags) wrong++;
  }
  return wrong;
}

it('keeps a million messages with 30 % holes in little space and memory', async () => {
  const atStart = await heldBytes();
  const files = await copied();
  for (const [name, { length }] of stateFiles(files)) console.log(`${name}: ${bytes(length)}`);
  const shard = [...stateFiles(files)].find(([name]) => name.startsWith('m1-'))?.[1].length ?? 0;
  expect(shard).toBeGreaterThan(0);
  expect(shard).toBeLessThanOrEqual(4 * MIB);

  const before = await heldBytes();
  console.log(`memory held after copying: ${bytes(before - atStart)}`);
  expect(before - atStart).toBeLessThan(24 * MIB);
  const state = await openIn(files);
  const pair = await timed('load', () => state.load('m1'));
  const held = (await heldBytes()) - before;
  console.log(`memory of the loaded pair: ${bytes(held)} in ${pair.map.runCount} runs`);
  expect(held).toBeGreaterThan(MIB);
  expect(held).toBeLessThan(16 * MIB);
  expect(pair.map.size).toBe(MESSAGES);
  expect(wrongMessages(pair)).toBe(0);

  state.record({ t: 'drop', key: 'm1', a: [500_000, 10] });
  const { size } = pair.map;
  expect(size).toBeLessThan(MESSAGES);
  await timed('fold after one change', () => state.fold());
  await state.close();
  const turned = await timed('open with the sides exchanged', () => openIn(files, { a: bob, b: ann }));
  expect((await turned.load('m1')).map.size).toBe(size);
  await turned.close();
});
