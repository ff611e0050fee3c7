import type { MailSession, MailStore } from '../../../../src/store/mail-store.js';

export const quiet = new AbortController().signal;
export const DATE = ' 7-Feb-1994 21:52:25 -0800';

export function bodyOf(subject: string): Buffer {
  return Buffer.from(`Subject: ${subject}\r\n\r\nText of ${subject}.\r\n`);
}

export interface Letter {
  readonly body: Buffer;
  readonly flags?: readonly string[];
  readonly internalDate?: string;
}

/** One APPEND of all these messages. */
export async function append(
  session: MailSession,
  mailbox: string,
  letters: readonly Letter[],
): Promise<readonly number[] | null> {
  const stream = session.append(mailbox, quiet);
  for (const { body, flags = [], internalDate = DATE } of letters) {
    await stream.begin({ flags, internalDate, sizeBytes: body.length });
    await stream.write(body);
  }
  return (await stream.commit()).assigned?.uids ?? null;
}

/** A session that is not released: for tests whose connection may break. */
export function lease(store: MailStore): Promise<MailSession> {
  return store.lease(quiet);
}

/** Resolves to false when the promise has not settled after all that could settle now has. */
export async function settles(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  promise.then(done, done);
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  return settled;
}
