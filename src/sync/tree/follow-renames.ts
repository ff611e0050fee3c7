import type { PairSummary } from '../../state/pair-summary.js';
import type { Side } from '../../state/record.js';
import type { RunContext } from '../run-context.js';
import { withCarriedAlong } from './carried-along.js';
import { confirmGone } from './confirm-gone.js';
import { DestinationTree } from './destination-tree.js';
import { locatePairs, presentName, type TreePair, type TreeSides } from './locate.js';
import { PairNames } from './pair-names.js';
import { RenameRun } from './rename-run.js';

export interface TreeOutcome {
  /** Whether side b has to be listed again. */
  readonly changedB: boolean;
  /**
   * Selected pairs whose mailbox is not at side a any more, confirmed. A pair is without a name on that side when
   * another mailbox has its name there now.
   */
  readonly gone: readonly PairSummary[];
  /** Keys of pairs that have another mailbox under their name now, by side. */
  readonly replaced: Readonly<Record<Side, readonly string[]>>;
}

/**
 * Makes the names at side b follow those at side a: what was renamed there is renamed here, and what was renamed here
 * alone gets its name back. The state follows every RENAME at once, so that the next run recognises whatever this one
 * leaves when it is broken off. With a listing that has holes nothing is followed, and nothing is gone.
 */
export async function followTree(run: RunContext, sides: TreeSides): Promise<TreeOutcome> {
  if (!sides.a.listing.complete || !sides.b.listing.complete) {
    return { changedB: false, gone: [], replaced: { a: [], b: [] } };
  }
  const pairs = withCarriedAlong(run, await locatePairs(run, sides), sides);
  const gone = await confirmGone(run, pairs);
  const keys = new Set(gone.map(({ key }) => key));
  const tree = new DestinationTree(sides, pairs, keys, run.options.altChar);
  const names = new PairNames(run, tree, pairs);
  names.giveUpTaken();
  const renames = new RenameRun(run, tree, names, subscribedAt(sides, pairs));
  const changedB = pairs.some((pair) => tree.hasToBePlanned(pair)) && (await renames.carryOut());
  names.settle();
  if (names.hasChanged) await run.options.state.commit();
  return {
    changedB,
    gone: gone.flatMap(({ key }) => run.options.state.pair(key) ?? []),
    replaced: { a: replacedAt('a', pairs), b: replacedAt('b', pairs) },
  };
}

/** Keys of pairs whose mailbox at side a is subscribed to. */
function subscribedAt({ a }: TreeSides, pairs: readonly TreePair[]): Set<string> {
  const names = new Set(a.listing.mailboxes.filter(({ subscribed }) => subscribed).map(({ name }) => name));
  return new Set(pairs.filter((pair) => names.has(presentName(pair.a) ?? '')).map(({ key }) => key));
}

function replacedAt(side: Side, pairs: readonly TreePair[]): string[] {
  return pairs.filter((pair) => pair[side].kind === 'replaced').map(({ key }) => key);
}
