import { beforeEach, describe, expect, it } from 'vitest';
import type { RouteState } from '../../../src/state/route-state.js';
import { dumpRoute } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { ann, bob, cursor, intent, openIn, stateFiles } from './open.js';

const swapped = { a: bob, b: ann };

let files: MemoryFiles;
let state: RouteState;

beforeEach(async () => {
  files = new MemoryFiles();
  state = await openIn(files);
});

describe('a state stored with the sides the other way round', () => {
  async function fill(): Promise<string> {
    const { key } = state.createPair('INBOX', 'Eingang');
    state.record({ t: 'pairs', key, runs: [1, 101, 5], flags: { '\\Seen': [1, 1] }, weak: true });
    state.record({
      t: 'cursor',
      key,
      a: cursor,
      b: { ...cursor, uidValidity: 8 },
      policy: 'copy',
      filter: 'f',
    });
    state.record({ t: 'facts', side: 'a', facts: 'of ann' });
    state.record({ t: 'intent', key, intent: intent(3) });
    const debt = { side: 'a', uids: [9, 0], kind: 'not-copied', class: 'choice', reason: 'f' } as const;
    state.record({ t: 'debt', key, debt });
    state.record({ t: 'foreign', key, side: 'b', uids: [50, 0] });
    return key;
  }

  async function expectTurned(turned: RouteState, key: string): Promise<void> {
    const pair = await turned.load(key);
    expect(pair.names).toEqual({ a: 'Eingang', b: 'INBOX' });
    expect([...pair.map.runs()]).toEqual([[101, 1, 5]]);
    expect(pair.base.uidsOf('\\Seen').toString()).toBe('101:102');
    expect(pair.weak.toString()).toBe('101:105');
    expect(pair.cursors.a?.uidValidity).toBe(8);
    expect(pair.cursors.b?.uidValidity).toBe(7);
    expect(pair.policy).not.toBe('copy');
    expect(pair.debt.map(({ side }) => side)).toEqual(['b']);
    expect(pair.foreign.a.toString()).toBe('50');
    expect(pair.intents.get(3)).toEqual({ ...intent(3), side: 'a', state: 'open' });
    expect(turned.facts('b')).toBe('of ann');
    expect(turned.pairByName('a', 'Eingang')?.key).toBe(key);
    expect(turned.pairByName('a', 'INBOX')).toBeUndefined();
  }

  it('is turned, stored so, and turned back', async () => {
    const key = await fill();
    const before = await dumpRoute(state);
    await state.close();
    const turned = await openIn(files, swapped);
    await expectTurned(turned, key);
    turned.record({ t: 'pairs', key, runs: [106, 6, 1], flags: {} });
    await turned.close();
    expect(stateFiles(files).get('index.json')?.toString()).toContain('"names":["Eingang","INBOX"]');
    const back = await openIn(files);
    back.record({ t: 'drop', key, a: [6, 0] });
    expect(await dumpRoute(back)).toEqual(before);
  });

  it('is turned in memory alone when it is opened to be read', async () => {
    const key = await fill();
    await state.fold();
    state.record({ t: 'drop', key, a: [3, 0] });
    state.record({ t: 'pairs', key, runs: [3, 103, 1], flags: {}, weak: true });
    await state.close();
    const before = files.contents();
    const turned = await openIn(files, { ...swapped, readOnly: true });
    turned.record({ t: 'pairs', key, runs: [200, 90, 1], flags: {} });
    turned.record({ t: 'drop', key, a: [200, 0] });
    await expectTurned(turned, key);
    turned.record({ t: 'drop', key, a: [101, 0] });
    expect((await turned.load(key)).map.bOf(102)).toBe(2);
    expect((await turned.load(key)).map.bOf(101)).toBe(0);
    await turned.close();
    expect(files.contents()).toEqual(before);
  });

  it('is not turned when both accounts are the same', async () => {
    const same = await openIn(files, { a: ann, b: ann });
    const { key } = same.createPair('x', 'y');
    await same.close();
    expect((await openIn(files, { a: ann, b: ann })).pair(key)?.names.a).toBe('x');
  });
});
