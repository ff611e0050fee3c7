import type { MailSession, MailStore, StoreFacts } from '../mail-store.js';
import { noQuirks } from './features.js';
import type { ImapAccountOptions } from './options.js';
import { ConnectionPool } from './pool.js';
import { ImapSession } from './session.js';

/** An account on an IMAP server. Nothing is connected before it is asked for. */
export function createImapStore(options: ImapAccountOptions): MailStore {
  const pool = new ConnectionPool(options);
  const quirks = noQuirks();
  const lease = async (signal: AbortSignal): Promise<MailSession> => {
    const member = await pool.lease(signal);
    const giveBack = (): void => pool.giveBack(member);
    return new ImapSession(member.connection, member.facts, options.account, quirks, giveBack);
  };
  return {
    account: options.account,
    lease,
    async connect(signal: AbortSignal): Promise<StoreFacts> {
      const session = await lease(signal);
      session.release();
      return session.facts;
    },
    warmUp: (connections, signal) => pool.warmUp(connections, signal),
    async close(): Promise<void> {
      pool.close();
    },
  };
}
