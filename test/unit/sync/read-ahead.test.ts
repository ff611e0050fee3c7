import { describe, expect, it, vi } from 'vitest';
import type { UidSet } from '../../../src/model/uid-set.js';
import type { BodySink, OpenMailbox } from '../../../src/store/mail-store.js';
import { NextBatch } from '../../../src/sync/next-batch.js';
import { ReadAhead } from '../../../src/sync/read-ahead.js';
import type { MailboxWork } from '../../../src/sync/run-context.js';
import type { TransferEnds } from '../../../src/sync/transfer.js';

const quiet = new AbortController().signal;

/** A mailbox that sends these messages one after the other, and waits whenever the sink says so. */
function sending(uids: readonly number[], failure?: Error) {
  const sent: number[] = [];
  const source = {
    async bodies(_uids: UidSet, sink: BodySink): Promise<void> {
      for (const uid of uids) {
        await sink.start(uid, 1);
        sent.push(uid);
        await sink.chunk(Buffer.from('x'));
        await sink.end();
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
  it('wait on the line until somebody takes them, and then come in order', async () => {
    const { source, sent } = sending([3, 4, 7]);
    const ahead = new ReadAhead(source, messages(3, 4, 7), quiet);
    await aMoment();
    expect(sent).toEqual([]);
    const { taken, sink } = taking();
    await ahead.into(sink);
    expect(taken).toEqual([3, 4, 7]);
  });

  it('come to an end without a taker when they are dropped', async () => {
    const { source, sent } = sending([3, 4]);
    const ahead = new ReadAhead(source, messages(3, 4), quiet);
    await ahead.drop();
    expect(sent).toEqual([3, 4]);
  });

  it('fail for whoever takes them, and for nobody else', async () => {
    const failure = new Error('gone');
    await new ReadAhead(sending([3], failure).source, messages(3), quiet).drop();
    const ahead = new ReadAhead(sending([3], failure).source, messages(3), quiet);
    await expect(ahead.into(taking().sink)).rejects.toBe(failure);
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
