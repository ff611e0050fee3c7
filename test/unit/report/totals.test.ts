import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../src/model/uid-set.js';
import { RunActivity } from '../../../src/report/activity.js';
import type { RunEvent } from '../../../src/report/events.js';
import type { Problem } from '../../../src/report/problem.js';
import { ProblemLog } from '../../../src/report/problem-log.js';
import { summaryOf } from '../../../src/report/summary.js';
import { RunTotals } from '../../../src/report/totals.js';

function refused(uid: number, given: Partial<Problem> = {}): Problem {
  return {
    code: 'MESSAGE_REJECTED',
    scope: 'message',
    message: `refused ${uid}`,
    mailbox: 'INBOX',
    uid,
    permanent: true,
    ...given,
  };
}

const RUN: readonly RunEvent[] = [
  { type: 'connected', side: 'source', account: 'a', software: null },
  { type: 'listed', seen: 12, dirty: 2 },
  { type: 'mailbox-created', mailbox: 'Work', side: 'destination' },
  { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
  { type: 'mailbox-planned', mailbox: 'INBOX', messages: 3, sizeBytes: 300 },
  { type: 'mailbox-planned', mailbox: 'INBOX', messages: 4, sizeBytes: 350 },
  { type: 'messages-copied', mailbox: 'INBOX', uids: [4, 5], sizeBytes: 200 },
  { type: 'bytes-moved', mailbox: 'INBOX', sizeBytes: 230, messages: 3 },
  { type: 'messages-moved', mailbox: 'INBOX', uids: [6, 7, 8] },
  { type: 'messages-paired', mailbox: 'INBOX', messages: 7 },
  { type: 'messages-skipped', mailbox: 'INBOX', messages: 2, uids: UidSet.of(10, 11), reason: '\\Deleted' },
  // Not counted: such a message had no problem of its own, and is for another run.
  { type: 'messages-left', mailbox: 'INBOX', uids: UidSet.of(12), problem: refused(12) },
  { type: 'flags-updated', mailbox: 'INBOX', messages: 5 },
  { type: 'messages-removed', mailbox: 'INBOX', side: 'destination', messages: 11 },
  { type: 'problem', problem: refused(9) },
  { type: 'mailbox-finished', mailbox: 'INBOX', changed: true, failed: false },
  { type: 'mailbox-started', mailbox: 'Work', destination: 'Arbeit' },
  { type: 'mailbox-finished', mailbox: 'Work', changed: false, failed: true },
  { type: 'mailbox-renamed', mailbox: 'New', from: 'Old', side: 'destination' },
  { type: 'messages-removed', mailbox: 'Gone', side: 'destination', messages: 2 },
  { type: 'mailbox-removed', mailbox: 'Gone', side: 'destination' },
];

describe('the totals of a run', () => {
  it('become the summary', () => {
    const totals = new RunTotals();
    for (const event of RUN) totals.add(event);
    const end = {
      verb: 'copy',
      verdict: 'incomplete',
      exitCode: 2,
      elapsedMs: 1234.5,
      dryRun: false,
    } as const;
    expect(summaryOf(totals, end)).toEqual({
      type: 'summary',
      verb: 'copy',
      verdict: 'incomplete',
      exitCode: 2,
      elapsedMs: 1235,
      dryRun: false,
      mailboxes: { seen: 12, changed: 1, created: 1, removed: 1, renamed: 1, failed: 1 },
      messages: {
        ...{ copied: 2, moved: 3, removed: 13, skipped: 2, failed: 1, paired: 7 },
        atSource: { copied: 0, moved: 0, removed: 0 },
      },
      flags: { updated: 5 },
      bytes: { copied: 200 },
      planned: { messages: 4, bytes: 350, toSource: 0 },
      conflicts: [],
      conflictsOmitted: 0,
      problems: [refused(9)],
      problemsOmitted: 0,
    });
  });

  it('do not know the volume once a mailbox cannot tell', () => {
    const totals = new RunTotals();
    totals.add({ type: 'mailbox-planned', mailbox: 'A', messages: 1, sizeBytes: null });
    totals.add({ type: 'mailbox-planned', mailbox: 'B', messages: 1, sizeBytes: 10 });
    expect(totals.planned).toMatchObject({ messages: 2, sizeBytes: null });
  });
});

/** What is planned in all, and what of it in INBOX when that ends. */
function plannedBy(events: readonly RunEvent[]): {
  all: RunTotals['planned'];
  ofMailbox: number | undefined;
} {
  const totals = new RunTotals();
  const activity = new RunActivity();
  const end: RunEvent = { type: 'mailbox-finished', mailbox: 'INBOX', changed: true, failed: false };
  const start: RunEvent = { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' };
  const ended = [start, ...events, end].map((event) => {
    totals.add(event);
    return activity.add(event);
  });
  return { all: totals.planned, ofMailbox: ended.at(-1)?.planned };
}

function plan(messages: number, sizeBytes: number | null = null): RunEvent {
  return { type: 'mailbox-planned', mailbox: 'INBOX', messages, sizeBytes };
}

describe('what is planned', () => {
  it('counts once what is planned again after a failure', () => {
    const copied: RunEvent = { type: 'messages-copied', mailbox: 'INBOX', uids: [1, 2], sizeBytes: 20 };
    const moved: RunEvent = { type: 'messages-moved', mailbox: 'INBOX', uids: [3] };
    const failed: RunEvent = { type: 'problem', problem: refused(4) };
    const { all, ofMailbox } = plannedBy([plan(30), copied, moved, plan(27), failed, plan(26), plan(26)]);
    expect(all.messages).toBe(30);
    expect(ofMailbox).toBe(30);
  });

  it('is counted for each side by itself', () => {
    const copied: RunEvent = { type: 'messages-copied', mailbox: 'INBOX', uids: [1, 2], sizeBytes: 20 };
    const back = (messages: number): RunEvent => ({
      type: 'mailbox-planned',
      mailbox: 'INBOX',
      messages,
      sizeBytes: null,
      to: 'source',
    });
    const { all } = plannedBy([plan(2), back(3), copied, { ...copied, to: 'source' }, back(1)]);
    expect(all).toMatchObject({ messages: 5, toSource: 3 });
  });

  it('is without what is left out', () => {
    const uids = UidSet.of(10, 11);
    const left: RunEvent = { type: 'messages-skipped', mailbox: 'INBOX', messages: 2, uids, reason: 'old' };
    expect(plannedBy([plan(5), left]).all.messages).toBe(3);
    // A dry run has looked at each message before it tells how many there are.
    expect(plannedBy([left, plan(3, 30)])).toEqual({
      all: { messages: 3, sizeBytes: 30, toSource: 0 },
      ofMailbox: 3,
    });
  });

  it('is of a dry run what its last look found', () => {
    const moved: RunEvent = { type: 'messages-moved', mailbox: 'INBOX', uids: [3] };
    expect(plannedBy([moved, plan(4, 40), moved, plan(4, 40)]).all).toMatchObject({
      messages: 4,
      sizeBytes: 40,
    });
  });
});

const BOTH_WAYS: readonly RunEvent[] = [
  { type: 'listed', seen: 2, dirty: 1 },
  { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
  { type: 'mailbox-planned', mailbox: 'INBOX', messages: 3, sizeBytes: 300 },
  { type: 'mailbox-planned', mailbox: 'INBOX', messages: 2, sizeBytes: 200, to: 'source' },
  { type: 'messages-copied', mailbox: 'INBOX', uids: [1, 2, 3], sizeBytes: 300 },
  { type: 'messages-copied', mailbox: 'INBOX', uids: [8, 9], sizeBytes: 200, to: 'source' },
  { type: 'messages-moved', mailbox: 'INBOX', uids: [4], to: 'destination' },
  { type: 'messages-moved', mailbox: 'INBOX', uids: [5, 6, 7, 8], to: 'source' },
  { type: 'messages-removed', mailbox: 'INBOX', side: 'destination', messages: 1 },
  { type: 'messages-removed', mailbox: 'INBOX', side: 'source', messages: 5 },
  { type: 'mailbox-finished', mailbox: 'INBOX', changed: true, failed: false },
];

describe('a run both ways', () => {
  it('is summed up as a whole, and for the source', () => {
    const totals = new RunTotals();
    const activity = new RunActivity();
    const finished = BOTH_WAYS.map((event) => {
      totals.add(event);
      return activity.add(event);
    });
    expect(totals.messages).toMatchObject({ copied: 5, moved: 5, removed: 6 });
    expect(totals.atSource).toEqual({ copied: 2, moved: 4, removed: 5 });
    expect(totals.planned).toEqual({ messages: 5, sizeBytes: 500, toSource: 2 });
    expect(finished.at(-1)).toMatchObject({
      ...{ planned: 5, copied: 5, moved: 5, removed: 6 },
      atSource: { planned: 2, copied: 2, moved: 4, removed: 5 },
    });
  });

  it('counts a mailbox once, however often it is looked at', () => {
    const totals = new RunTotals();
    for (const event of BOTH_WAYS) totals.add(event);
    expect(totals.mailboxesFinished).toBe(1);
    totals.add({ type: 'listed', seen: 2, dirty: 1 });
    expect(totals.mailboxesFinished).toBe(0);
    for (const failed of [true, true]) {
      totals.add({ type: 'mailbox-finished', mailbox: 'INBOX', changed: true, failed });
    }
    expect(totals.mailboxes).toMatchObject({ seen: 2, changed: 1, failed: 1 });
  });

  it('keeps a hundred conflicts and counts the others', () => {
    const totals = new RunTotals();
    const conflict = { mailbox: 'INBOX', kind: 'gone-and-changed', text: 'what happened' } as const;
    for (let messages = 1; messages <= 103; messages += 1) {
      totals.add({ type: 'conflict', ...conflict, messages });
    }
    totals.add({ type: 'conflict', ...conflict });
    const end = { verb: 'mirror', verdict: 'complete', exitCode: 0, elapsedMs: 0, dryRun: false } as const;
    const summary = summaryOf(totals, end);
    expect(summary.conflicts).toHaveLength(100);
    expect(summary.conflicts[0]).toEqual({ ...conflict, messages: 1 });
    expect(summary.conflictsOmitted).toBe(4);
  });

  it('keeps of a conflict only what is known', () => {
    const totals = new RunTotals();
    totals.add({ type: 'conflict', mailbox: 'New', kind: 'renamed-both', text: 'what happened' });
    expect(totals.conflicts.kept).toEqual([{ mailbox: 'New', kind: 'renamed-both', text: 'what happened' }]);
  });
});

describe('the activity of a run', () => {
  it('is the mailboxes in work, each with its counts when it ends', () => {
    const activity = new RunActivity();
    const finished = RUN.map((event) => activity.add(event)).filter((counts) => counts !== undefined);
    expect(finished).toEqual([
      {
        mailbox: 'INBOX',
        destination: 'INBOX',
        planned: 4,
        plannedBytes: 350,
        copied: 2,
        sent: 3,
        moved: 3,
        paired: 7,
        skipped: 2,
        failed: 1,
        removed: 11,
        flagsUpdated: 5,
        bytesCopied: 200,
        atSource: { planned: 0, copied: 0, moved: 0, removed: 0 },
      },
      expect.objectContaining({ mailbox: 'Work', destination: 'Arbeit', copied: 0 }),
    ]);
    expect(activity.inWork).toEqual([]);
  });

  it('takes a mailbox that ends without having begun', () => {
    const ended = new RunActivity().add({
      type: 'mailbox-finished',
      mailbox: 'X',
      changed: false,
      failed: false,
    });
    expect(ended).toMatchObject({ mailbox: 'X', destination: 'X', copied: 0 });
  });
});

describe('the problems of a run', () => {
  it('are kept up to a hundred and counted beyond', () => {
    const log = new ProblemLog();
    for (let uid = 1; uid <= 10_000; uid += 1) log.add(refused(uid));
    expect(log.count).toBe(10_000);
    expect(log.kept).toHaveLength(100);
    expect(log.groups).toEqual([{ first: refused(1), count: 10_000 }]);
  });

  it('are grouped by kind and mailbox, in bounded number', () => {
    const log = new ProblemLog();
    for (let n = 0; n < 1000; n += 1) log.add(refused(1, { mailbox: `Box ${n}` }));
    expect(log.groups).toHaveLength(200);
    expect(log.ungrouped).toBe(800);
    expect(log.count).toBe(1000);
  });

  it('keep every kind of outcome once', () => {
    const log = new ProblemLog();
    for (let uid = 1; uid <= 500; uid += 1) log.add(refused(uid));
    log.add(refused(0, { code: 'CONNECTION_LOST', scope: 'account' }));
    log.add(refused(0, { code: 'CONNECTION_LOST', scope: 'mailbox' }));
    expect(log.outcomes).toEqual([
      { code: 'MESSAGE_REJECTED', scope: 'message' },
      { code: 'CONNECTION_LOST', scope: 'account' },
      { code: 'CONNECTION_LOST', scope: 'mailbox' },
    ]);
  });

  it('tell whether running again can help', () => {
    const log = new ProblemLog();
    expect(log.allPermanent).toBe(false);
    log.add(refused(1));
    expect(log.allPermanent).toBe(true);
    log.add(refused(2, { permanent: false }));
    expect(log.allPermanent).toBe(false);
  });

  it('are recognised when they come again as what was thrown', () => {
    const log = new ProblemLog();
    log.add(refused(1));
    expect(log.has(refused(1))).toBe(true);
    expect(log.has(refused(1, { mailbox: 'Other' }))).toBe(false);
  });
});
