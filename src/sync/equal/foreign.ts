import { MailferryError } from '../../errors.js';
import type { RunContext } from '../run-context.js';

/** Tells of messages the destination had before us, as long as nobody has decided about them. */
export function tellForeign(run: RunContext, mailbox: string, messages: number): void {
  if (messages === 0 || (run.options.foreign ?? 'ask') !== 'ask') return;
  const what = messages === 1 ? 'one message, there' : `${messages} messages, there`;
  const error = new MailferryError({
    code: 'FOREIGN_MESSAGES',
    scope: 'mailbox',
    retry: 'never',
    message: `the destination has ${what} before the first run, that the source does not have`,
    at: { account: run.options.b.account },
    hint: '--keep-extra leaves them there for good, --remove-foreign removes them',
  });
  run.problem(error, mailbox);
}
