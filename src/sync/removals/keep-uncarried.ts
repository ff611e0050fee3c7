import { UidSet } from '../../model/uid-set.js';
import type { RemovalPlan } from './decide.js';
import { without } from './one-way.js';
import { findStaying } from './staying.js';

/** The plan without what may be all that its side has of a message which it did not get in its new place. */
export async function keepUncarried(plan: RemovalPlan): Promise<RemovalPlan> {
  const staying = await findStaying(plan.run, plan, plan.otherSide);
  const removals = plan.removals.map((one) =>
    without(one, staying.get(one.work.pair.key)?.uids ?? UidSet.empty),
  );
  return { ...plan, removals, staying };
}
