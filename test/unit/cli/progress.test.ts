import { describe, expect, it } from 'vitest';
import { displayWidth } from '../../../src/cli/render/display-width.js';
import type { ProgressView } from '../../../src/cli/render/progress-lines.js';
import { partDone, progressBlock, progressLine } from '../../../src/cli/render/progress-lines.js';
import { ProgressRate } from '../../../src/cli/render/progress-rate.js';
import { RunActivity } from '../../../src/report/activity.js';
import type { RunEvent } from '../../../src/report/events.js';
import { RunTotals } from '../../../src/report/totals.js';

const MIB = 1024 * 1024;

function viewAfter(events: readonly RunEvent[], given: Partial<ProgressView> = {}): ProgressView {
  const totals = new RunTotals();
  const activity = new RunActivity();
  for (const event of events) {
    totals.add(event);
    activity.add(event);
  }
  const title = 'ann@old.example.net -> ann@new.example.com';
  return { title, totals, inWork: activity.inWork, elapsedMs: 42_000, rate: null, ...given };
}

const HALF: readonly RunEvent[] = [
  { type: 'listed', seen: 12, dirty: 2 },
  { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
  { type: 'mailbox-planned', mailbox: 'INBOX', messages: 3000, sizeBytes: 300 * MIB },
  { type: 'mailbox-started', mailbox: 'Archive/2019', destination: 'Archive/2019' },
  { type: 'mailbox-planned', mailbox: 'Archive/2019', messages: 1000, sizeBytes: 100 * MIB },
  { type: 'messages-copied', mailbox: 'INBOX', uids: [1, 2, 3], sizeBytes: 100 * MIB },
  { type: 'bytes-moved', mailbox: 'INBOX', sizeBytes: 200 * MIB },
];

describe('the progress block', () => {
  it('tells elapsed time, percentage, counts, volume, rate, time left and the mailboxes in work', () => {
    const rate = { messagesPerSecond: 102.4, bytesPerSecond: 4 * MIB };
    expect(progressBlock(viewAfter(HALF, { rate }), 80)).toEqual([
      'ann@old.example.net -> ann@new.example.com                                 42 s',
      '[##########----------] 50%, 3 of 4,000 messages, 200 MiB of 400 MiB',
      '4 MiB/s, 102 messages/s, about 50 s left, 0 of 2 mailboxes done',
      '  INBOX                                                             3 of 3,000',
      '  Archive/2019                                                      0 of 1,000',
    ]);
  });

  it.each([40, 80, 160])('never fills the last of %d columns', (columns) => {
    const mailbox = '長い名前の郵便受け/'.repeat(20);
    const long: RunEvent = { type: 'mailbox-started', mailbox, destination: mailbox };
    const block = progressBlock(viewAfter([...HALF, long], { title: 'x'.repeat(300) }), columns);
    const [title, ...rest] = block;
    expect(displayWidth(title ?? '')).toBeLessThan(columns);
    expect(Math.max(...rest.slice(2).map(displayWidth))).toBeLessThan(columns);
  });

  it('says at once what is going on before anything is known', () => {
    expect(progressBlock(viewAfter([]), 80)[1]).toBe('connecting and listing the mailboxes');
  });

  it('promises no percentage before anybody knows how much there is', () => {
    const view = viewAfter([{ type: 'listed', seen: 12, dirty: 3 }]);
    expect(partDone(view)).toBeNull();
    expect(progressBlock(view, 80)[1]).toBe('0 of 0 messages, 0 B');
  });

  it('counts on what the listing promised for mailboxes that were not looked at yet', () => {
    const view = viewAfter([{ type: 'listed', seen: 12, dirty: 3, messages: 8000 }, ...HALF.slice(1)]);
    expect(partDone(view)).toBe(0.25);
    expect(progressBlock(view, 80)[1]).toBe(
      '[#####---------------] 25%, 3 of 8,000 messages, 200 MiB of 800 MiB',
    );
  });

  it('is not at its end while mailboxes are in work that were not listed', () => {
    const view = viewAfter([
      { type: 'listed', seen: 1, dirty: 1 },
      { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
      { type: 'mailbox-finished', mailbox: 'INBOX', changed: false, failed: false },
      { type: 'mailbox-started', mailbox: 'New', destination: 'New' },
      { type: 'mailbox-planned', mailbox: 'New', messages: 4, sizeBytes: null },
    ]);
    expect(partDone(view)).toBe(0);
    expect(progressBlock(view, 80)[2]).toBe('1 of 2 mailboxes done');
  });

  it('takes messages that were there already for done', () => {
    const view = viewAfter([
      { type: 'listed', seen: 1, dirty: 1, messages: 100 },
      { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
      { type: 'messages-paired', mailbox: 'INBOX', messages: 90 },
    ]);
    expect(progressBlock(view, 80)[1]).toBe('[##################--] 90%, 90 of 100 messages, 0 B');
  });

  it('takes messages that were moved for done, whether or not they were planned', () => {
    const moved: RunEvent = { type: 'messages-moved', mailbox: 'INBOX', uids: [1, 2, 3] };
    const start: readonly RunEvent[] = [
      { type: 'listed', seen: 1, dirty: 1 },
      { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
    ];
    const planned: RunEvent = { type: 'mailbox-planned', mailbox: 'INBOX', messages: 4, sizeBytes: null };
    const among = progressBlock(viewAfter([...start, planned, moved]), 80);
    expect(among[1]).toBe('[###############-----] 75%, 3 of 4 messages, 0 B');
    expect(among[3]).toMatch(/INBOX +3 of 4$/);
    const besides = progressBlock(viewAfter([...start, moved]), 80);
    expect(besides[1]).toMatch(/ 3 of 3 messages, 0 B$/);
    expect(besides[3]).toMatch(/INBOX +3$/);
  });

  it('counts removals, which come last', () => {
    const removed: RunEvent = {
      type: 'messages-removed',
      mailbox: 'INBOX',
      side: 'destination',
      messages: 5,
    };
    const view = viewAfter([
      { type: 'listed', seen: 1, dirty: 1 },
      { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
      removed,
      { ...removed, mailbox: 'Work' },
    ]);
    const block = progressBlock(view, 80);
    expect(block[2]).toBe('0 of 1 mailbox done, 10 removals');
    expect(block[3]).toMatch(/INBOX +5 removals$/);
  });

  it('says 100% only when every mailbox is finished', () => {
    const most = [...HALF, { type: 'bytes-moved', mailbox: 'INBOX', sizeBytes: 900 * MIB } as const];
    expect(partDone(viewAfter(most))).toBe(0.99);
    const ends = ['INBOX', 'Archive/2019'].map(
      (mailbox): RunEvent => ({ type: 'mailbox-finished', mailbox, changed: true, failed: false }),
    );
    expect(partDone(viewAfter([...most, ...ends]))).toBe(1);
  });

  it('counts messages where a server tells no sizes', () => {
    const events: RunEvent[] = [
      { type: 'listed', seen: 1, dirty: 1 },
      { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
      { type: 'mailbox-planned', mailbox: 'INBOX', messages: 4, sizeBytes: null },
      { type: 'messages-copied', mailbox: 'INBOX', uids: [1], sizeBytes: 10 },
    ];
    expect(partDone(viewAfter(events))).toBe(0.25);
    const rate = { messagesPerSecond: 0.5, bytesPerSecond: 1 };
    expect(progressBlock(viewAfter(events, { rate }), 80)[2]).toContain('about 6 s left');
  });

  it('lists four mailboxes and counts the others', () => {
    const started = [1, 2, 3, 4, 5, 6].map(
      (n): RunEvent => ({ type: 'mailbox-started', mailbox: `Box ${n}`, destination: `Box ${n}` }),
    );
    const block = progressBlock(viewAfter([{ type: 'listed', seen: 6, dirty: 6 }, ...started]), 80);
    expect(block.slice(3).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'Box 1',
      'Box 2',
      'Box 3',
      'Box 4',
      'and 2 mailboxes more',
    ]);
  });

  it('counts messages that went out before they are recorded, and never more than there are', () => {
    const moved = { type: 'bytes-moved', mailbox: 'INBOX', sizeBytes: 10, messages: 150 } as const;
    const start = [
      { type: 'listed', seen: 1, dirty: 1, messages: 200 },
      { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
      { type: 'mailbox-planned', mailbox: 'INBOX', messages: 200, sizeBytes: null },
    ] as const;
    const once = progressBlock(viewAfter([...start, moved]), 80);
    expect(once[1]).toBe('[###############-----] 75%, 150 of 200 messages, 10 B');
    expect(once[3]).toMatch(/INBOX +150 of 200$/);
    const again = progressBlock(viewAfter([...start, moved, moved]), 80);
    expect(again[1]).toBe('[###################-] 99%, 200 of 200 messages, 20 B');
    expect(again[3]).toMatch(/INBOX +200 of 200$/);
  });

  it('is one line in a log', () => {
    expect(progressLine(viewAfter(HALF))).toBe(
      '50%, 3 of 4,000 messages, 200 MiB of 400 MiB; 0 of 2 mailboxes done; in work: INBOX, Archive/2019',
    );
  });
});

describe('the rate', () => {
  it('is that of the last quarter of a minute', () => {
    const rate = new ProgressRate();
    rate.add({ atMs: 0, messages: 0, bytes: 0 });
    expect(rate.rate).toBeNull();
    for (let second = 1; second <= 60; second += 1) {
      rate.add({ atMs: second * 1000, messages: second <= 40 ? second * 100 : 4000, bytes: second * 1000 });
    }
    expect(rate.rate).toEqual({ messagesPerSecond: 0, bytesPerSecond: 1000 });
  });
});
