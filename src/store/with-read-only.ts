import { type ErrorPlace, MailferryError } from '../errors.js';
import type { AppendStream, MailSession, MailStore, OpenMailbox } from './mail-store.js';

/**
 * A store that cannot change its account: every write, a SELECT included (it takes `\Recent` away), throws
 * READ_ONLY_SIDE before anything is sent. A net below the policies, for sides that are only read.
 */
export function withReadOnly(store: MailStore): MailStore {
  return {
    get account() {
      return store.account;
    },
    connect: (signal) => store.connect(signal),
    lease: async (signal) => readOnlySession(await store.lease(signal), store.account),
    warmUp: (connections, signal) => store.warmUp?.(connections, signal),
    close: () => store.close(),
  };
}

function readOnlySession(session: MailSession, account: string): MailSession {
  return {
    get facts() {
      return session.facts;
    },
    list: (signal) => session.list(signal),
    status: (mailbox, signal) => session.status(mailbox, signal),
    create: async (mailbox) => deny('CREATE', { account, mailbox }),
    subscribe: async (mailbox) => deny('SUBSCRIBE', { account, mailbox }),
    rename: async (mailbox) => deny('RENAME', { account, mailbox }),
    remove: async (mailbox) => deny('DELETE', { account, mailbox }),
    isThere: (mailbox, signal) => session.isThere(mailbox, signal),
    quota: (mailbox, signal) => session.quota(mailbox, signal),
    totalBytes: (mailbox, signal) => session.totalBytes(mailbox, signal),
    open: async (mailbox, mode, signal, ahead) => {
      if (mode === 'select') return deny('SELECT', { account, mailbox });
      return readOnlyMailbox(await session.open(mailbox, mode, signal, ahead), account);
    },
    leave: (signal) => session.leave(signal),
    append: (mailbox): AppendStream => deny('APPEND', { account, mailbox }),
    release: () => session.release(),
  };
}

function readOnlyMailbox(open: OpenMailbox, account: string): OpenMailbox {
  const place = { account, mailbox: open.snapshot.name };
  return {
    snapshot: open.snapshot,
    existing: (within, signal) => open.existing(within, signal),
    uids: (signal) => open.uids(signal),
    flags: (query, signal) => open.flags(query, signal),
    metadata: (uids, signal) => open.metadata(uids, signal),
    headers: (uids, fields, onRow, signal) => open.headers(uids, fields, onRow, signal),
    bodies: (uids, sink, signal) => open.bodies(uids, sink, signal),
    storeFlags: async () => deny('STORE', place),
    expunge: async () => deny('EXPUNGE', place),
    copyTo: async (_uids, mailbox) => deny('COPY', { account, mailbox }),
    emailIds: (uids, signal) => open.emailIds(uids, signal),
    withEmailIds: (ids, signal) => open.withEmailIds(ids, signal),
  };
}

function deny(command: string, at: ErrorPlace): never {
  throw new MailferryError({
    code: 'READ_ONLY_SIDE',
    scope: 'run',
    retry: 'never',
    message: `${command} was about to be sent to ${at.account}, which must not be changed`,
    at,
  });
}
