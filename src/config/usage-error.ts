import { MailferryError } from '../errors.js';

/** What was typed cannot be run. `message` says what was seen and what was wanted, `hint` the way out. */
export function usageError(message: string, hint?: string): MailferryError {
  const fix = hint === undefined ? {} : { hint };
  return new MailferryError({ code: 'USAGE', scope: 'run', retry: 'never', message, ...fix });
}
