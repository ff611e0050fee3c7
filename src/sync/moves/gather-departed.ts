import { asMailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';
import type { EqualTask } from '../equal/equal-task.js';
import { FINGERPRINT_FIELDS } from '../fingerprint.js';
import { inParallel } from '../in-parallel.js';
import { openAhead } from '../open-ahead.js';
import type { GoneMailbox } from '../removals/gone-mailbox.js';
import { type OneWayRemovals, removalsBack, removalsForth } from '../removals/one-way.js';
import type { RunContext } from '../run-context.js';
import { type BothDeparted, Departed } from './departed.js';

interface Place {
  readonly name: WireName;
  readonly uids: UidSet;
}

/** What each side holds that has left its mailbox on the other: read only when something is to be carried there. */
export async function gatherDeparted(
  run: RunContext,
  tasks: readonly EqualTask[],
  gone: { readonly forth: readonly GoneMailbox[]; readonly back: readonly GoneMailbox[] },
): Promise<BothDeparted> {
  const waits = (way: 'forth' | 'back') => tasks.some(({ waiting }) => !waiting[way].isEmpty);
  const [atB, atA] = await Promise.all([
    gather(run, waits('forth') ? placesOf(tasks, removalsForth, gone.forth) : []),
    gather(run.backward ?? run, waits('back') ? placesOf(tasks, removalsBack, gone.back) : []),
  ]);
  return { atA, atB };
}

function placesOf(
  tasks: readonly EqualTask[],
  removalsOf: (task: EqualTask) => OneWayRemovals | null,
  gone: readonly GoneMailbox[],
): Place[] {
  const places = tasks.flatMap((task) => {
    const removals = removalsOf(task);
    if (!removals) return [];
    const { work, gone: left, extra } = removals;
    return [{ name: work.names.b, uids: work.pair.map.toB(left).union(extra) }];
  });
  const whole = gone.map(({ work }) => ({ name: work.names.b, uids: work.pair.map.bUids() }));
  return [...places, ...whole].filter(({ uids }) => !uids.isEmpty);
}

/** Reads what these messages of the run's side b are. What cannot be looked at is carried as a whole. */
async function gather(run: RunContext, places: readonly Place[]): Promise<Departed> {
  const departed = new Departed();
  await inParallel(run, places, async ({ name, uids }) => {
    const session = await run.options.b.lease(run.signal);
    try {
      const headers = { uids, fields: FINGERPRINT_FIELDS };
      const mailbox = await openAhead(session, name, 'examine', { headers }, run.signal);
      await departed.add(mailbox, uids, run.signal);
    } catch (thrown) {
      // The mailbox may be gone there as well.
      if (asMailferryError(thrown).scope !== 'mailbox') throw thrown;
    } finally {
      session.release();
    }
  });
  return departed;
}
