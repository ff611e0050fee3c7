import type { SeenCommand } from '../proxy/index.js';

const WRITES =
  /^(?:UID )?(?:APPEND|STORE|COPY|MOVE|EXPUNGE|CREATE|RENAME|DELETE|SUBSCRIBE|UNSUBSCRIBE|CLOSE)\b/i;
const OPENINGS = /^(?:SELECT|EXAMINE)\b/i;
/** What belongs to a login. */
const GREETINGS = /^(?:CAPABILITY|AUTHENTICATE|LOGIN|LOGOUT|ID|ENABLE|NAMESPACE|NOOP)\b/i;

/** Those commands that change what a server holds. */
export function writesIn(said: readonly string[]): string[] {
  return said.filter((line) => WRITES.test(line));
}

/** Those commands that open a mailbox. */
export function openingsIn(said: readonly string[]): string[] {
  return said.filter((line) => OPENINGS.test(line));
}

/** What was said beyond logging in and out. */
export function besidesLogin(said: readonly string[]): string[] {
  return said.filter((line) => !GREETINGS.test(line));
}

export interface BodyFetch {
  /** As it was written on the wire. */
  readonly mailbox: string;
  readonly uids: readonly number[];
}

/** Which bodies were fetched, by mailbox. */
export function bodyFetchesIn(said: readonly SeenCommand[]): BodyFetch[] {
  const open = new Map<number, string>();
  const uids = new Map<string, number[]>();
  for (const { connection, line } of said) {
    const opening = /^(?:SELECT|EXAMINE) "?(.*?)"?$/i.exec(line);
    if (opening) open.set(connection, opening[1] ?? '');
    const fetch = /^UID FETCH (\S+) .*BODY(?:\.PEEK)?\[\]/i.exec(line);
    if (!fetch) continue;
    const mailbox = open.get(connection) ?? '';
    uids.set(mailbox, [...(uids.get(mailbox) ?? []), ...uidsOf(fetch[1] ?? '')]);
  }
  return [...uids].map(([mailbox, fetched]) => ({ mailbox, uids: fetched }));
}

function uidsOf(set: string): number[] {
  return set.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split(':').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
