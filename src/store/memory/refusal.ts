import { type ErrorCode, type ErrorPlace, type ErrorScope, MailferryError } from '../../errors.js';

/** Thrown by a store whose process was killed, where the test asked for an error instead of silence. */
export class StoreKilled extends Error {
  constructor() {
    super('this client was killed');
    this.name = 'StoreKilled';
  }
}

export function connectionLost(account: string, why: string): MailferryError {
  const message = `The connection to ${account} was lost: ${why}`;
  return new MailferryError({
    code: 'CONNECTION_LOST',
    scope: 'account',
    retry: 'now',
    message,
    at: { account },
  });
}

export function serverSilent(account: string): MailferryError {
  const message = `${account} has stopped answering`;
  return new MailferryError({
    code: 'SERVER_SILENT',
    scope: 'account',
    retry: 'now',
    message,
    at: { account },
  });
}

/** The caller broke a rule of the port: a bug of ours, not of a server. */
export function misuse(message: string): MailferryError {
  return new MailferryError({ code: 'INTERNAL', scope: 'run', retry: 'never', message });
}

const SCOPES: Partial<Record<ErrorCode, ErrorScope>> = {
  OVER_QUOTA: 'account',
  SERVER_BUSY: 'account',
  MESSAGE_TOO_LARGE: 'message',
  MESSAGE_REJECTED: 'message',
  MESSAGE_UNREADABLE: 'message',
};

/** The server's NO or BAD. `serverText` is what follows the tag; its code in brackets is taken out of it. */
export function refused(code: ErrorCode, serverText: string, at: ErrorPlace): MailferryError {
  const responseCode = /\[([A-Z-]+)[^\]]*\]/.exec(serverText)?.[1];
  return new MailferryError({
    code,
    scope: SCOPES[code] ?? 'mailbox',
    retry: code === 'SERVER_BUSY' ? 'later' : 'never',
    message: `${at.account ?? 'The server'} refused: ${serverText}`,
    at,
    serverText,
    ...(responseCode === undefined ? {} : { responseCode }),
  });
}
