import { MailferryError } from '../../errors.js';
import type { CommandPart } from './wire/command.js';
import type { CommandHandlers } from './wire/commands-in-flight.js';
import type { Connection } from './wire/connection.js';
import type { StatusLine } from './wire/status-line.js';
import type { Token } from './wire/tokens.js';
import type { Untagged } from './wire/untagged.js';

/** A command's tagged answer and the untagged ones that belong to it. */
export interface Answer {
  readonly status: StatusLine;
  readonly untagged: readonly Untagged[];
}

/** No account has as many mailboxes, and a server without end must not take all memory. */
const MOST_BYTES = 256 * 1024 * 1024;
/** What a response takes besides its octets. */
const RESPONSE_BYTES = 400;

/** Sends a command whose answer is small and collects it. A PROTOCOL_ERROR breaks the connection when it is not. */
export async function ask(
  connection: Pick<Connection, 'execute'>,
  parts: readonly CommandPart[],
  kinds: readonly string[],
  signal: AbortSignal,
  traits: Pick<CommandHandlers, 'selects'> = {},
): Promise<Answer> {
  const untagged: Untagged[] = [];
  let bytes = 0;
  const onUntagged = (response: Untagged): undefined => {
    bytes += response.sizeBytes + RESPONSE_BYTES;
    if (bytes > MOST_BYTES) throw withoutEnd();
    untagged.push(response);
  };
  const status = await connection.execute(parts, { ...traits, accepts: new Set(kinds), onUntagged }, signal);
  return { status, untagged };
}

function withoutEnd(): MailferryError {
  return new MailferryError({
    code: 'PROTOCOL_ERROR',
    scope: 'account',
    retry: 'later',
    message: 'the server answers one command without end',
  });
}

/** Pairs of a list `(NAME value NAME value)`; names in upper case. */
export function pairsOf(list: readonly Token[]): Map<string, Token> {
  const pairs = new Map<string, Token>();
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i];
    if (typeof name === 'string') pairs.set(name.toUpperCase(), list[i + 1] as Token);
  }
  return pairs;
}
