import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { usageError } from './usage-error.js';

export interface StateDirInput {
  /** `--state-dir`, counted from `cwd` when relative. */
  readonly given?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that holds this program's package.json. */
  readonly packageRoot: string;
}

/**
 * Where run-time state lives: what was asked for; `state/` of a checkout that the program runs from, whatever the
 * current folder; else the place of the XDG Base Directory Specification. Throws USAGE.
 */
export function stateDirOf(input: StateDirInput): string {
  if (input.given !== undefined) return resolve(input.cwd, notEmpty(input.given));
  // An installed package has no sources and no .git.
  if (existsSync(join(input.packageRoot, '.git')) && existsSync(join(input.packageRoot, 'src'))) {
    return join(input.packageRoot, 'state');
  }
  const xdg = input.env['XDG_STATE_HOME'];
  // The specification wants relative paths there ignored.
  if (xdg?.startsWith('/')) return join(xdg, 'mailferry');
  return join(input.env['HOME'] ?? homedir(), '.local', 'state', 'mailferry');
}

/** An empty path would be the current folder. */
function notEmpty(given: string): string {
  if (given.trim() !== '') return given;
  throw usageError('--state-dir is empty; wanted a folder', 'take it out or fill it');
}
