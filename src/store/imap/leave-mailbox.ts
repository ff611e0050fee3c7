import type { StoreFacts } from '../mail-store.js';
import { ask } from './answers.js';
import type { Connection } from './wire/connection.js';

/**
 * Leaves the open mailbox without expunging anything: UNSELECT (RFC 3691), or an EXAMINE that fails (RFC 3501,
 * section 6.3.1).
 */
export async function leaveMailbox(
  connection: Connection,
  facts: StoreFacts,
  signal: AbortSignal,
): Promise<void> {
  const command = facts.capabilities.includes('UNSELECT') ? 'UNSELECT' : 'EXAMINE ""';
  await ask(connection, [command], [], signal);
}
