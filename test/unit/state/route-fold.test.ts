import { beforeEach, describe, expect, it } from 'vitest';
import type { StateRecord } from '../../../src/state/record.js';
import type { RouteState } from '../../../src/state/route-state.js';
import { dumpRoute, dumpSteps } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { gate, openIn, stateFiles } from './open.js';

const first: StateRecord[] = [
  { t: 'mailbox', key: 'm1', a: 'INBOX', b: 'INBOX', subscribed: true },
  { t: 'mailbox', key: 'm70', a: 'Sent', b: 'Sent', subscribed: true },
  { t: 'pairs', key: 'm1', runs: [1, 1, 5], flags: { '\\Seen': [1, 2] } },
  { t: 'pairs', key: 'm70', runs: [1, 1, 5], flags: { '\\Seen': [1, 2] } },
  { t: 'unseen', key: 'm70', side: 'b', a: [1, 2] },
  { t: 'foreign', key: 'm70', side: 'b', uids: [50, 3] },
  { t: 'kept', key: 'm70', side: 'b', uids: [50, 1] },
];
const later: StateRecord[] = [
  { t: 'facts', side: 'a', facts: 'seen while folding' },
  { t: 'pairs', key: 'm70', runs: [6, 6, 5], flags: {} },
  { t: 'drop', key: 'm1', a: [2, 1] },
  { t: 'seen', key: 'm70', side: 'b', a: [1, 0] },
  { t: 'kept', key: 'm70', side: 'b', uids: [53, 0] },
];

let files: MemoryFiles;
let state: RouteState;

function tell(records: readonly StateRecord[]): void {
  for (const record of records) state.record(record);
}

beforeEach(async () => {
  files = new MemoryFiles();
  state = await openIn(files);
  tell(first);
  await state.commit();
});

/** Starts a fold and holds it before it writes the file of that name. */
async function foldUpTo(name: string): Promise<{ readonly goOn: () => Promise<void> }> {
  const reached = gate();
  const released = gate();
  files.pause = (kind, path) => {
    if (kind !== 'create' || !path.includes(name)) return undefined;
    files.pause = null;
    reached.open();
    return released.opened;
  };
  const folding = state.fold();
  await reached.opened;
  return {
    goOn: () => {
      released.open();
      return folding;
    },
  };
}

/** What the next process finds when everything not synced is lost now. */
async function foundAfterPowerLoss(): Promise<object> {
  return dumpRoute(await openIn(files.survivors('lost')));
}

describe('a fold', () => {
  it('does not hold up records and commits, and loses none of them at any moment', async () => {
    await state.load('m1');
    await state.load('m70');
    const held = await foldUpTo('pack0');
    tell(later);
    await state.commit();
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps([...first, ...later]));
    await held.goOn();
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps([...first, ...later]));
    expect(await dumpRoute(state)).toEqual(dumpSteps([...first, ...later]));
    await state.close();
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps([...first, ...later]));
  });

  it('writes the state of one moment, without what was recorded after it', async () => {
    await state.load('m1');
    await state.load('m70');
    const held = await foldUpTo('pack0');
    tell(later);
    await held.goOn();
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps(first));
  });

  it('writes that moment also of pairs that are not loaded', async () => {
    const held = await foldUpTo('pack0');
    tell(later);
    await held.goOn();
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps(first));
    expect(await dumpRoute(state)).toEqual(dumpSteps([...first, ...later]));
  });

  it('leaves records made meanwhile to whoever loads the pair afterwards', async () => {
    await state.load('m70');
    const held = await foldUpTo('pack0');
    tell(later);
    await held.goOn();
    state.unload('m70');
    expect(await dumpRoute(state)).toEqual(dumpSteps([...first, ...later]));
  });

  it('that is asked for while another is under way also writes what that one does not have', async () => {
    const held = await foldUpTo('pack0');
    tell(later);
    const second = state.fold();
    await Promise.all([held.goOn(), second]);
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps([...first, ...later]));
    expect(stateFiles(files).get('journal.ndjson')?.toString().split('\n').length).toBe(2);
  });

  it('may replace a file that is just being read', async () => {
    await state.fold();
    tell(later);
    const reached = gate();
    const released = gate();
    files.pause = (kind, path) => {
      if (kind !== 'read' || !path.includes('pack0')) return undefined;
      files.pause = null;
      reached.open();
      return released.opened;
    };
    const loading = state.load('m1');
    await reached.opened;
    await state.fold();
    released.open();
    expect((await loading).map.toDeltas()).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('leaves a journal without records, and only the files that the index names', async () => {
    const before = stateFiles(files).get('journal.ndjson')?.length ?? 0;
    await state.fold();
    tell(later);
    await state.fold();
    const names = [...stateFiles(files).keys()].sort();
    expect(names).toEqual(['index.json', 'journal.ndjson', 'pack0-3.json', 'pack1-3.json']);
    expect(stateFiles(files).get('journal.ndjson')?.toString().split('\n').length).toBe(2);
    expect(before).toBeGreaterThan(200);
  });

  it('rewrites only the packs of pairs that have changed', async () => {
    await state.fold();
    tell([{ t: 'drop', key: 'm1', a: [1, 0] }]);
    await state.fold();
    const names = [...stateFiles(files).keys()].sort();
    expect(names).toEqual(['index.json', 'journal.ndjson', 'pack0-3.json', 'pack1-2.json']);
    await state.close();
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps([...first, { t: 'drop', key: 'm1', a: [1, 0] }]));
  });

  it('gives a shard a file of its own when it is large, and takes it back when it is small again', async () => {
    const holes = Array.from({ length: 1000 }, () => [1, 0, 1]).flat();
    const large: StateRecord = { t: 'pairs', key: 'm1', runs: [100, 100, 1, ...holes], flags: {} };
    tell([large]);
    await state.fold();
    expect([...stateFiles(files).keys()].sort()).toContain('m1-2.json');
    const small: StateRecord = { t: 'drop', key: 'm1', a: [100, 5000] };
    tell([small]);
    await state.fold();
    expect([...stateFiles(files).keys()].sort()).toEqual([
      'index.json',
      'journal.ndjson',
      'pack0-3.json',
      'pack1-2.json',
    ]);
    expect(await foundAfterPowerLoss()).toEqual(dumpSteps([...first, large, small]));
  });

  it('has no file for a pair of which nothing is known, nor for one that was forgotten', async () => {
    tell([
      { t: 'unpair', key: 'm1' },
      { t: 'forget-mailbox', key: 'm70' },
    ]);
    await state.fold();
    expect([...stateFiles(files).keys()].sort()).toEqual(['index.json', 'journal.ndjson']);
    expect([...state.pairs()].map(({ key }) => key)).toEqual(['m1']);
  });

  it('comes by itself when the journal has grown larger than what it would rewrite', async () => {
    const text = 'x'.repeat(100_000);
    for (let turn = 1; turn <= 4; turn++) {
      state.record({ t: 'facts', side: 'a', facts: `${turn}${text}` });
      await state.commit();
    }
    // The fold goes on beside the work.
    await state.fold();
    const index = stateFiles(files).get('index.json')?.toString() ?? '';
    expect(index).toMatch(/"generation":[23]\b/);
    await state.close();
    expect((await openIn(files)).facts('a')).toBe(`4${text}`);
  });

  it('comes at the end of a run for less, so that kept promises do not lie about until the next', async () => {
    state.record({ t: 'facts', side: 'a', facts: 'x'.repeat(70_000) });
    state.record({ t: 'facts', side: 'a', facts: 'y' });
    await state.commit();
    expect(stateFiles(files).get('journal.ndjson')?.length).toBeGreaterThan(70_000);
    await state.close();
    expect(stateFiles(files).get('journal.ndjson')?.length).toBeLessThan(1000);
    expect((await openIn(files)).facts('a')).toBe('y');
  });

  it('writes nothing when there is nothing to fold', async () => {
    await state.fold();
    const { length } = files.operations;
    await state.fold();
    expect(files.operations.length).toBe(length);
  });
});

describe('the state that a run leaves behind', () => {
  it('does not hold what messages looked like that have arrived since the last fold', async () => {
    const uids = Array.from({ length: 2000 }, (_, index) => 100 + index);
    const intent = {
      id: state.nextIntentId(),
      side: 'b' as const,
      sourceUidValidity: 1,
      uidValidity: 1,
      uidNext: 100,
      writtenAtMs: 1,
      sourceUids: uids,
      sizes: uids.map(() => 1000),
      digests: uids.map((uid) => `digest-of-message-${uid}`),
      internalDates: uids.map(() => '01-Jan-2024 00:00:00 +0000'),
      flags: {},
    };
    tell([{ t: 'intent', key: 'm1', intent }]);
    await state.commit();
    await state.fold();
    expect(all(stateFiles(files))).toContain('digest-of-message-100');
    tell([{ t: 'pairs', key: 'm1', runs: [100, 100, 2000], flags: {}, intent: intent.id }]);
    await state.close();
    expect(all(stateFiles(files))).not.toContain('digest-of-message-100');
    const again = await openIn(files);
    expect((await again.load('m1')).map.aUids().size).toBe(2005);
    await again.close();
  });
});

function all(found: ReadonlyMap<string, Buffer>): string {
  return [...found.values()].map((data) => data.toString('latin1')).join('\n');
}
