import { openRouteState } from '../../../src/state/route-state.js';
import { ann, bob } from './open.js';

/**
 * A process that is to be killed: `kill-child.ts <state folder>`. It goes on counting from what the state says,
 * commits each number with enough ballast to cause folds, and says it on stdout once it is promised.
 */
const [, , stateDir = ''] = process.argv;

async function count(): Promise<void> {
  const signal = new AbortController().signal;
  const state = await openRouteState({ stateDir, a: ann, b: bob, writes: [bob], command: 'count', signal });
  const key = state.pairByName('a', 'INBOX')?.key ?? state.createPair('INBOX', 'INBOX').key;
  for (let uid = (await state.load(key)).map.aUids().max + 1; ; uid++) {
    state.record({ t: 'pairs', key, runs: [uid, 2 * uid, 1], flags: {} });
    state.record({ t: 'facts', side: 'a', facts: 'x'.repeat(20_000) });
    await state.commit();
    process.stdout.write(`${uid}\n`);
  }
}

await count();
