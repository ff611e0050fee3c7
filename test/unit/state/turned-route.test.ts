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

/** States in which no mailbox pair is known: what a run leaves that could not log in, and what is left when all is forgotten. */
const EMPTY: Readonly<Record<string, () => void | Promise<void>>> = {
  'that nobody has written anything in': () => undefined,
  'that knows the servers alone': async () => {
    state.record({ t: 'facts', side: 'a', facts: 'of ann' });
    await state.commit();
    await state.fold();
  },
  'in which all was forgotten': async () => {
    const { key } = state.createPair('INBOX', 'Eingang');
    state.record({ t: 'pairs', key, runs: [1, 101, 5], flags: {} });
    await state.fold();
    state.record({ t: 'forget-mailbox', key });
    await state.commit();
    await state.fold();
  },
};

describe.each(Object.entries(EMPTY))('a state without mailbox pairs %s', (_, make) => {
  beforeEach(async () => {
    await make();
    await state.close();
  });

  it('is stored turned before anything is recorded', async () => {
    const turned = await openIn(files, swapped);
    const stored = JSON.parse(stateFiles(files).get('index.json')?.toString() ?? '');
    expect(stored.data.accounts).toEqual(swapped);
    const { key } = turned.createPair('Eingang', 'INBOX');
    turned.record({ t: 'pairs', key, runs: [101, 1, 5], flags: { '\\Seen': [101, 1] } });
    turned.record({ t: 'cursor', key, a: cursor, b: null, policy: 'copy', filter: '' });
    const known = await dumpRoute(turned);
    await turned.close();
    const again = await openIn(files, swapped);
    expect(await dumpRoute(again)).toEqual(known);
    await again.close();
    const back = await openIn(files);
    const pair = await back.load(key);
    expect(pair.names).toEqual({ a: 'INBOX', b: 'Eingang' });
    expect([...pair.map.runs()]).toEqual([[1, 101, 5]]);
    expect(pair.cursors).toEqual({ a: null, b: cursor });
  });

  it('is not written when it is opened to be read', async () => {
    const before = files.contents();
    const straight = await openIn(files, { readOnly: true });
    const turned = await openIn(files, { ...swapped, readOnly: true });
    expect(turned.facts('b')).toBe(straight.facts('a'));
    const { key } = turned.createPair('Eingang', 'INBOX');
    expect(turned.pair(key)?.names).toEqual({ a: 'Eingang', b: 'INBOX' });
    await turned.close();
    expect(files.contents()).toEqual(before);
  });

  it('is left alone when it is opened the same way round', async () => {
    const before = stateFiles(files);
    await (await openIn(files)).close();
    expect(stateFiles(files)).toEqual(before);
  });
});
