import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OnOperation } from '../../src/store/memory.js';
import {
  bodyOf,
  dateOf,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
  MortalFiles,
} from '../support/engine/index.js';

/** A destination that takes one message an APPEND: short ones are held, and promised together. */
let world: EngineWorld;

const ONE_BATCH: EngineRunOptions = {
  choice: { firstBatch: { maxMessages: 200, maxBytes: 4 * 1024 ** 2 } },
  parallel: 1,
  lateCommitMs: 60_000,
};
/** Enough for a test of what does not wait. */
const SOON_MS = 20_000;

beforeEach(() => {
  world = new EngineWorld({}, { features: { multiAppend: 'none' } });
});
afterEach(() => world.remove());

function deliver(count: number): void {
  for (let number = 1; number <= count; number++) {
    world.source.deliver('INBOX', { body: bodyOf(number), flags: [], internalDate: dateOf(number) });
  }
}

function held(): string[] {
  const { destination } = world;
  const messages = destination.snapshot().mailboxes['INBOX']?.messages ?? [];
  return messages.map(({ uid }) => destination.body('INBOX', uid).toString('latin1'));
}

function all(count: number): string[] {
  return Array.from({ length: count }, (_, index) => bodyOf(index + 1).toString());
}

/** What was waited for because it might still arrive. */
function waits(events: EngineRun['events']): string[] {
  const reasons = events.flatMap((event) => (event.type === 'waiting' ? [event.reason] : []));
  return reasons.filter((reason) => reason.includes('whether messages sent before arrive'));
}

describe('messages that arrived whole', () => {
  it('are stored although the source breaks before it says that these were all', async () => {
    deliver(15);
    let asked = 0;
    const onSourceOperation: OnOperation = ({ kind, uids }) => {
      if (kind !== 'bodies') return 'go';
      asked += uids?.size ?? 0;
      return 'fail-after';
    };
    const { error } = await world.run({ ...ONE_BATCH, onSourceOperation });
    expect(error).toBeNull();
    expect(held()).toEqual(all(15));
    expect(asked).toBe(15);
  });

  it('are stored although the source breaks in the middle of one after them, each time', async () => {
    deliver(60);
    const onSourceOperation: OnOperation = ({ kind }) => {
      return kind === 'bodies' ? { cutAfterBytes: 10 * bodyOf(1).length } : 'go';
    };
    const { error } = await world.run({ ...ONE_BATCH, onSourceOperation });
    expect(error).toBeNull();
    expect(held()).toEqual(all(60));
  });

  it.each([1, 5, 20, 21, 39])(
    'are stored once and in order although the source goes while the %ith is sent',
    async (nth) => {
      deliver(60);
      const onOperation: OnOperation = (operation) => {
        if (operation.kind === 'append' && operation.nth === nth) world.source.dropConnections();
        return 'go';
      };
      const { error } = await world.run({ ...ONE_BATCH, onOperation });
      expect(error).toBeNull();
      expect(held()).toEqual(all(60));
    },
  );
});

describe('a message too long to be held', () => {
  /** The source goes while the record of the nth message is written: all of it is here, but for the end of its APPEND. */
  async function runToRecord(nth: number): Promise<{ run: EngineRun; asked: number }> {
    const files = new MortalFiles();
    let records = 0;
    files.onJournalStep = (step, data) => {
      if (step === 'write' && data.includes('"t":"intent"') && ++records === nth)
        world.source.dropConnections();
    };
    let asked = 0;
    const onSourceOperation: OnOperation = ({ kind, uids }) => {
      if (kind === 'bodies') asked += uids?.size ?? 0;
      return 'go';
    };
    return { run: await world.run({ ...ONE_BATCH, lateCommitMs: 100, files, onSourceOperation }), asked };
  }

  function long(number: number): string {
    return bodyOf(number, 'x'.repeat(300 * 1024));
  }

  it.each([
    { count: 1, nth: 1, asked: 1 },
    { count: 3, nth: 1, asked: 3 + 2 },
    { count: 3, nth: 2, asked: 3 + 1 },
  ])('is stored, and not waited for, although the source goes before its end is sent (%o)', async (given) => {
    const bodies = Array.from({ length: given.count }, (_, index) => long(index + 1));
    for (const body of bodies) world.source.deliver('INBOX', { body, internalDate: dateOf(1) });
    const { run, asked } = await runToRecord(given.nth);
    expect(run.error).toBeNull();
    expect(waits(run.events)).toEqual([]);
    expect(held()).toEqual(bodies);
    expect(asked).toBe(given.asked);
  });
});

describe('an answer that stays away', () => {
  const lateCommitMs = 100;

  function silentAt(nth: number): OnOperation {
    return async (operation) => {
      if (operation.kind !== 'append-commit' || operation.nth !== nth) return 'go';
      await new Promise((resolve) => setTimeout(resolve, 4 * lateCommitMs));
      return 'silent-before';
    };
  }

  it('is waited for from the last octet on, not from when it was missed', async () => {
    deliver(60);
    const { error, events } = await world.run({ ...ONE_BATCH, lateCommitMs, onOperation: silentAt(60) });
    expect(error).toBeNull();
    expect(held()).toEqual(all(60));
    expect(waits(events)).toEqual([]);
  });

  it('keeps those behind it from being sent again before they may have had their turn', async () => {
    deliver(60);
    const { error, events } = await world.run({ ...ONE_BATCH, lateCommitMs, onOperation: silentAt(25) });
    expect(error).toBeNull();
    expect(held()).toEqual(all(60));
    expect(waits(events)).not.toEqual([]);
  });
});

describe('what was promised and not sent', () => {
  it('is not waited for in the same run', { timeout: SOON_MS }, async () => {
    deliver(60);
    const onOperation: OnOperation = ({ kind, nth }) =>
      kind === 'append' && nth === 25 ? 'fail-before' : 'go';
    const { error, events } = await world.run({ ...ONE_BATCH, onOperation });
    expect(error).toBeNull();
    expect(held()).toEqual(all(60));
    expect(waits(events)).toEqual([]);
  });

  it('is withdrawn when one before it is refused', { timeout: SOON_MS }, async () => {
    deliver(60);
    const refuse = { code: 'MESSAGE_REJECTED', scope: 'message', retry: 'never', message: 'no' } as const;
    const onOperation: OnOperation = ({ kind, nth }) => {
      return kind === 'append-commit' && nth === 13 ? { refuse } : 'go';
    };
    expect((await world.run({ ...ONE_BATCH, onOperation })).error).toBeNull();
    expect(held()).toEqual(all(60).filter((_, index) => index !== 12));
    const again = await world.run(ONE_BATCH);
    expect(waits(again.events)).toEqual([]);
    expect(held()).toHaveLength(59);
  });
});
