import { MailferryError } from '../../errors.js';
import type { MailboxWork } from '../run-context.js';
import type { Finding } from './find.js';
import type { EqualFlagPlan } from './plan-equal-flags.js';

/** Throws DRIFT when the destination was changed behind our back and the run is not to put that right. */
export function refuseDrift(
  work: MailboxWork,
  { extra, decided, lost }: Finding,
  flags: EqualFlagPlan,
): void {
  if (work.run.options.onDrift !== 'stop') return;
  const counts = [
    [extra.subtract(decided).size, 'added'],
    [lost.size, 'removed'],
    [flags.drifted.size, 'given other flags'],
  ] as const;
  const found = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  if (found.length === 0) return;
  throw new MailferryError({
    code: 'DRIFT',
    scope: 'mailbox',
    retry: 'never',
    message: `the destination was changed since the last run: messages ${found.join(', ')}; nothing was done there`,
    at: { account: work.run.options.b.account },
    hint: 'run without --on-drift stop to make the destination equal to the source again',
  });
}
