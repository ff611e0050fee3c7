import type { MemoryServer } from '../../../src/store/memory.js';
import type { EngineRun } from '../../support/engine/index.js';
import { held } from './mail.js';

/** Flags of the first message with this number, sorted; null when there is none. */
export function flagsOf(server: MemoryServer, number: number, mailbox = 'INBOX'): readonly string[] | null {
  const { messages } = server.snapshot().mailboxes[mailbox] ?? { messages: [] };
  return messages[held(server, mailbox).indexOf(number)]?.flags ?? null;
}

/** Messages that were gone on one side and changed on the other. */
export function conflictsIn({ events }: EngineRun): number {
  return events.reduce((sum, event) => sum + (event.type === 'conflict' ? (event.messages ?? 0) : 0), 0);
}
