import { parseCount } from '../config/count.js';
import { parseDurationMs } from '../config/duration.js';
import { usageError } from '../config/usage-error.js';
import type { Verbosity } from './render/log-lines.js';
import type { TraceLevel } from './trace.js';
import { readTraceLevel } from './trace.js';

/** What commander hands over for one account; `Source` stands for the side. */
export interface AccountFlags {
  readonly passwordFile?: string;
  readonly passwordCommand?: string;
  readonly admin?: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly tunnel?: string;
}

/** The options of the engine's verbs as commander hands them over. */
export interface RunFlags {
  readonly mailbox?: readonly string[];
  readonly exclude?: readonly string[];
  readonly stateDir?: string;
  readonly json?: true;
  readonly connections?: string;
  readonly full?: true;
  /** False for `--no-input`. */
  readonly input: boolean;
  readonly timeout?: string;
  readonly quiet?: true;
  readonly verbose?: number;
  readonly trace?: string;
  readonly logFile?: string;
  readonly report?: string;
  readonly dryRun?: true;
  readonly insecure?: true;
}

export interface RunSettings {
  readonly connections: number;
  readonly timeoutMs: number;
  readonly trace: TraceLevel | null;
}

const MOST_CONNECTIONS = 64;
const CONNECTIONS = 4;
const TIMEOUT_MS = 120_000;

/** The flags that are more than text. Throws USAGE. */
export function readRunSettings(flags: RunFlags): RunSettings {
  const { connections, timeout } = flags;
  return {
    connections:
      connections === undefined ? CONNECTIONS : parseCount(connections, '--connections', MOST_CONNECTIONS),
    timeoutMs: timeout === undefined ? TIMEOUT_MS : parseDurationMs(timeout, '--timeout'),
    trace: readTraceLevel(flags.trace),
  };
}

export function verbosityOf(flags: Pick<RunFlags, 'quiet' | 'verbose'>): Verbosity {
  const verbose = flags.verbose ?? 0;
  if (flags.quiet === undefined) return verbose >= 2 ? 2 : verbose === 1 ? 1 : 0;
  if (verbose === 0) return -1;
  throw usageError('-q and -v are both given; wanted one of them', 'take one out');
}

/** The flags of one side of a verb with two accounts, `sourceCa` and so on, under the names of a single account. */
export function accountFlags(flags: object, side: 'source' | 'destination'): AccountFlags {
  const values = new Map<string, unknown>(Object.entries(flags));
  const names = ['passwordFile', 'passwordCommand', 'admin', 'ca', 'fingerprint', 'tunnel'];
  const found: [string, string][] = [];
  for (const name of names) {
    const value = values.get(`${side}${name.charAt(0).toUpperCase()}${name.slice(1)}`);
    if (typeof value === 'string') found.push([name, value]);
  }
  return Object.fromEntries(found);
}
