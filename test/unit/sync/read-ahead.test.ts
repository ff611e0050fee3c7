import { describe, expect, it, vi } from 'vitest';
import type { UidSet } from '../../../src/model/uid-set.js';
import type { BodySink, OpenMailbox } from '../../../src/store/mail-store.js';
import { NextBatch } from '../../../src/sync/next-batch.js';
import { ReadAhead } from '../../../src/sync/read-ahead.js';
import type { MailboxWork } from '../../../src/sync/run-context.js';
import type { TransferEnds } from '../../../src/sync/transfer-ends.js';

const quiet = new AbortController().signal;

/** A mailbox that sends these messages one after the other, and waits whenever the sink says so. */
function sending(
  uids: readonly number[],
  { failure, body = Buffer.from('x') }: { failure?: Error; body?: Buffer } = {},
) {
  const sent: number[] = [];
  const source = {
    async bodies(_uids: UidSet, sink: BodySink): Promise<void> {
      for (const uid of uids) {
        await sink.start(uid, body.length);
        await sink.chunk(body);
        await sink.end();
        sent.push(uid);
      }
      if (failure) throw failure;
    },
  } as unknown as OpenMailbox;
  return { source, sent };
}

function messages(...uids: readonly number[]) {
  return uids.map((uid) => ({ uid, flags: [], internalDate: '01-Jan-2020 00:00:00 +0000', sizeBytes: 1 }));
}

function taking() {
  const taken: number[] = [];
  const sink: BodySink = {
    start: (uid) => {
      taken.push(uid);
      return undefined;
    },
    chunk: () => undefined,
    end: () => undefined,
  };
  return { taken, sink };
}

const aMoment = () => new Promise((resolve) => setImmediate(resolve));

describe('messages read ahead', () => {
  it('are held until somebody takes them, and then come in order', async () => {
    const { source, sent } = sending([3, 4, 7]);
    const ahead = new ReadAhead(source, messages(3, 4, 7), quiet);
    await aMoment();
    expect(sent).toEqual([3, 4, 7]);
    const { taken, sink } = taking();
    await ahead.into(sink);
    expect(taken).toEqual([3, 4, 7]);
  });

  it('wait on the line beyond some MiB, so that memory is bounded', async () => {
    const body = Buffer.alloc(3 * 1024 * 1024);
    const { source, sent } = sending([3, 4, 7, 8], { body });
    const ahead = new ReadAhead(source, messages(3, 4, 7, 8), quiet);
    await aMoment();
    expect(sent.length).toBeLessThan(3);
    const { taken, sink } = taking();
    await ahead.into(sink);
    expect(taken).toEqual([3, 4, 7, 8]);
  });

  it('go no faster than whoever takes them', async () => {
    const { source } = sending([3, 4, 7]);
    const ahead = new ReadAhead(source, messages(3, 4, 7), quiet);
    await aMoment();
    const steps: string[] = [];
    const slowly = async (step: string): Promise<void> => {
      await aMoment();
      steps.push(step);
    };
    await ahead.into({
      start: (uid) => slowly(`start ${uid}`),
      chunk: () => slowly('octets'),
      end: () => slowly('end'),
    });
    expect(steps).toEqual([3, 4, 7].flatMap((uid) => [`start ${uid}`, 'octets', 'end']));
  });

  it('end with what the taker throws', async () => {
    for (const uids of [[3], [3, 4]]) {
      const ahead = new ReadAhead(sending(uids).source, messages(...uids), quiet);
      await aMoment();
      const failure = new Error('full');
      const sink = { ...taking().sink, end: () => Promise.reject(failure) };
      await expect(ahead.into(sink)).rejects.toBe(failure);
    }
  });

  it('come to an end without a taker when they are dropped', async () => {
    const { source, sent } = sending([3, 4]);
    const ahead = new ReadAhead(source, messages(3, 4), quiet);
    await ahead.drop();
    expect(sent).toEqual([3, 4]);
  });

  it('fail for whoever takes them, and for nobody else', async () => {
    const failure = new Error('gone');
    await new ReadAhead(sending([3], { failure }).source, messages(3), quiet).drop();
    const ahead = new ReadAhead(sending([3], { failure }).source, messages(3), quiet);
    const { taken, sink } = taking();
    await aMoment();
    await expect(ahead.into(sink)).rejects.toBe(failure);
    // What came before is good.
    expect(taken).toEqual([3]);
  });

  it('are known by what is to be carried first', () => {
    const ahead = new ReadAhead(sending([3, 4]).source, messages(3, 4), quiet);
    expect(ahead.isHeadOf(messages(3, 4, 5))).toBe(true);
    expect(ahead.isHeadOf(messages(3, 5))).toBe(false);
    expect(ahead.isHeadOf(messages(3))).toBe(false);
  });
});

describe('the batch after the one under way', () => {
  function nextBatch(source: OpenMailbox): NextBatch {
    const work = {
      batch: { maxMessages: 10, maxBytes: 1000 },
      refusals: 0,
      suspects: new Set<number>(),
      run: { signal: quiet, options: {} },
    };
    const ends = { source, session: { facts: { features: { multiAppend: 'atomic' } } } };
    return new NextBatch(work as unknown as MailboxWork, ends as unknown as TransferEnds);
  }

  it('is asked for once no other answer is on its way, as a server may mix the two', async () => {
    const { source } = sending([3, 4]);
    const bodies = vi.spyOn(source, 'bodies');
    const next = nextBatch(source);
    let answer = (): void => undefined;
    next.begin(messages(3, 4), 1, new Promise<void>((resolve) => (answer = resolve)));
    await aMoment();
    expect(bodies).not.toHaveBeenCalled();
    answer();
    await aMoment();
    expect(bodies).toHaveBeenCalledOnce();
    const ahead = await next.take(messages(3, 4));
    const { taken, sink } = taking();
    await ahead?.into(sink);
    expect(taken).toEqual([3, 4]);
  });

  it('is not asked for any more when its turn comes before that answer', async () => {
    const { source } = sending([3, 4]);
    const bodies = vi.spyOn(source, 'bodies');
    const next = nextBatch(source);
    let answer = (): void => undefined;
    next.begin(messages(3, 4), 1, new Promise<void>((resolve) => (answer = resolve)));
    expect(await next.take(messages(3, 4))).toBeNull();
    answer();
    await aMoment();
    expect(bodies).not.toHaveBeenCalled();
  });
});
