import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { RunEvent } from '../../src/index.js';
import { UidSet } from '../../src/model/uid-set.js';
import { FakeIo } from './support/fake-io.js';
import { runCopy } from './support/run-verb.js';
import { StandInEngine } from './support/stand-in-engine.js';

const EVENTS: readonly RunEvent[] = [
  { type: 'connected', side: 'source', account: 'ann@old.example.net', software: null },
  { type: 'listed', seen: 2, dirty: 1 },
  { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' },
  { type: 'mailbox-planned', mailbox: 'INBOX', messages: 3, sizeBytes: 30 },
  { type: 'bytes-moved', mailbox: 'INBOX', sizeBytes: 10 },
  { type: 'messages-copied', mailbox: 'INBOX', uids: [1, 2], sizeBytes: 20 },
  {
    type: 'messages-skipped',
    mailbox: 'INBOX',
    messages: 1,
    uids: UidSet.of(4),
    reason: 'flagged \\Deleted',
  },
  {
    type: 'problem',
    problem: {
      ...{ code: 'MESSAGE_REJECTED', scope: 'message', message: 'refused', permanent: true },
      ...{ mailbox: 'INBOX', uid: 3, serverText: 'no \x9b31m' },
    },
  },
  { type: 'note', level: 'warning', text: 'fewer connections' },
  { type: 'waiting', reason: 'busy', delayMs: 1000 },
  { type: 'mailbox-finished', mailbox: 'INBOX', changed: true, failed: false },
];

async function emit({ onEvent }: { onEvent: (event: RunEvent) => void }): Promise<void> {
  for (const event of EVENTS) onEvent(event);
}

describe('--json', () => {
  it('tells what a server wants its users to see, and so does stderr', async () => {
    const text = 'the server says: going down at ten\x1b[2J';
    const { io } = await runCopy(['--json'], async (_request, _io, engine) => {
      engine.accounts[0]?.onNotice?.({ type: 'alert', text });
    });
    const said = `ann@old.example.net: ${text}`;
    expect(io.json).toContainEqual({ type: 'note', level: 'warning', text: said });
    expect(io.out).not.toContain('\x1b');
    expect(io.err).toBe('warning: ann@old.example.net: the server says: going down at ten\\x1b[2J\n');
  });

  it('writes one object a line, the last of them the summary', async () => {
    const { io, exitCode } = await runCopy(['--json'], emit);
    expect(exitCode).toBe(2);
    expect(io.json.map(({ type }) => type)).toEqual([
      'connected',
      'listed',
      'skipped',
      'problem',
      'note',
      'waiting',
      'mailbox',
      'summary',
    ]);
    expect(io.json.at(-1)).toEqual({
      type: 'summary',
      verb: 'copy',
      verdict: 'incomplete',
      exitCode: 2,
      elapsedMs: 0,
      dryRun: false,
      mailboxes: { seen: 2, changed: 1, created: 0, removed: 0, renamed: 0, failed: 0 },
      messages: {
        ...{ copied: 2, moved: 0, removed: 0, skipped: 1, failed: 1, paired: 0 },
        atSource: { copied: 0, moved: 0, removed: 0 },
      },
      flags: { updated: 0 },
      bytes: { copied: 20 },
      planned: { messages: 3, bytes: 30, toSource: 0 },
      conflicts: [],
      conflictsOmitted: 0,
      problems: [expect.objectContaining({ code: 'MESSAGE_REJECTED', uid: 3 })],
      problemsOmitted: 0,
    });
    expect(io.json.find(({ type }) => type === 'mailbox')).toEqual({
      type: 'mailbox',
      mailbox: 'INBOX',
      destination: 'INBOX',
      changed: true,
      failed: false,
      messages: {
        ...{ copied: 2, moved: 0, removed: 0, paired: 0, skipped: 1, failed: 1 },
        atSource: { copied: 0, moved: 0, removed: 0 },
      },
      planned: { messages: 3, sizeBytes: 30, toSource: 0 },
      flags: { updated: 0 },
      bytes: { copied: 20 },
    });
  });

  it('keeps the words of servers without letting them act on a terminal', async () => {
    const { io } = await runCopy(['--json'], emit);
    expect(io.out).not.toContain('\x9b');
    expect(io.json.find(({ type }) => type === 'problem')).toMatchObject({ serverText: 'no \x9b31m' });
  });

  it('also lists the messages with -vv', async () => {
    const { io } = await runCopy(['--json', '-vv'], emit);
    expect(io.json.find(({ type }) => type === 'messages')).toEqual({
      type: 'messages',
      mailbox: 'INBOX',
      uids: [1, 2],
      bytes: 20,
    });
  });

  it('ends in a summary whatever went wrong before the run', async () => {
    for (const argv of [
      ['copy', '--json', 'a', 'b'],
      ['copy', '--json'],
      ['--json', 'nonsense'],
    ]) {
      const io = new FakeIo();
      expect(await main(argv, io, new StandInEngine().load)).toBe(3);
      const summary = io.json.at(-1);
      expect(summary).toMatchObject({ type: 'summary', verdict: 'failed', exitCode: 3 });
      expect(summary?.['problems']).toEqual([expect.objectContaining({ code: 'USAGE' })]);
      expect(io.err).toMatch(/^error: /);
    }
  });

  it('draws no live block between its lines on one terminal', async () => {
    const { io } = await runCopy(['--json'], emit, { tty: true });
    expect(io.everything).not.toContain('\x1b[K');
  });
});
