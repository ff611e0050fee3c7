import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DelayLine, Link } from '../../support/proxy/delay-line.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

it('delivers at once without latency and limit', () => {
  const { line, delivered } = lineOver(new Link(0, undefined));
  line.push(Buffer.from('a'));
  expect(delivered).toEqual(['a']);
});

it('delivers after half a round trip, however much is on its way', () => {
  const { line, delivered } = lineOver(new Link(40, undefined));
  for (let i = 0; i < 100; i += 1) line.push(Buffer.alloc(1_000));
  vi.advanceTimersByTime(19);
  expect(delivered).toHaveLength(0);
  vi.advanceTimersByTime(1);
  expect(delivered).toHaveLength(100);
});

it('delivers as many octets a second as the link carries, for all connections together', () => {
  const link = new Link(0, 16_384);
  const [first, second] = [lineOver(link), lineOver(link)];
  first.line.push(Buffer.alloc(32_768));
  second.line.push(Buffer.alloc(16_384));
  vi.advanceTimersByTime(1_000);
  expect([first.delivered.length, second.delivered.length]).toEqual([1, 0]);
  vi.advanceTimersByTime(1_000);
  expect([first.delivered.length, second.delivered.length]).toEqual([2, 0]);
  vi.advanceTimersByTime(1_000);
  expect(second.delivered).toHaveLength(1);
});

it('keeps the order when the link gets faster', () => {
  const link = new Link(100, undefined);
  const { line, delivered } = lineOver(link);
  line.push(Buffer.from('a'));
  link.latencyMs = 0;
  line.push(Buffer.from('b'));
  line.push(null);
  expect(delivered).toEqual([]);
  vi.advanceTimersByTime(50);
  expect(delivered).toEqual(['a', 'b', null]);
});

it('waits while it is blocked and says when the sender may go on', () => {
  const { line, delivered, onRoom } = lineOver(new Link(0, undefined));
  line.block();
  line.push(Buffer.from('a'));
  expect(line.isFull).toBe(true);
  line.unblock();
  expect(delivered).toEqual(['a']);
  expect(onRoom).toHaveBeenCalled();
});

function lineOver(link: Link): {
  line: DelayLine;
  delivered: (string | null)[];
  onRoom: ReturnType<typeof vi.fn>;
} {
  const delivered: (string | null)[] = [];
  const onRoom = vi.fn();
  const line = new DelayLine(
    link,
    'toServer',
    (parcel) => delivered.push(parcel?.toString() ?? null),
    onRoom,
  );
  return { line, delivered, onRoom };
}
