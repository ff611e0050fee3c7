import type { AccountLogin } from '../imap-client/index.js';
import { type ProgramResult, type RunningProgram, startProgram } from './run-program.js';

/** The last line of `--json`, as far as tests look at it. */
export interface Summary {
  readonly type: 'summary';
  readonly verdict: 'complete' | 'incomplete' | 'failed';
  readonly exitCode: number;
  readonly mailboxes: Readonly<
    Record<'seen' | 'changed' | 'created' | 'removed' | 'renamed' | 'failed', number>
  >;
  readonly messages: Readonly<
    Record<'copied' | 'moved' | 'removed' | 'skipped' | 'failed' | 'paired', number>
  >;
  readonly conflicts: readonly SummaryConflict[];
  readonly problems: readonly SummaryProblem[];
}

export interface SummaryConflict {
  readonly mailbox: string;
  readonly kind: string;
  readonly messages?: number;
  readonly text: string;
}

export interface SummaryProblem {
  readonly code: string;
  readonly scope: string;
  readonly message: string;
  readonly mailbox?: string;
  readonly uid?: number;
  readonly serverText?: string;
  readonly hint?: string;
}

export type CopyResult = ProgramResult & { readonly summary: Summary };

export interface CopyRequest {
  readonly source: AccountLogin;
  readonly destination: AccountLogin;
  readonly stateDir: string;
  readonly options?: readonly string[];
}

type Verb = 'copy' | 'backup' | 'mirror';

export function accountUrl({ host, port, user }: AccountLogin): string {
  return `imap://${encodeURIComponent(user)}@${host}:${port}?tls=none`;
}

export function startCopy(request: CopyRequest): RunningProgram {
  return startVerb('copy', request);
}

export function startVerb(
  verb: Verb,
  { source, destination, stateDir, options = [] }: CopyRequest,
): RunningProgram {
  const args = [
    verb,
    accountUrl(source),
    accountUrl(destination),
    '--state-dir',
    stateDir,
    '--json',
    ...options,
  ];
  return startProgram(args, {
    MAILFERRY_SOURCE_PASSWORD: source.password,
    MAILFERRY_DESTINATION_PASSWORD: destination.password,
  });
}

/** Copies to the end. Throws with all it printed when it printed no summary. */
export function copy(request: CopyRequest): Promise<CopyResult> {
  return runVerb('copy', request);
}

/** The same for backup. */
export function backup(request: CopyRequest): Promise<CopyResult> {
  return runVerb('backup', request);
}

/** The same for mirror. */
export function mirror(request: CopyRequest): Promise<CopyResult> {
  return runVerb('mirror', request);
}

async function runVerb(verb: Verb, request: CopyRequest): Promise<CopyResult> {
  const result = await startVerb(verb, request).done;
  return { ...result, summary: summaryOf(result) };
}

export function summaryOf(result: ProgramResult): Summary {
  const last = result.stdout.trimEnd().split('\n').pop() ?? '';
  const parsed: unknown = last.startsWith('{') ? JSON.parse(last) : null;
  if (!isSummary(parsed))
    throw new Error(`no summary; exit ${result.exitCode}\n${result.stdout}\n${result.stderr}`);
  return parsed;
}

function isSummary(value: unknown): value is Summary {
  return typeof value === 'object' && value !== null && 'type' in value && value.type === 'summary';
}
