import { describe, expect, it } from 'vitest';
import { AppendsInFlight } from '../../../src/sync/appends-in-flight.js';

interface Answer {
  readonly promise: Promise<void>;
  resolve(): void;
  reject(reason: unknown): void;
}

function answer(): Answer {
  let resolve!: () => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<void>((onward, back) => {
    resolve = onward;
    reject = back;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let ended = false;
  const note = (): void => {
    ended = true;
  };
  promise.then(note, note);
  for (let round = 0; round < 10; round++) await new Promise(setImmediate);
  return !ended;
}

/** So many in flight; `order` grows as their answers are dealt with. */
function flight(count: number): { all: AppendsInFlight; answers: readonly Answer[]; order: number[] } {
  const all = new AppendsInFlight();
  const order: number[] = [];
  const answers = Array.from({ length: count }, answer);
  for (const [index, { promise }] of answers.entries()) {
    all.add(async () => {
      await promise;
      order.push(index);
    });
  }
  return { all, answers, order };
}

describe('APPENDs in flight', () => {
  it('are dealt with in the order of sending, whichever is answered first', async () => {
    const { all, answers, order } = flight(3);
    answers[2]?.resolve();
    answers[0]?.resolve();
    expect(await isPending(all.all())).toBe(true);
    expect(order).toEqual([0]);
    answers[1]?.resolve();
    await all.all();
    expect(order).toEqual([0, 1, 2]);
  });

  it('are all dealt with when one fails, and its reason is told afterwards', async () => {
    const { all, answers, order } = flight(3);
    const reason = new Error('no room');
    answers[0]?.resolve();
    answers[1]?.reject(reason);
    answers[2]?.resolve();
    await expect(all.all()).rejects.toBe(reason);
    expect(order).toEqual([0, 2]);
    expect(() => all.throwIfFailed()).toThrow(reason);
    await expect(all.room()).rejects.toBe(reason);
  });

  it('have room for a few more, but not for any number', async () => {
    const few = flight(3);
    await few.all.room();
    const many = flight(30);
    const room = many.all.room();
    expect(await isPending(room)).toBe(true);
    for (const one of many.answers.slice(0, 11)) one.resolve();
    await room;
  });

  it('are none at first', async () => {
    const none = new AppendsInFlight();
    await Promise.all([none.all(), none.room()]);
  });
});
