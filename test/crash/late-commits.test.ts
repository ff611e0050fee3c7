import { afterEach, describe, expect, it, vi } from 'vitest';
import type { OnOperation, Verdict } from '../../src/store/memory.js';
import { type Contents, contentsOf, type EngineWorld } from '../support/engine/index.js';
import {
  ATOMIC,
  expectNothingWritten,
  filledWorld,
  IN_PART,
  ONE_AN_APPEND,
  removeWorlds,
  type Variant,
} from './support/filled-world.js';

/** Servers that can take back a surplus: without UIDPLUS it stays, and is reported. */
const VARIANTS: readonly Variant[] = [
  { ...ATOMIC, messages: 250 },
  { ...IN_PART, messages: 250 },
  { ...ONE_AN_APPEND, messages: 8 },
];

afterEach(() => {
  vi.restoreAllMocks();
  removeWorlds();
});

async function undisturbed(variant: Variant): Promise<Contents> {
  const world = filledWorld(variant);
  expect((await world.run()).error).toBeNull();
  return contentsOf(world.destination);
}

/** Gives one verdict at the nth end of an APPEND. */
function atCommit(nth: number, verdict: Verdict): { onOperation: OnOperation; hasActed: () => boolean } {
  let commits = 0;
  return {
    onOperation: ({ kind }) => (kind === 'append-commit' && ++commits === nth ? verdict : 'go'),
    hasActed: () => commits >= nth,
  };
}

/** One more run puts all right, and the next has nothing to do. */
async function settles(world: EngineWorld, expected: Contents, what: string): Promise<void> {
  world.destination.landLate();
  const clearing = await world.run();
  expect(clearing.error, what).toBeNull();
  expect(contentsOf(world.destination), what).toEqual(expected);
  world.destination.forgetOperations();
  expect((await world.run()).error, what).toBeNull();
  expectNothingWritten(world, what);
  world.remove();
}

/** Whether an APPEND was carried out; the last write was not when the program was killed before it. */
function hasAppended({ destination }: EngineWorld, lastIsVoid: boolean): boolean {
  const writes = lastIsVoid ? destination.writes.slice(0, -1) : destination.writes;
  return writes.some(({ kind }) => kind === 'append-commit');
}

const TOGETHER = 8;

/** Trials wait for the pauses between attempts, so several wait at once. Stops at the first that returns false. */
async function sweep(trial: (n: number) => Promise<boolean>): Promise<number> {
  for (let first = 0; ; first += TOGETHER) {
    const results = await Promise.all(Array.from({ length: TOGETHER }, (_, index) => trial(first + index)));
    const ended = results.indexOf(false);
    if (ended >= 0) return first + ended;
  }
}

describe.each(VARIANTS)('a server with $name that carries out an APPEND late', (variant) => {
  it.each(['fail', 'silent'] as const)(
    'leaves every message once after the next run (%s)',
    async (answer) => {
      const expected = await undisturbed(variant);
      for (const late of [0, 1, 2, 4, 8, 21, 'on-demand'] as const) {
        const faults = await sweep(async (n) => {
          const world = filledWorld(variant);
          const { onOperation, hasActed } = atCommit(n + 1, { late, answer });
          const run = await world.run({ onOperation });
          const what = `${answer} at commit ${n + 1}, late by ${late}`;
          expect(run.error, what).toBeNull();
          await settles(world, expected, what);
          return hasActed();
        });
        expect(faults).toBeGreaterThan(2);
      }
    },
  );

  it('leaves every message once after the next run when the program was killed as well', async () => {
    const expected = await undisturbed(variant);
    for (const late of [0, 2, 4, 5, 6, 7, 8, 10, 21, 'on-demand'] as const) {
      const kills = await sweep(async (n) => {
        const world = filledWorld(variant);
        const { onOperation, hasActed } = atCommit(n + 1, { late, answer: 'kill' });
        const what = `killed at commit ${n + 1}, late by ${late}`;
        const killed = await world.run({ onOperation, parallel: 1 });
        expect(killed.end, what).toBe(hasActed() ? 'killed' : 'done');
        if (killed.end === 'killed') expect((await world.run()).error, what).toBeNull();
        await settles(world, expected, what);
        return killed.end === 'killed';
      });
      expect(kills).toBeGreaterThan(2);
    }
  });

  it('leaves every message once when the run after the kill is killed too', async () => {
    const expected = await undisturbed(variant);
    for (const commit of [1, 3]) {
      for (const when of ['before', 'after'] as const) {
        const kills = await sweep(async (n) => {
          const world = filledWorld(variant);
          const what = `killed at commit ${commit}, then ${when} write ${n + 1}`;
          const { onOperation } = atCommit(commit, { late: 'on-demand', answer: 'kill' });
          expect((await world.run({ onOperation, parallel: 1 })).end, what).toBe('killed');
          world.destination.forgetOperations();
          const second = await world.run({ death: { at: 'write', nth: n + 1, when }, parallel: 1 });
          // What was sent again is looked at once more in the run after; what was not yet, stays suspect for longer.
          if (hasAppended(world, second.end === 'killed' && when === 'before')) world.destination.landLate();
          if (second.end === 'killed') expect((await world.run()).error, what).toBeNull();
          await settles(world, expected, what);
          return second.end === 'killed';
        });
        expect(kills).toBeGreaterThan(2);
      }
    }
  });

  it('leaves every message once when the run after the kill could send nothing', async () => {
    const expected = await undisturbed(variant);
    const full = { code: 'OVER_QUOTA', scope: 'account', retry: 'later', message: 'full' } as const;
    const kills = await sweep(async (n) => {
      const world = filledWorld(variant);
      const what = `killed at commit ${n + 1}, then the quota was exhausted`;
      const { onOperation } = atCommit(n + 1, { late: 'on-demand', answer: 'kill' });
      const killed = await world.run({ onOperation, parallel: 1 });
      if (killed.end === 'killed') {
        await world.run({ onOperation: ({ kind }) => (kind === 'append' ? { refuse: full } : 'go') });
        expect((await world.run()).error, what).toBeNull();
      }
      await settles(world, expected, what);
      return killed.end === 'killed';
    });
    expect(kills).toBeGreaterThan(2);
  });

  it('is waited for before anything is sent again', async () => {
    const expected = await undisturbed(variant);
    const kills = await sweep(async (n) => {
      const world = filledWorld(variant);
      const { onOperation } = atCommit(n + 1, { late: 2, answer: 'kill' });
      const what = `killed at commit ${n + 1}`;
      const killed = await world.run({ onOperation, parallel: 1 });
      if (killed.end === 'killed') {
        const resumed = await world.run({ lateCommitMs: 60_000 });
        expect(resumed.error, what).toBeNull();
        expect(
          resumed.events.filter(({ type }) => type === 'note'),
          what,
        ).toEqual([]);
      }
      expect(contentsOf(world.destination), what).toEqual(expected);
      await settles(world, expected, what);
      return killed.end === 'killed';
    });
    expect(kills).toBeGreaterThan(2);
  });
});

describe.each(VARIANTS)('waiting for a late APPEND at a server with $name', (variant) => {
  /** Kills a run at its second APPEND, which lands in the next run, and lets that one wait for it. */
  async function isFound(onAppend: () => void, betweenRuns: () => void): Promise<void> {
    const expected = await undisturbed(variant);
    const world = filledWorld(variant);
    const { onOperation } = atCommit(2, { late: 7, answer: 'kill' });
    const slowly: OnOperation = (operation) => {
      if (operation.kind === 'append') onAppend();
      return onOperation(operation);
    };
    expect((await world.run({ onOperation: slowly, parallel: 1 })).end).toBe('killed');
    betweenRuns();
    const resumed = await world.run({ lateCommitMs: 60_000 });
    expect(resumed.error).toBeNull();
    expect(resumed.events.some(({ type }) => type === 'waiting')).toBe(true);
    expect(contentsOf(world.destination)).toEqual(expected);
    await settles(world, expected, 'found');
  }

  /** Lets the clock jump; forwards or back. */
  function jumpingClock(): (ms: number) => void {
    const realNow = Date.now.bind(Date);
    let offsetMs = 0;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + offsetMs);
    return (ms) => {
      offsetMs += ms;
    };
  }

  it('lasts its time from the last octet on, however long the octets before took', async () => {
    const jump = jumpingClock();
    await isFound(
      () => jump(120_000),
      () => undefined,
    );
  });

  it('lasts its time when the clock was set back', async () => {
    const jump = jumpingClock();
    await isFound(
      () => undefined,
      () => jump(-3_600_000),
    );
  });

  it('does not last longer than its time when the clock was set back', async () => {
    const expected = await undisturbed(variant);
    const jump = jumpingClock();
    const world = filledWorld(variant);
    const { onOperation } = atCommit(2, { late: 'on-demand', answer: 'kill' });
    expect((await world.run({ onOperation, parallel: 1 })).end).toBe('killed');
    jump(-3_600_000);
    expect((await world.run({ lateCommitMs: 100 })).error).toBeNull();
    expect(contentsOf(world.destination)).toEqual(expected);
    await settles(world, expected, 'sent again');
  });
});
