import type { ErrorCode, ErrorScope, MailferryError } from '../errors.js';

/** Something that was not done, and why. Text from servers is kept as it came; whoever prints it cleans it. */
export interface Problem {
  readonly code: ErrorCode;
  readonly scope: ErrorScope;
  readonly message: string;
  readonly account?: string;
  /** Decoded for people, `/` between levels. */
  readonly mailbox?: string;
  /** UIDs on the side the message was read from. */
  readonly uid?: number;
  readonly serverText?: string;
  readonly hint?: string;
  /** True when running again will not help until something changes. */
  readonly permanent: boolean;
}

export function problemOf(error: MailferryError): Problem {
  const { code, scope, message, at, serverText, hint } = error;
  return {
    code,
    scope,
    message,
    permanent: error.retry === 'never',
    ...(at.account === undefined ? {} : { account: at.account }),
    ...(at.mailbox === undefined ? {} : { mailbox: at.mailbox }),
    ...(at.uid === undefined ? {} : { uid: at.uid }),
    ...(serverText === undefined ? {} : { serverText }),
    ...(hint === undefined ? {} : { hint }),
  };
}
