import { UidSet } from '../../../model/uid-set.js';
import type { CommandPart } from './command.js';
import type { StatusLine } from './status-line.js';
import { numberOf } from './tokens.js';

const SEARCH = /^UID SEARCH /;
const OF_SET = /^(UID (?:FETCH|STORE|EXPUNGE) )([\d:,]+)(.*)$/s;
const OF_SOME = /^UID (?:SEARCH|FETCH|STORE|EXPUNGE)\b/;
const CHANGES_MAILBOX = /^(?:SELECT|EXAMINE|UNSELECT|CLOSE)\b/;

/** Whether another mailbox, or none, is open after it. */
export function changesMailbox([first]: readonly CommandPart[]): boolean {
  return typeof first === 'string' && CHANGES_MAILBOX.test(first);
}

/**
 * A server with MESSAGELIMIT (RFC 9738) does a part of what it is asked, from the highest UID down, and says OK with
 * the UID where it stopped. The rest is asked for until all is done: no OK that is returned stands for a part. Where
 * the rest cannot be asked for (`again` gives null, or the command is not understood), the answer is NO. Other commands,
 * such as COPY, are left to who gave them.
 */
export async function doneWhole(
  parts: readonly CommandPart[],
  answer: StatusLine,
  again: (command: string) => Promise<StatusLine> | null,
): Promise<StatusLine> {
  const [command] = parts;
  if (typeof command !== 'string' || !OF_SOME.test(command)) return answer;
  const isUnderstood = parts.length === 1 && (SEARCH.test(command) || hasPlainSet(command));
  if (!isUnderstood) return { ...answer, status: 'NO' };
  let status = answer;
  let before = Number.POSITIVE_INFINITY;
  while (isPart(status)) {
    const lowest = numberOf(status.args[1]) ?? 0;
    if (lowest < 1 || lowest >= before) return { ...status, status: 'NO' };
    before = lowest;
    const rest = restOf(command, lowest);
    if (rest === null) return status;
    const next = again(rest);
    if (!next) return { ...status, status: 'NO' };
    status = await next;
  }
  return status;
}

export function isPart({ status, code }: StatusLine): boolean {
  return status === 'OK' && code === 'MESSAGELIMIT';
}

/** `*` is whatever is highest at the time. */
function hasPlainSet(command: string): boolean {
  const [, , set = '', more = ''] = OF_SET.exec(command) ?? [];
  return /^(?: |$)/.test(more) && UidSet.parse(set) !== null;
}

/** The same command for what is below a UID; null when nothing is. */
function restOf(command: string, lowest: number): string | null {
  if (lowest === 1) return null;
  const below = UidSet.range(1, lowest - 1);
  const [, verb, set = '', more] = OF_SET.exec(command) ?? [];
  if (verb === undefined) return `${command} UID ${below}`;
  const rest = UidSet.parse(set)?.intersect(below);
  return rest === undefined || rest.isEmpty ? null : `${verb}${rest}${more}`;
}
