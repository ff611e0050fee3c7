import { UidSet } from '../model/uid-set.js';
import type { ReconcileEnds } from './reconcile.js';
import type { MailboxWork } from './run-context.js';
import type { Survey } from './survey.js';
import { currentSuspects, findSurplus } from './suspects.js';

/**
 * What a run before this one sent to the account that is the source now may have arrived there twice. A run that does not
 * write its source leaves that to the next one that does: what is surplus is not new.
 */
export async function noteSurplusInSource(
  work: MailboxWork,
  { source, destination }: Pick<ReconcileEnds, 'source' | 'destination'>,
  seen: Survey,
): Promise<void> {
  const { run, pair } = work;
  const isMirror = run.options.policy.changesOfB === 'merge';
  const isSuspect = [...pair.intents.values()].some(({ side, state }) => side === 'a' && state === 'suspect');
  if (isMirror || !isSuspect) {
    work.surplus = UidSet.empty;
    return;
  }
  const turned = { run, pair: pair.turned };
  const ends = { source: destination, destination: source };
  const found = await findSurplus(turned, ends, currentSuspects(turned, ends), seen.present);
  work.surplus = UidSet.from(found.map(({ uid }) => uid));
}
