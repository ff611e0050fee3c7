import type { AccountSettings } from '../config/account.js';
import type { AccountRole } from '../config/account-role.js';
import { parseCount } from '../config/count.js';
import { parseDurationMs } from '../config/duration.js';
import { usageError } from '../config/usage-error.js';
import type { Verbosity } from './render/log-lines.js';
import type { TraceLevel } from './trace.js';
import { readTraceLevel } from './trace.js';

/** What commander hands over for one account. */
interface AccountFlags {
  readonly passwordFile?: string;
  readonly passwordCommand?: string;
  readonly admin?: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly tunnel?: string;
}

/** The options about what a verb says, as commander hands them over. */
export interface OutputFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: number;
  readonly trace?: string;
  readonly logFile?: string;
}

/** The options about connections. */
export interface ConnectionFlags {
  readonly connections?: string;
  readonly timeout?: string;
  readonly insecure?: true;
  /** False for `--no-input`. */
  readonly input: boolean;
}

/** The options of the engine's verbs. */
export interface RunFlags extends OutputFlags, ConnectionFlags {
  readonly mailbox?: readonly string[];
  readonly exclude?: readonly string[];
  readonly stateDir?: string;
  readonly full?: true;
  readonly report?: string;
  readonly dryRun?: true;
  /** From the second account to the first. */
  readonly reverse?: true;
}

export interface RunSettings {
  /** Most connections a side. */
  readonly connections: number;
  readonly timeoutMs: number;
  readonly trace: TraceLevel | null;
}

const MOST_CONNECTIONS = 64;
const CONNECTIONS = 4;
const TIMEOUT_MS = 120_000;

/** The flags that are more than text. Throws USAGE. */
export function readRunSettings(flags: OutputFlags & ConnectionFlags): RunSettings {
  const { connections, timeout } = flags;
  return {
    connections:
      connections === undefined ? CONNECTIONS : parseCount(connections, '--connections', MOST_CONNECTIONS),
    timeoutMs: timeout === undefined ? TIMEOUT_MS : parseDurationMs(timeout, '--timeout'),
    trace: readTraceLevel(flags.trace),
  };
}

export function verbosityOf(flags: OutputFlags): Verbosity {
  const verbose = flags.verbose ?? 0;
  if (flags.quiet === undefined) return verbose >= 2 ? 2 : verbose === 1 ? 1 : 0;
  if (verbose === 0) return -1;
  throw usageError('-q and -v are both given; wanted one of them', 'take one out');
}

const ACCOUNT_FLAGS = ['passwordFile', 'passwordCommand', 'admin', 'ca', 'fingerprint', 'tunnel'] as const;

/**
 * The flags of one account out of all flags. With two accounts their names start with the side (`sourceCa`), with
 * one they do not (`ca`).
 */
function accountFlags(flags: object, role: AccountRole): AccountFlags {
  const values = new Map<string, unknown>(Object.entries(flags));
  const found = ACCOUNT_FLAGS.map((name) => [name, values.get(flagName(name, role))] as const);
  return Object.fromEntries(found.filter(([, value]) => typeof value === 'string'));
}

function flagName(name: string, role: AccountRole): string {
  return role === 'account' ? name : `${role}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** What the options say about one account. */
export function accountSettings(
  role: AccountRole,
  url: string,
  flags: ConnectionFlags,
  { connections, timeoutMs }: RunSettings,
): AccountSettings {
  const { ca, ...own } = accountFlags(flags, role);
  const insecure = flags.insecure === true;
  return {
    ...{ role, url, insecure, connections, timeoutMs },
    ...own,
    ...(ca === undefined ? {} : { caFile: ca }),
  };
}
