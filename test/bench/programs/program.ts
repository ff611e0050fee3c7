import type { AccountLogin } from '../../support/imap-client/index.js';
import type { DestinationKind, Task } from '../cases.js';
import type { Command } from '../measure-process.js';

export const PROGRAM_NAMES = ['mailferry', 'interimap', 'mbsync'] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** What is to be carried, from where to where. */
export interface Errand {
  readonly task: Task;
  readonly source: AccountLogin;
  readonly destination: AccountLogin;
  /** For the program's settings. */
  readonly folder: string;
  /** For what the program remembers from one run of the same errand to the next. */
  readonly stateFolder: string;
}

/** A program that carries mail. */
export interface Program {
  readonly name: string;
  readonly version: string;
  /** One of the others. */
  readonly isPeer: boolean;
  /** Why it cannot do this; undefined when it can. */
  obstacle(task: Task, destination: DestinationKind): string | undefined;
  /** Writes the settings and tells how to run it. */
  prepare(errand: Errand): Command;
}
