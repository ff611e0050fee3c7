import { stateDirOf as folderOf } from '../config/state-dir.js';
import { MailferryError } from '../errors.js';
import type { RouteState, RouteStateOptions } from '../index.js';
import type { Engine } from './engine.js';
import type { RunContext } from './run-context.js';
import type { RunFlags } from './run-flags.js';

/** Where the state of runs is kept. Throws USAGE. */
export function stateDirOf({ stateDir }: RunFlags, { io }: RunContext): string {
  return folderOf({ ...io, ...(stateDir === undefined ? {} : { given: stateDir }) });
}

/** Throws USAGE for a folder that cannot be used: what was typed is wrong, and nothing was begun yet. */
export async function openStateFolder(engine: Engine, options: RouteStateOptions): Promise<RouteState> {
  try {
    return await engine.openState(options);
  } catch (error) {
    throw isOfFolder(error) ? unusable(error) : error;
  }
}

/** A full disk may have room the next time; a folder that may not be written stays so. */
function isOfFolder(error: unknown): error is MailferryError {
  return error instanceof MailferryError && error.code === 'STATE_WRITE_FAILED' && error.retry === 'never';
}

function unusable(cause: MailferryError): MailferryError {
  const { scope, retry, at, hint } = cause;
  const message = `${cause.message}; wanted a state folder that can be made, read and written`;
  return new MailferryError({
    ...{ code: 'USAGE', scope, retry, message, at, cause },
    ...(hint === undefined ? {} : { hint }),
  });
}
