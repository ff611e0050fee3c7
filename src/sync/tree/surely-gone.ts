import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { MailSession } from '../../store/mail-store.js';

/** Whether the server says that it has no such mailbox. One that it does not want to speak about may be there. */
export async function isSurelyGone(
  session: MailSession,
  name: WireName,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    return !(await session.isThere(name, signal));
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.scope !== 'mailbox') throw error;
    return false;
  }
}
