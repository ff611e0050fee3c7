import type { Conflict } from './events.js';
import type { Problem } from './problem.js';
import type { RunTotals } from './totals.js';

export type Verdict = 'complete' | 'incomplete' | 'failed';

/** The last object of `--json`: a contract, to which fields are only ever added. */
export interface RunSummary {
  readonly type: 'summary';
  /** null when the command line named no verb. */
  readonly verb: string | null;
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly elapsedMs: number;
  readonly dryRun: boolean;
  readonly mailboxes: {
    readonly seen: number;
    readonly changed: number;
    readonly created: number;
    readonly removed: number;
    readonly renamed: number;
    readonly failed: number;
  };
  readonly messages: {
    readonly copied: number;
    readonly moved: number;
    readonly removed: number;
    readonly skipped: number;
    readonly failed: number;
    readonly paired: number;
    /** How many of these at the source, which is the first account of a mirror. */
    readonly atSource: { readonly copied: number; readonly moved: number; readonly removed: number };
  };
  readonly flags: { readonly updated: number };
  readonly bytes: { readonly copied: number };
  /**
   * What was found to copy, `toSource` of it to the source; in a dry run this is the result. `bytes` is null where a
   * server could not tell.
   */
  readonly planned: { readonly messages: number; readonly bytes: number | null; readonly toSource: number };
  /** The first hundred; `conflictsOmitted` counts the others. */
  readonly conflicts: readonly Conflict[];
  readonly conflictsOmitted: number;
  /** The first hundred; `problemsOmitted` counts the others. */
  readonly problems: readonly Problem[];
  readonly problemsOmitted: number;
}

export interface RunEnd {
  readonly verb: string | null;
  readonly verdict: Verdict;
  readonly exitCode: number;
  readonly elapsedMs: number;
  readonly dryRun: boolean;
}

export function summaryOf(totals: RunTotals, end: RunEnd): RunSummary {
  const { conflicts, planned, problems } = totals;
  const { seen, changed, created, removed, renamed, failed } = totals.mailboxes;
  return {
    type: 'summary',
    ...end,
    elapsedMs: Math.round(end.elapsedMs),
    mailboxes: { seen, changed, created, removed, renamed, failed },
    messages: { ...totals.messages, atSource: { ...totals.atSource } },
    flags: { ...totals.flags },
    bytes: { copied: totals.bytes.copied },
    planned: { messages: planned.messages, bytes: planned.sizeBytes, toSource: planned.toSource },
    conflicts: conflicts.kept,
    conflictsOmitted: conflicts.count - conflicts.kept.length,
    problems: problems.kept,
    problemsOmitted: problems.count - problems.kept.length,
  };
}
