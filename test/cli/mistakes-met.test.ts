import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/cli/engine.js';
import { main } from '../../src/cli/main.js';
import { ownEngine } from '../../src/cli/own-engine.js';
import type { RouteStateOptions } from '../../src/index.js';
import type { MemoryServerOptions, OnOperation } from '../../src/store/memory.js';
import { MemoryServer } from '../../src/store/memory.js';
import { deliver } from '../support/choices/index.js';
import { makeTestFolder } from '../support/test-folder.js';
import { MemoryFiles } from '../unit/state/memory-files.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, SOURCE } from './support/run-verb.js';

const folder = makeTestFolder('met');
afterAll(() => rmSync(folder, { recursive: true }));

const OLD = 'ann@old.example.net';
const NEW = 'ann@new.example.com';

interface Met {
  readonly what: string;
  readonly exitCode: number;
  /** What the sentence must hold of what, where, seen, wanted and the fix. */
  readonly parts: readonly string[];
  /** Everything that arrives all the same. */
  readonly copied: number;
  readonly source?: MemoryServerOptions;
  readonly destination?: MemoryServerOptions;
  readonly onSource?: OnOperation;
  readonly args?: readonly string[];
  /** Run first: makes the state that is met. */
  readonly before?: (stateDir: string) => Promise<void> | void;
  readonly openState?: Engine['openState'];
}

const refusesToOpenWork: OnOperation = ({ kind, mailbox }) => {
  if (kind !== 'examine' || mailbox !== 'Work') return 'go';
  const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message: '' } as const;
  return {
    refuse: { ...refuse, serverText: 'Mailbox is corrupted', at: { account: OLD, mailbox: 'Work' } },
  };
};

/** The real state, on a disk that takes nothing. */
function openOnFullDisk(options: RouteStateOptions): ReturnType<Engine['openState']> {
  const files = new MemoryFiles();
  files.onOperation = ({ kind }) => {
    if (kind === 'write') throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    return undefined;
  };
  return ownEngine.openState({ ...options, files });
}

/** Leaves state that lies where that of ann's accounts belongs, and is bob's. */
async function leaveStateOfBob(stateDir: string): Promise<void> {
  const state = async (user: string): Promise<string> => {
    const dir = join(stateDir, `of-${user}`);
    const accounts = [SOURCE, DESTINATION].map((url) => url.replace('ann', user));
    const engine = engineBetween(new MemoryServer(), new MemoryServer(), ownEngine.openState);
    const io = new FakeIo({ env: PASSWORDS });
    expect(await main(['copy', ...accounts, '--state-dir', dir], io, async () => engine)).toBe(0);
    const route = readdirSync(dir).find((name) => name.includes('--')) ?? '';
    return join(dir, route);
  };
  const [ann, bob] = [await state('ann'), await state('bob')];
  renameSync(bob, join(stateDir, ann.slice(ann.lastIndexOf('/') + 1)));
}

const MET: readonly Met[] = [
  {
    what: 'messages over the limit that the destination tells',
    destination: { features: { appendLimitBytes: 1000 } },
    exitCode: 2,
    parts: [
      '"Sent" uid 2: the message has ',
      'the destination takes at most 1000 (APPENDLIMIT)',
      'fix        raise the limit of that server; --max-size SIZE leaves such messages out, --accept-skipped stops',
      '3 messages not carried',
    ],
    copied: 3,
  },
  {
    what: 'a full destination',
    destination: { quotaBytes: 1000 },
    exitCode: 2,
    parts: [
      `${NEW} is full`,
      'Quota exceeded',
      'wanted: room for what is still to be copied',
      'fix:    make room there or raise its quota',
    ],
    copied: 3,
  },
  {
    what: 'a full destination, after messages that were refused',
    destination: {
      quotaBytes: 1000,
      refuseMessage: ({ body }) => (body.includes('small of INBOX') ? 'too odd' : null),
    },
    exitCode: 2,
    parts: [`${NEW} is full`, '1 message not carried, 3 mailboxes not finished'],
    copied: 2,
  },
  {
    what: 'a message that the destination refuses',
    destination: { refuseMessage: ({ body }) => (body.includes('large of Work') ? 'too odd' : null) },
    exitCode: 2,
    parts: ['"Work" uid 2: ', `${NEW} refused: too odd`, 'fix        ', '--accept-skipped'],
    copied: 5,
  },
  {
    what: 'a mailbox of the source that cannot be opened',
    onSource: refusesToOpenWork,
    exitCode: 2,
    parts: ['"Work": ', 'Mailbox is corrupted', 'fix        ', '--exclude'],
    copied: 4,
  },
  {
    what: 'a mailbox name that the destination refuses',
    destination: { refuseMailbox: (name) => (/w/i.test(name) ? '[NOPERM] no such names' : null) },
    exitCode: 2,
    parts: ['"Work": ', '[NOPERM] no such names', 'fix        ', 'another name', '--exclude'],
    copied: 4,
  },
  {
    what: 'a pattern that no mailbox matches',
    args: ['--mailbox', 'Snet'],
    exitCode: 3,
    parts: [
      `no mailbox of ${OLD} matches --mailbox "Snet"`,
      'there are "INBOX", "Sent", "Work"',
      'fix:    write',
    ],
    copied: 0,
  },
  {
    what: 'a choice that leaves nothing',
    args: ['--exclude', '*'],
    exitCode: 3,
    parts: [`no mailbox of ${OLD} is left`, '--exclude "*"; wanted one', 'fix:    exclude less'],
    copied: 0,
  },
  {
    what: 'too many connections',
    destination: { connectionLimit: 1 },
    exitCode: 0,
    parts: [NEW, 'Too many connections', 'Complete: copied 6 messages'],
    copied: 6,
  },
  {
    what: 'a full disk under the state',
    openState: openOnFullDisk,
    exitCode: 1,
    parts: [
      'the state cannot be saved',
      'no space is left',
      'wanted: room',
      'fix:    free some space',
      '--state-dir',
    ],
    copied: 0,
  },
  {
    what: 'a state folder that is a file',
    before: (stateDir) => writeFileSync(stateDir, ''),
    exitCode: 3,
    parts: ['there is a file where', 'wanted a state folder that can be made', 'fix:    ', '--state-dir'],
    copied: 0,
  },
  {
    what: 'state of another account',
    before: leaveStateOfBob,
    exitCode: 1,
    parts: [
      'belongs to other accounts',
      'bob@old.example.net',
      `wanted: state of the accounts that were given`,
      'fix:    ',
    ],
    copied: 0,
  },
];

function engineBetween(
  source: MemoryServer,
  destination: MemoryServer,
  openState: Engine['openState'],
): Engine {
  const createStore: Engine['createStore'] = ({ host }) =>
    (host === 'old.example.net' ? source : destination).store();
  return { ...ownEngine, createStore, openState };
}

describe('what a copy meets', () => {
  it.each(MET)('$what: told with where, what was seen and the fix; all else arrives', async (row) => {
    const source = new MemoryServer({ account: OLD, ...row.source });
    const destination = new MemoryServer({ account: NEW, ...row.destination });
    for (const box of ['INBOX', 'Sent', 'Work']) {
      if (box !== 'INBOX') source.createMailbox(box);
      deliver(source, box, `small of ${box}`);
      deliver(source, box, `large of ${box}`, { padding: 1000 });
    }
    if (row.onSource !== undefined) source.onOperation = row.onSource;
    const stateDir = join(folder, row.what.replaceAll(/\W+/g, '-'));
    await row.before?.(stateDir);
    const io = new FakeIo({ env: PASSWORDS });
    const engine = engineBetween(source, destination, row.openState ?? ownEngine.openState);
    const args = ['copy', SOURCE, DESTINATION, '--state-dir', stateDir, ...(row.args ?? [])];
    expect(await main(args, io, async () => engine), io.everything).toBe(row.exitCode);
    for (const part of row.parts) expect(io.everything).toContain(part);
    const arrived = Object.values(destination.snapshot().mailboxes).flatMap(({ messages }) => messages);
    expect(arrived).toHaveLength(row.copied);
    expect(source.writes).toEqual([]);
    expect(io.leftBehind).toBe(0);
  });
});
