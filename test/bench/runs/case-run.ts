import type { BenchCase } from '../cases.js';
import type { SourceAccount } from '../mail/source.js';
import type { RunFailed } from '../measure-process.js';
import type { Network } from '../network/network.js';
import type { Program } from '../programs/program.js';
import type { Run } from '../report/results.js';

/** All that is needed to run one part of a row over one network. */
export interface CaseRun {
  readonly benchCase: BenchCase;
  readonly network: Network;
  readonly source: SourceAccount;
  /** Those that can do it. */
  readonly programs: readonly Program[];
  readonly rounds: number;
  readonly limitMs: number;
  readonly onRun: (program: string, result: Run | RunFailed) => void;
}
