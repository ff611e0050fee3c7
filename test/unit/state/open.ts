import { MailferryError } from '../../../src/errors.js';
import { accountIdentity } from '../../../src/state/account-identity.js';
import type { Cursor, Intent } from '../../../src/state/record.js';
import { openRouteState, type RouteState, type RouteStateOptions } from '../../../src/state/route-state.js';
import { Lives } from './lives.js';
import type { MemoryFiles } from './memory-files.js';

export const ann = accountIdentity('old.example.net', 993, 'ann');
export const bob = accountIdentity('mail.example.com', 993, 'bob');

export const cursor: Cursor = {
  uidValidity: 7,
  uidNext: 12,
  highestModseq: '9223372036854775807',
  messages: 5,
};

/** Of one message on its way to b. */
export function intent(id: number): Intent {
  return {
    id,
    side: 'b',
    sourceUids: [3],
    sourceUidValidity: 7,
    sizes: [100],
    digests: null,
    internalDates: [' 7-Feb-1994 21:52:25 -0800'],
    flags: {},
    uidValidity: 8,
    uidNext: 20,
    writtenAtMs: 1,
  };
}

const lives = new Lives();

/** Opens the state of ann and bob in memory as a process that finds all others dead. */
export function openIn(files: MemoryFiles, options: Partial<RouteStateOptions> = {}): Promise<RouteState> {
  return openRouteState({
    stateDir: '/state',
    a: ann,
    b: bob,
    writes: [bob],
    command: 'mailferry copy',
    signal: new AbortController().signal,
    files,
    processes: lives.next(),
    ...options,
  });
}

/** The route's files by their names, without lock files. */
export function stateFiles(files: MemoryFiles): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (const [path, data] of files.contents()) {
    if (!path.endsWith('.lock')) found.set(path.slice(path.lastIndexOf('/') + 1), data);
  }
  return found;
}

/** A promise and its resolution. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** What is thrown, now or later. */
export async function failure(work: Promise<unknown> | (() => unknown)): Promise<MailferryError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof MailferryError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
