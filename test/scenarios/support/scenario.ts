import type { ErrorCode } from '../../../src/errors.js';
import type { MemoryServerOptions } from '../../../src/store/memory.js';
import type { SyncPolicy } from '../../../src/sync/policy.js';
import type { SyncRunOptions } from '../../../src/sync/run-options.js';
import type { Contents, EngineRun, EngineRunOptions, EngineWorld } from '../../support/engine/index.js';

/** What decides over the operations of one run; made anew for each. */
export type Interference = Pick<EngineRunOptions, 'onOperation' | 'onSourceOperation' | 'parallel'>;

/** What an expectation may be made of: both servers as they are to be looked at. */
export interface Sight {
  /** The source at the end. */
  readonly source: Contents;
  /** The destination before the run. */
  readonly before: Contents;
}

/** A story of two servers, told by the numbers of messages (see `test/support/engine/mail.ts`). */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly source?: MemoryServerOptions;
  readonly destination?: MemoryServerOptions;
  /** What both servers hold before anything ran. */
  readonly given?: (world: EngineWorld) => void;
  /** What ran before the change; one backup when absent. */
  readonly ran?: readonly SyncPolicy[];
  /** What happened since. */
  readonly change?: (world: EngineWorld) => void | Promise<void>;
  /** What happens while the run is under way. */
  readonly during?: (world: EngineWorld) => Interference;
  readonly options?: Partial<SyncRunOptions>;
  /** `equal` when absent: the destination holds what the source holds, in its order. */
  readonly expected?: 'equal' | 'equal in any order' | ((sight: Sight) => Contents);
  /** Codes of what is told, each once. */
  readonly problems?: readonly ErrorCode[];
  /** The same for runs after that; as `problems` when absent. */
  readonly later?: readonly ErrorCode[];
  /** Runs until all is told and done; one when absent. */
  readonly runs?: number;
  /** `looks`: what is left is looked at again at every run, though nothing is written. */
  readonly afterwards?: 'opens nothing' | 'looks';
  /** True: messages are to go from the destination, which cannot be where it lacks UIDPLUS. */
  readonly removes?: boolean;
  /** What else has to hold after the run that nobody disturbed. */
  readonly check?: (run: EngineRun, world: EngineWorld) => void;
}
