import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StateRecord } from '../../../src/state/record.js';
import type { RouteState } from '../../../src/state/route-state.js';
import type { RouteView } from '../../../src/state/route-view.js';
import { turnedView } from '../../../src/state/turned-view.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob, openIn } from './open.js';
import { before, cursor, key, uids } from './two-sides.js';

let state: RouteState;
let view: RouteView;

beforeEach(async () => {
  state = await openIn(new MemoryFiles());
  view = turnedView(state);
});

afterEach(async () => {
  await state.close();
});

async function start(records: readonly StateRecord[]): Promise<void> {
  for (const record of records) state.record(record);
  await state.load(key);
}

describe('the view of the other side', () => {
  it('shows names, cursors, facts and summaries with the sides exchanged, and policies as they are', async () => {
    await start(before);
    state.record({ t: 'cursor', key, a: cursor(1), b: cursor(2), policy: 'mirror', filter: 'f' });
    const expected = {
      key,
      names: { a: 'Gesendet', b: 'Sent' },
      policy: 'mirror',
      filter: 'f',
      hasDebt: true,
    };
    expect(view.pair(key)).toMatchObject({ ...expected, cursors: { a: cursor(2), b: cursor(1) } });
    expect([...view.pairs()]).toEqual([view.pair(key)]);
    expect(view.pairByName('a', 'Gesendet')).toEqual(view.pair(key));
    expect(view.pairByName('a', 'Sent')).toBeUndefined();
    expect(view.facts('b')).toBe('of a');
    expect(await view.load(key)).toMatchObject({ key, names: expected.names, policy: 'mirror' });
    expect(view.createPair('Neu', null).names).toEqual({ a: 'Neu', b: null });
    expect(state.pairByName('b', 'Neu')?.names).toEqual({ a: null, b: 'Neu' });
  });

  it('gives ids of intents that the state gives to nobody else', () => {
    const ids = [state.nextIntentId(), view.nextIntentId(), state.nextIntentId()];
    expect(new Set(ids).size).toBe(3);
  });

  it('is the state itself when it is turned round again', () => {
    expect(turnedView(view)).toBe(state);
  });

  it('sees at once what is recorded through the state, and the state what is recorded through it', async () => {
    await start(before);
    const [here, there] = [await state.load(key), await view.load(key)];
    state.record({ t: 'pairs', key, runs: [20, 120, 1], flags: { Work: uids(20) }, unseen: 'b' });
    expect(there.map.bOf(120)).toBe(20);
    expect(there.base.flagsOf(120)).toEqual(['Work']);
    expect(there.unseen.a.toString()).toBe('101:102,120');
    view.record({ t: 'pairs', key, runs: [121, 21, 1], flags: {}, unseen: 'b' });
    expect(here.map.bOf(21)).toBe(121);
    expect(here.unseen.a.toString()).toBe('3,21');
    expect(there.unseen.b.toString()).toBe('103,121');
    view.record({ t: 'drop', key, a: uids(120) });
    expect([here.map.bOf(20), there.map.bOf(120)]).toEqual([0, 0]);
  });

  it('is made once for all that is read between two records, and anew after a reload', async () => {
    await start(before);
    const pair = await view.load(key);
    const { map } = pair;
    expect(pair.map).toBe(map);
    expect((await view.load(key)).map).toBe(map);
    state.record({ t: 'pairs', key, runs: [20, 120, 1], flags: {} });
    expect(pair.map).not.toBe(map);
    expect(map.bOf(120)).toBe(0);
    view.unload(key);
    expect(() => pair.map).toThrow(/after it was unloaded/);
    expect(state.loaded(key)).toBeUndefined();
    expect((await view.load(key)).map.bOf(120)).toBe(20);
  });

  it('outlives the run: what was recorded through it is there when the state is next opened', async () => {
    const files = new MemoryFiles();
    const first = await openIn(files);
    first.record({ t: 'mailbox', key, a: 'Sent', b: 'Gesendet', subscribed: null });
    await first.load(key);
    turnedView(first).record({ t: 'pairs', key, runs: [101, 1, 3], flags: {}, unseen: 'a' });
    await first.close();
    const again = await openIn(files, { a: bob, b: ann });
    const { map, unseen } = await again.load(key);
    expect([...map.runs()]).toEqual([[101, 1, 3]]);
    expect(unseen.a.toString()).toBe('101:103');
    await again.close();
  });
});
