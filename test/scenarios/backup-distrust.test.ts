import { afterEach, describe, expect, it } from 'vitest';
import type { Operation, Verdict } from '../../src/store/memory.js';
import { backupPolicy } from '../../src/sync/policy.js';
import { contentsOf, type EngineRun, EngineWorld } from '../support/engine/index.js';
import { drop, flag, put } from './support/mail.js';

let world: EngineWorld;
let asked: Operation[];

afterEach(() => world.remove());

const REFUSED: Verdict = {
  refuse: {
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: 'BAD Unknown modifier VANISHED',
  },
};

/** A proxy passes on that the server behind it knows CHANGEDSINCE, and does not know it itself. */
async function backUp(answer: Verdict, times = Number.POSITIVE_INFINITY): Promise<EngineRun> {
  asked = [];
  const verdict = (operation: Operation): Verdict => {
    if (operation.kind !== 'flags' || operation.changedSince === undefined) return 'go';
    asked.push(operation);
    return asked.length <= times ? answer : 'go';
  };
  const run = await world.run({ policy: backupPolicy, onSourceOperation: verdict });
  expect(run.error).toBeNull();
  expect(contentsOf(world.destination)).toEqual(contentsOf(world.source));
  return run;
}

function changeSource(round: number): void {
  flag(world.source, 'INBOX', 6 + round, '\\Flagged');
  drop(world.source, 'INBOX', round);
  put(world.source, 'INBOX', 100 + round);
}

async function startBackup(): Promise<void> {
  world = new EngineWorld();
  put(world.source, 'INBOX', 1, 2, 3, 4, 5, 6, 7, 8, 9);
  await backUp('go');
}

function warnings(run: EngineRun): string[] {
  return run.events.flatMap((event) =>
    event.type === 'note' && event.level === 'warning' ? [event.text] : [],
  );
}

describe('a source that offers to tell changes', () => {
  it('and refuses to is listed whole, which is told once and remembered', async () => {
    await startBackup();
    changeSource(1);
    const first = await backUp(REFUSED);
    expect(asked).toHaveLength(1);
    expect(warnings(first)).toEqual([expect.stringContaining('listed whole instead')]);
    changeSource(2);
    const second = await backUp(REFUSED);
    expect(asked).toHaveLength(0);
    expect(warnings(second)).toEqual([]);
  });

  it('and is too busy for it at the moment is asked again', async () => {
    await startBackup();
    changeSource(1);
    const busy = { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later', message: 'not now' } as const;
    const run = await backUp({ refuse: busy }, 1);
    expect(asked).toHaveLength(2);
    expect(warnings(run)).toEqual([]);
    changeSource(2);
    await backUp('go');
    expect(asked).toHaveLength(1);
  });

  it('and answers what cannot be understood is listed whole', async () => {
    await startBackup();
    changeSource(1);
    const run = await backUp({ omit: {}, complete: false });
    expect(warnings(run)).toEqual([expect.stringContaining('listed whole instead')]);
    changeSource(2);
    await backUp({ omit: {}, complete: false });
    expect(asked).toHaveLength(0);
  });
});
