import { beforeEach, describe, expect, it } from 'vitest';
import type { RouteState } from '../../../src/state/route-state.js';
import { dumpRoute } from './dump.js';
import { MemoryFiles } from './memory-files.js';
import { failure, openIn } from './open.js';

let files: MemoryFiles;
let state: RouteState;

beforeEach(async () => {
  files = new MemoryFiles();
  state = await openIn(files);
});

describe('a failing disk', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });

  it('stops everything for good, gives the locks back and harms nothing', async () => {
    const { key } = state.createPair('INBOX', 'INBOX');
    await state.commit();
    const before = await dumpRoute(state);
    files.onOperation = ({ kind }) => {
      if (kind === 'write') throw full;
      return undefined;
    };
    state.record({ t: 'pairs', key, runs: [1, 1, 5], flags: {} });
    const error = await failure(state.commit());
    expect([error.code, error.scope]).toEqual(['STATE_WRITE_FAILED', 'run']);
    expect(error.message).toContain('journal.ndjson');
    files.onOperation = null;
    expect(await failure(() => state.record({ t: 'unpair', key }))).toBe(error);
    expect(await failure(state.commit())).toBe(error);
    expect(await failure(state.fold())).toBe(error);
    expect(await failure(state.close())).toBe(error);
    expect([...files.contents().keys()].filter((path) => path.endsWith('.lock'))).toEqual([]);
    expect(await dumpRoute(await openIn(files))).toEqual(before);
  });

  it('makes a fold fail at any of its operations without harm to what was promised', async () => {
    for (let at = 1; ; at++) {
      const disk = new MemoryFiles();
      const writer = await openIn(disk);
      const { key } = writer.createPair('INBOX', 'INBOX');
      writer.record({ t: 'pairs', key, runs: [1, 1, 5], flags: {} });
      await writer.commit();
      const expected = await dumpRoute(writer);
      const from = disk.operations.length;
      disk.onOperation = ({ number }) => {
        if (number === from + at) throw full;
        return undefined;
      };
      const done = await writer.fold().then(
        () => true,
        (error) => {
          expect(error.code).toBe('STATE_WRITE_FAILED');
          return false;
        },
      );
      disk.onOperation = null;
      await writer.close().catch(() => undefined);
      expect(await dumpRoute(await openIn(disk.survivors('lost')))).toEqual(expected);
      expect(await dumpRoute(await openIn(disk))).toEqual(expected);
      if (done) break;
    }
  });

  it('tells of a fold that failed behind a commit at the next step', async () => {
    files.onOperation = ({ kind, path }) => {
      if (kind === 'create' && path.includes('index.json')) throw full;
      return undefined;
    };
    state.record({ t: 'facts', side: 'a', facts: 'x'.repeat(300_000) });
    await state.commit();
    const error = await failure(state.close());
    expect(error.code).toBe('STATE_WRITE_FAILED');
    files.onOperation = null;
    expect(String((await openIn(files)).facts('a')).length).toBe(300_000);
  });
});
