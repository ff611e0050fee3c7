import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { RunEvent } from '../../src/index.js';
import type { FakeIoOptions } from './support/fake-io.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, SOURCE } from './support/run-verb.js';
import { Screen } from './support/screen.js';
import { StandInEngine } from './support/stand-in-engine.js';

type Step = RunEvent | number | ((io: FakeIo) => void);

/** A copy whose engine emits events; a number lets so many milliseconds go by. */
async function copying(
  options: FakeIoOptions,
  args: readonly string[],
  steps: readonly Step[],
): Promise<FakeIo> {
  const io = new FakeIo({ ...options, env: { ...PASSWORDS, ...options.env } });
  const engine = new StandInEngine();
  engine.run = async ({ onEvent }) => {
    for (const step of steps) {
      if (typeof step === 'number') io.pass(step);
      else if (typeof step === 'function') step(io);
      else onEvent(step);
    }
  };
  await main(['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere', ...args], io, engine.load);
  return io;
}

const LISTED: RunEvent = { type: 'listed', seen: 3, dirty: 2 };
const STARTED: RunEvent = { type: 'mailbox-started', mailbox: 'INBOX', destination: 'INBOX' };
const PLANNED: RunEvent = { type: 'mailbox-planned', mailbox: 'INBOX', messages: 10, sizeBytes: 1000 };
const COPIED: RunEvent = { type: 'messages-copied', mailbox: 'INBOX', uids: [1, 2], sizeBytes: 200 };
const WARNING: RunEvent = { type: 'note', level: 'warning', text: 'fewer connections' };

describe('on a terminal', () => {
  it('a block says at once that something is going on', async () => {
    let first = '';
    await copying({ tty: true }, [], [(io) => (first = io.err)]);
    expect(first).toContain('ann@old.example.net -> ann@new.example.com');
    expect(first).toContain('connecting and listing the mailboxes');
  });

  it.each([80, 160, 40])('a run leaves only its log and its summary on %d columns', async (columns) => {
    const io = await copying(
      { tty: true, columns },
      [],
      [200, LISTED, STARTED, PLANNED, 200, WARNING, COPIED, 5000],
    );
    const screen = new Screen(columns);
    screen.write(io.err);
    screen.write(io.out);
    expect(screen.lines[0]).toBe('warning: fewer connections');
    expect(screen.lines[1]).toBe('  mailboxes  3 seen');
    expect(io.leftBehind).toBe(0);
  });

  it('the block is right again after the terminal became narrower', async () => {
    const screen = new Screen(160);
    let seen: string[] = [];
    await copying(
      { tty: true, columns: 160 },
      ['-v'],
      [
        LISTED,
        STARTED,
        PLANNED,
        200,
        (io) => {
          screen.write(io.err);
          io.forget();
          screen.narrow(60);
          io.columns = 60;
        },
        200,
        (io) => {
          screen.write(io.err);
          seen = screen.lines;
        },
      ],
    );
    expect(seen[0]).toBe('3 mailboxes, 2 to open');
    expect(seen[1]).toMatch(/^ann@old\.example\.net -> ann@new\.example\.com +0\.4 s$/);
    expect(seen.filter((line) => line.includes('ann@old'))).toHaveLength(1);
    expect(Math.max(...seen.map((line) => line.length))).toBeLessThan(60);
  });

  it.each([
    ['TERM is dumb', { TERM: 'dumb' }, []],
    ['nothing but errors is wanted', {}, ['-q']],
  ])('no block is drawn when %s', async (_when, env, args) => {
    const io = await copying({ tty: true, env }, args, [LISTED, STARTED, 200, COPIED]);
    expect(io.everything).not.toContain('\x1b');
  });

  it('a warning is coloured, unless NO_COLOR is set', async () => {
    const coloured = await copying({ tty: true }, [], [LISTED, WARNING]);
    expect(coloured.err).toContain('\x1b[33mwarning:\x1b[39m fewer connections');
    const plain = await copying({ tty: true, env: { NO_COLOR: '1' } }, [], [LISTED, WARNING]);
    expect(plain.err).toContain('warning: fewer connections');
  });
});

describe('elsewhere', () => {
  it('a line a minute with the time tells how far it is', async () => {
    const io = await copying({}, [], [LISTED, STARTED, PLANNED, COPIED, 30_000, 60_000]);
    expect(io.err).toBe(
      '2026-01-02T03:05:35.000Z 20%, 2 of 10 messages, 200 B of 1000 B; 0 of 2 mailboxes done; in work: INBOX\n',
    );
  });

  it('and with --json an object as well', async () => {
    const io = await copying({}, ['--json'], [LISTED, STARTED, PLANNED, COPIED, 60_000]);
    expect(io.json.find(({ type }) => type === 'progress')).toEqual({
      type: 'progress',
      elapsedMs: 60_000,
      messages: { copied: 2, moved: 0, removed: 0, failed: 0, planned: 10 },
      bytes: { copied: 200, planned: 1000 },
    });
  });

  it('nothing is said with -q', async () => {
    expect((await copying({}, ['-q'], [LISTED, 60_000])).everything).toBe('');
  });
});
