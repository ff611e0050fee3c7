import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { MailSession } from '../../store/mail-store.js';
import type { RunContext } from '../run-context.js';

/** Subscribes or unsubscribes; false when the server refuses, which is told and stops nothing. */
export async function trySubscribe(
  run: RunContext,
  session: MailSession,
  name: WireName,
  subscribed: boolean,
  display: string,
): Promise<boolean> {
  try {
    await session.subscribe(name, subscribed, run.signal);
    return true;
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.scope !== 'mailbox') throw error;
    run.problem(error, display);
    return false;
  }
}
