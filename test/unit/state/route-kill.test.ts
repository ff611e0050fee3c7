import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRouteState } from '../../../src/state/route-state.js';
import { makeTestFolder } from '../../support/test-folder.js';
import { ann, bob } from './open.js';

const script = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
let stateDir: string;

beforeEach(() => {
  stateDir = makeTestFolder('kill');
});

afterEach(() => rm(stateDir, { recursive: true, force: true }));

/** Kills a counting process once it has said `words` numbers; returns the last it said. */
async function countUntilKilled(words: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', script, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part;
    if (text.split('\n').length > words) child.kill('SIGKILL');
  });
  // Not before all that it said has been read.
  await once(child, 'close');
  const said = text.split('\n').slice(0, -1);
  expect(said.length).toBeGreaterThanOrEqual(words);
  return Number(said.at(-1));
}

it('a process killed on a real disk has kept all that it was promised, again and again', async () => {
  let generation = 0;
  for (const words of [1, 17, 40, 63]) {
    const promised = await countUntilKilled(words);
    const signal = new AbortController().signal;
    const state = await openRouteState({ stateDir, a: ann, b: bob, writes: [bob], command: 'look', signal });
    const { map } = await state.load('m1');
    // At most the one that was under way has come through unsaid.
    expect([promised, promised + 1]).toContain(map.size);
    expect([...map.runs()].every(([a, b]) => b === 2 * a)).toBe(true);
    await state.fold();
    const packs = (await readdir(state.folder)).filter((name) => name.startsWith('pack'));
    expect(packs.length).toBe(1);
    const now = Number(/-(\d+)\.json$/.exec(packs[0] ?? '')?.[1]);
    expect(now).toBeGreaterThan(generation);
    generation = now;
    await state.close();
  }
  // The ballast has caused folds of its own beside the four made here.
  expect(generation).toBeGreaterThan(6);
});
