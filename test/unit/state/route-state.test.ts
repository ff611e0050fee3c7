import { beforeEach, describe, expect, it } from 'vitest';
import { accountIdentity, routeFolderName } from '../../../src/state/account-identity.js';
import type { StateRecord } from '../../../src/state/record.js';
import { openRouteState, type RouteState } from '../../../src/state/route-state.js';
import { dumpRoute } from './dump.js';
import { simulatedProcess } from './lives.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob, cursor, failure, intent, openIn, stateFiles } from './open.js';

function touched(files: MemoryFiles, from: number): string[] {
  const names = files.operations.slice(from).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
  return [...new Set(names)].filter((name) => !/\.(lock|sock|tmp)$/.test(name));
}

let files: MemoryFiles;
let state: RouteState;

beforeEach(async () => {
  files = new MemoryFiles();
  state = await openIn(files);
});

describe('a route state', () => {
  it('starts empty and remembers what was recorded, by key and by either name', async () => {
    expect([...state.pairs()]).toEqual([]);
    const { key } = state.createPair('INBOX', 'Eingang');
    expect(key).toBe('m1');
    state.record({ t: 'mailbox', key, a: 'INBOX', b: 'Eingang', subscribed: null, nameFrom: 'b' });
    state.record({
      t: 'cursor',
      key,
      a: cursor,
      b: null,
      policy: 'copy',
      filter: 'f',
      skipped: 3,
      foreign: 2,
    });
    state.record({ t: 'intent', key, intent: intent(state.nextIntentId()) });
    state.record({ t: 'facts', side: 'b', facts: { capabilities: ['IDLE'] } });
    await state.close();
    const again = await openIn(files);
    const pair = again.pairByName('b', 'Eingang');
    expect(pair).toEqual({
      key,
      names: { a: 'INBOX', b: 'Eingang' },
      nameFrom: 'b',
      subscribed: null,
      cursors: { a: cursor, b: null },
      policy: 'copy',
      filter: 'f',
      hasDebt: false,
      skipped: 3,
      foreign: 2,
      openIntents: [1],
    });
    expect(again.pairByName('a', 'INBOX')).toEqual(pair);
    expect(again.pair(key)).toEqual(pair);
    expect(again.pairByName('a', 'Eingang')).toBeUndefined();
    expect(again.facts('b')).toEqual({ capabilities: ['IDLE'] });
    expect(again.facts('a')).toBeNull();
    expect(again.nextIntentId()).toBe(2);
    expect(again.createPair(null, '__proto__').key).toBe('m2');
    expect(again.pairByName('b', '__proto__')?.key).toBe('m2');
    expect(again.pairByName('b', 'constructor')).toBeUndefined();
  });

  it('shows a loaded pair as the records change it, and takes it from the journal when loaded later', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    const loaded = await state.load(key);
    const records: StateRecord[] = [
      { t: 'pairs', key, runs: [1, 101, 5], flags: { '\\Seen': [1, 1] }, weak: true },
      { t: 'base', key, flag: 'work', add: [3, 0], remove: [] },
      { t: 'drop', key, a: [2, 0] },
      { t: 'foreign', key, side: 'b', uids: [200, 0] },
      { t: 'intent', key, intent: intent(4) },
      { t: 'intent-end', key, id: 4, outcome: 'suspect' },
    ];
    for (const record of records) state.record(record);
    const look = (pair: typeof loaded): unknown => [
      [...pair.map.runs()],
      pair.base.toDeltas(),
      pair.weak.toString(),
      pair.foreign.b.toString(),
      [...pair.intents.values()].map(({ id, state: how }) => [id, how]),
      pair.names,
    ];
    const expected = [
      [
        [1, 101, 1],
        [3, 103, 3],
      ],
      { '\\Seen': [1, 0], work: [3, 0] },
      '1,3:5',
      '200',
      [[4, 'suspect']],
      { a: 'INBOX', b: 'INBOX' },
    ];
    expect(look(loaded)).toEqual(expected);
    state.unload(key);
    expect(look(await state.load(key))).toEqual(expected);
    await state.close();
    expect(look(await (await openIn(files)).load(key))).toEqual(expected);
  });

  it('finds a renamed mailbox by its new name alone', async () => {
    const { key } = state.createPair('Old', 'Old');
    state.record({ t: 'mailbox', key, a: 'New', b: 'Old', subscribed: true });
    expect(state.pairByName('a', 'Old')).toBeUndefined();
    expect(state.pairByName('a', 'New')?.subscribed).toBe(true);
    expect(state.pairByName('b', 'Old')?.key).toBe(key);
    state.record({ t: 'forget-mailbox', key });
    expect(state.pairByName('a', 'New')).toBeUndefined();
    expect(state.pair(key)).toBeUndefined();
    expect(state.createPair('Old', null).key).toBe('m2');
  });

  it('lets two mailboxes exchange their names', () => {
    const one = state.createPair('x', null).key;
    const two = state.createPair('y', null).key;
    state.record({ t: 'mailbox', key: one, a: 'y', b: null, subscribed: null });
    state.record({ t: 'mailbox', key: two, a: 'x', b: null, subscribed: null });
    expect([state.pairByName('a', 'y')?.key, state.pairByName('a', 'x')?.key]).toEqual([one, two]);
  });

  it('refuses records of unknown pairs and lists that are none, and is not changed by them', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    const before = await dumpRoute(state);
    const bad: StateRecord[] = [
      { t: 'drop', key: 'm9', a: [] },
      { t: 'mailbox', key: '../x', a: null, b: null, subscribed: null },
      { t: 'drop', key, a: [1] },
    ];
    for (const record of bad) expect(() => state.record(record)).toThrow(RangeError);
    state.unload(key);
    expect(() => state.record({ t: 'pairs', key, runs: [1], flags: {} })).toThrow(RangeError);
    await state.close();
    expect(await dumpRoute(await openIn(files))).toEqual(before);
  });

  it('reads index and journal only, and writes nothing, when there is nothing to do', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    state.record({ t: 'pairs', key, runs: [1, 1, 5], flags: {} });
    await state.fold();
    state.record({ t: 'drop', key, a: [2, 0] });
    await state.close();
    const from = files.operations.length;
    const before = stateFiles(files);
    const again = await openIn(files);
    expect(again.pairByName('a', 'INBOX')?.openIntents).toEqual([]);
    await again.commit();
    await again.close();
    const route = again.folder.slice(again.folder.lastIndexOf('/') + 1);
    expect(touched(files, from).sort()).toEqual(['accounts', 'index.json', 'journal.ndjson', route].sort());
    expect(stateFiles(files)).toEqual(before);
  });

  it('is used no more after it was closed', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    await state.close();
    expect((await failure(() => state.createPair('x', 'x'))).code).toBe('INTERNAL');
    expect((await failure(state.commit())).code).toBe('INTERNAL');
    expect((await failure(state.load(key))).code).toBe('INTERNAL');
    await state.close();
  });

  it('says so when a pair is used after it was unloaded', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    const pair = await state.load(key);
    state.unload(key);
    expect((await failure(() => pair.map)).message).toContain('after it was unloaded');
    expect(pair.names.a).toBe('INBOX');
  });

  it('does not open when told to stop', async () => {
    const signal = AbortSignal.abort(new Error('stop'));
    await expect(openIn(new MemoryFiles(), { signal })).rejects.toThrow('stop');
  });
});

describe('debt', () => {
  const temporary = { side: 'a', kind: 'not-copied', class: 'temporary', reason: 'OVER_QUOTA' } as const;

  it('is known to the summary while it is open, also to the next run', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    const owes = (): boolean | undefined => state.pair(key)?.hasDebt;
    state.record({ t: 'debt', key, debt: { ...temporary, uids: [5, 3] } });
    expect(owes()).toBe(true);
    await state.load(key);
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: [5, 1] });
    expect(owes()).toBe(true);
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: [7, 1] });
    expect(owes()).toBe(false);
    await state.close();
    state = await openIn(files);
    expect(owes()).toBe(false);
  });

  it('that was settled without loading the pair counts until somebody looks', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    state.record({ t: 'debt', key, debt: { ...temporary, uids: [5, 0] } });
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: [5, 0] });
    expect(state.pair(key)?.hasDebt).toBe(true);
    await state.load(key);
    expect(state.pair(key)?.hasDebt).toBe(false);
    await state.close();
    state = await openIn(files);
    expect(state.pair(key)?.hasDebt).toBe(false);
  });

  it('is settled by a fold as well', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    state.record({ t: 'debt', key, debt: { ...temporary, uids: [5, 0] } });
    state.record({ t: 'settled', key, side: 'a', kind: 'not-copied', uids: [5, 0] });
    await state.fold();
    expect(state.pair(key)?.hasDebt).toBe(false);
  });

  it('is open when temporary, not when it is permanent or by choice, whatever is owed', () => {
    const kinds = [
      ['not-copied', 'permanent', false],
      ['not-copied', 'choice', false],
      ['flags-refused', 'permanent', false],
      ['flags-refused', 'temporary', true],
      ['removal-held', 'temporary', true],
      ['removal-held', 'permanent', false],
      ['removal-held', 'choice', false],
    ] as const;
    for (const [kind, how, expected] of kinds) {
      const { key } = state.createPair(null, null);
      state.record({ t: 'debt', key, debt: { side: 'a', uids: [1, 0], kind, class: how, reason: 'x' } });
      expect(state.pair(key)?.hasDebt).toBe(expected);
    }
  });
});

describe('opening to read', () => {
  it('writes nothing, takes no lock and keeps records in memory', async () => {
    const reader = await openIn(files, { readOnly: true });
    expect(reader.isReadOnly).toBe(true);
    const before = files.contents();
    const { key } = reader.createPair('INBOX', 'INBOX');
    reader.record({ t: 'pairs', key, runs: [1, 1, 5], flags: {} });
    await reader.commit();
    await reader.fold();
    expect((await reader.load(key)).map.size).toBe(5);
    await reader.close();
    expect(files.contents()).toEqual(before);
    const nowhere = new MemoryFiles();
    const none = await openIn(nowhere, { readOnly: true });
    expect([...none.pairs()]).toEqual([]);
    await none.close();
    expect(nowhere.operations.filter(({ kind }) => !['read', 'list'].includes(kind))).toEqual([]);
  });

  it('goes beside a run that holds the lock and folds meanwhile', async () => {
    const alive = new Set<number>();
    const signal = new AbortController().signal;
    const common = { stateDir: '/state', a: ann, b: bob, writes: [], command: 'x', signal, files };
    await state.close();
    const writer = await openRouteState({ ...common, processes: simulatedProcess(1, alive) });
    const { key } = writer.createPair('INBOX', 'INBOX');
    writer.record({ t: 'pairs', key, runs: [1, 1, 5], flags: {} });
    await writer.fold();
    let hasFolded = false;
    files.pause = async (kind, path) => {
      if (kind !== 'read' || !path.endsWith('journal.ndjson') || hasFolded) return;
      hasFolded = true;
      writer.record({ t: 'drop', key, a: [1, 0] });
      await writer.fold();
    };
    const reader = await openRouteState({ ...common, readOnly: true });
    expect((await reader.load(key)).map.size).toBe(4);
    const slow = await openRouteState({ ...common, readOnly: true });
    writer.record({ t: 'drop', key, a: [2, 0] });
    await writer.fold();
    expect((await failure(slow.load(key))).code).toBe('STATE_LOCKED');
  });
});

describe('state of other accounts', () => {
  it('is refused, naming both and the fix', async () => {
    await state.close();
    const carol = accountIdentity('old.example.net', 993, 'carol');
    const other = `/state/${routeFolderName(carol, bob)}`;
    const moved = new MemoryFiles(
      [...files.contents()].map(([path, data]) => [path.replace(state.folder, other), data] as const),
    );
    const error = await failure(openIn(moved, { a: carol }));
    expect([error.code, error.scope]).toEqual(['STATE_FOREIGN', 'run']);
    expect(error.message).toContain('ann@old.example.net');
    expect(error.message).toContain('carol@old.example.net');
    expect(error.hint).toContain(routeFolderName(ann, bob));
    expect([...moved.contents().keys()].filter((path) => path.endsWith('.lock'))).toEqual([]);
  });
});
