import { MailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';

/** The caller broke a rule of the port; going on would speak to the wrong mailbox. */
export function misuse(message: string): MailferryError {
  return new MailferryError({ code: 'INTERNAL', scope: 'run', retry: 'never', message });
}

/** Runs something and names the place in what it throws. */
export async function located<T>(
  account: string,
  mailbox: WireName | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof MailferryError)) throw error;
    throw error.located(mailbox === undefined ? { account } : { account, mailbox });
  }
}
