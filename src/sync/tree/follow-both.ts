import type { PairSummary } from '../../state/pair-summary.js';
import type { Side } from '../../state/record.js';
import { type NameStyle, nameStyle } from '../name-style.js';
import type { RunContext } from '../run-context.js';
import { isSelected } from '../selection.js';
import { withCarriedAlong } from './carried-along.js';
import { decideFates, type Fates, withHeirs } from './fates.js';
import { locatePairs, presentName, type TreePair, type TreeSides } from './locate.js';
import { displayOn, SIDES } from './merge-node.js';
import { MergedRecords } from './merged-records.js';
import { MergedTree } from './merged-tree.js';
import { RenameRun } from './rename-run.js';
import { isTemporaryName } from './temporary-name.js';

export interface BothOutcome {
  /** Which sides have to be listed again. */
  readonly changed: Readonly<Record<Side, boolean>>;
  /** Pairs whose mailbox is gone at side a, and is to go at side b. */
  readonly gone: readonly PairSummary[];
  /** The same for side b, with the sides exchanged. */
  readonly goneAtB: readonly PairSummary[];
}

/**
 * Makes one tree of what was renamed and deleted on both sides; the same whichever side is called a. What was deleted on
 * one side goes on the other, unless somebody changed it there. Names are made equal at side b, then at side a. With a
 * listing that has holes nothing is followed, and nothing is gone.
 */
export async function followBoth(
  run: RunContext,
  backward: RunContext,
  listed: TreeSides,
): Promise<BothOutcome> {
  const nothing = { changed: { a: false, b: false }, gone: [], goneAtB: [] };
  if (!listed.a.listing.complete || !listed.b.listing.complete) return nothing;
  const located = await locatePairs(run, listed);
  const styles = { a: styleOf(listed.a), b: styleOf(listed.b) };
  if (located.every((pair) => isAsBefore(pair, styles))) return nothing;
  const found = withCarriedAlong(run, located, listed);
  const wanted = found.map((pair) => (isWanted(run, pair, listed) ? pair : { ...pair, isSelected: false }));
  const { pairs, fates } = withHeirs(wanted, await decideFates({ a: run, b: backward }, wanted, listed));
  const dropped = new Set([...fates.kept, ...fates.forgotten]);
  const left = pairs.filter((pair) => !dropped.has(pair));
  const tree = new MergedTree(listed, left, new Set(fates.goneOn.keys()), run.options.altChar);
  tellKept(run, tree, fates);
  for (const { key } of dropped) run.options.state.record({ t: 'forget-mailbox', key });
  tellConflicts(run, tree);
  const records = new MergedRecords(run, tree, left, fates.goneOn);
  records.giveUpTaken();
  const changed = {
    b: await renameOn(run, 'b', tree, records),
    a: await renameOn(backward, 'a', tree, records),
  };
  records.settle();
  await run.options.state.commit();
  return { changed, ...goneOf(run, backward, fates) };
}

function styleOf({ facts, listing }: TreeSides[Side]): NameStyle {
  return nameStyle(facts, listing.mailboxes);
}

function isAsBefore(pair: TreePair, styles: Readonly<Record<Side, NameStyle>>): boolean {
  if (pair.summary.nameFrom !== null) return false;
  return SIDES.every((side) => {
    const name = pair.summary.names[side];
    return name !== null && presentName(pair[side]) === name && !isTemporaryName(name, styles[side]);
  });
}

/** One that got another name at side b has to be selected by that as well. */
function isWanted(
  run: RunContext,
  { b, isSelected: isWantedByA }: TreePair,
  { b: listed }: TreeSides,
): boolean {
  if (!isWantedByA || b.kind !== 'renamed') return isWantedByA;
  const specialUse = listed.listing.mailboxes.find(({ name }) => name === b.name)?.specialUse ?? null;
  return isSelected(run.options.selection, { display: displayOn(styleOf(listed), b.name), specialUse });
}

/** `run`: the one that has this side as its side b. */
async function renameOn(
  run: RunContext,
  side: Side,
  tree: MergedTree,
  records: MergedRecords,
): Promise<boolean> {
  const here = tree.sides[side];
  const { steps } = here.plan();
  const { state, dryRun } = run.options;
  if (!dryRun && steps.length > 0) {
    const keys = here.movedBy(steps);
    records.noteMoving(keys);
    records.noteGoing(keys);
    records.noteReturning(
      side,
      steps.flatMap(({ key, isTemporary }) => (isTemporary ? [key] : [])),
    );
    await state.commit();
  }
  const subscribed = here.mailboxes.filter(({ listed }) => listed.subscribed);
  const keys = new Set(subscribed.flatMap(({ key }) => key ?? []));
  return await new RenameRun(run, here, records, keys).carryOut();
}

function tellKept(run: RunContext, { sides }: MergedTree, { kept }: Fates): void {
  for (const pair of kept) {
    const side = SIDES.find((one) => presentName(pair[one]) !== null) ?? 'a';
    const mailbox = sides[side].display(presentName(pair[side]) ?? '');
    const then = run.options.dryRun ? 'it would be on both again' : 'it is on both again';
    const text = `it was deleted on one side and changed or renamed on the other; ${then}`;
    run.emit({ type: 'conflict', mailbox, kind: 'deleted-and-changed', text });
  }
}

function tellConflicts(run: RunContext, tree: MergedTree): void {
  const { overruled, renamed, names } = tree.merged;
  for (const key of new Set([...overruled, ...renamed])) {
    const found = names.get(key);
    if (!found) continue;
    const mailbox = tree.sides.a.display(found.a);
    const what = overruled.has(key)
      ? 'it was renamed on both sides, each time otherwise'
      : 'the name it was given on one side is that of another mailbox on the other';
    const then = run.options.dryRun ? 'it would have this name on both' : 'it has this name on both now';
    const text = `${what}; ${then}`;
    run.emit({ type: 'conflict', mailbox, kind: 'renamed-both', text });
  }
}

function goneOf(
  run: RunContext,
  backward: RunContext,
  { goneOn }: Fates,
): Pick<BothOutcome, 'gone' | 'goneAtB'> {
  const keysOf = (side: Side): string[] => [...goneOn].flatMap(([key, on]) => (on === side ? [key] : []));
  return {
    gone: keysOf('a').flatMap((key) => run.options.state.pair(key) ?? []),
    goneAtB: keysOf('b').flatMap((key) => backward.options.state.pair(key) ?? []),
  };
}
