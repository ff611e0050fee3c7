import type { ErrorCode } from '../../../../src/errors.js';
import type { Verdict } from '../../../../src/store/memory.js';

/** The server says no to what concerns one mailbox. */
export function refusalOf(code: ErrorCode): Verdict {
  return { refuse: { code, scope: 'mailbox', retry: 'never', message: 'the server does not want to' } };
}
