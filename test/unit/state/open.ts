import { accountIdentity } from '../../../src/state/account-identity.js';
import { openRouteState, type RouteState, type RouteStateOptions } from '../../../src/state/route-state.js';
import { Lives } from './lives.js';
import type { MemoryFiles } from './memory-files.js';

export const ann = accountIdentity('old.example.net', 993, 'ann');
export const bob = accountIdentity('mail.example.com', 993, 'bob');

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
