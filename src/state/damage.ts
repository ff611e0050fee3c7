import { dirname } from 'node:path';
import { MailferryError } from '../errors.js';

/**
 * State that cannot be trusted. It is never read as empty, which would mean to copy everything again, and never
 * replaced by itself: a person decides.
 */
export function stateDamaged(file: string, what: string, cause?: unknown): MailferryError {
  const folder = dirname(file);
  return new MailferryError({
    code: 'STATE_DAMAGED',
    scope: 'run',
    retry: 'never',
    message: `the state file ${file} is damaged: ${what}`,
    at: { file },
    hint:
      `restore the whole folder ${folder} from a backup, or move it aside (mv '${folder}' '${folder}.damaged'): ` +
      'the next run then compares both sides and pairs the messages again before it copies anything',
    ...(cause === undefined ? {} : { cause }),
  });
}
