import type { WireName } from '../../model/mailbox.js';
import { summaryFromOtherSide } from '../../state/pair-summary.js';
import type { Side } from '../../state/record.js';
import { nameStyle } from '../name-style.js';
import type { RunContext } from '../run-context.js';
import { confirmGone } from './confirm-gone.js';
import { otherSide } from './leads.js';
import { presentName, type TreePair, type TreeSides } from './locate.js';
import { SIDES } from './merge-node.js';
import { isSamePlace, Places } from './place.js';
import { isTemporaryName } from './temporary-name.js';
import { isUntouched } from './untouched.js';

/** What becomes of pairs that have no mailbox on a side any more. */
export interface Fates {
  /** By key, the side on which the mailbox is gone: it goes on the other side, too. */
  readonly goneOn: ReadonlyMap<string, Side>;
  /** Gone on one side, and changed or renamed on the other: it is new there from now on. */
  readonly kept: readonly TreePair[];
  /** Nothing is left of them, or nothing was ever made of them. */
  readonly forgotten: readonly TreePair[];
}

/** The runs that look at a side as their source. */
export type RunsFrom = Readonly<Record<Side, RunContext>>;

/**
 * Decides over mailboxes that are gone on a side, confirmed. What somebody did to one on the other side counts for more
 * than that it was deleted here.
 */
export async function decideFates(
  runs: RunsFrom,
  pairs: readonly TreePair[],
  listed: TreeSides,
): Promise<Fates> {
  const missing = {
    a: new Set((await confirmGone(runs.a, pairs)).map(({ key }) => key)),
    b: new Set((await confirmGone(runs.b, pairs.map(turned))).map(({ key }) => key)),
  };
  const goneOn = new Map<string, Side>();
  const kept: TreePair[] = [];
  const forgotten: TreePair[] = [];
  const doubtful: Record<Side, TreePair[]> = { a: [], b: [] };
  for (const pair of pairs) {
    const sides = SIDES.filter((side) => missing[side].has(pair.key));
    const [side] = sides;
    if (side === undefined) continue;
    const isNothing = sides.length === 2 || pair.summary.cursors[side] === null;
    if (isNothing) forgotten.push(pair);
    else if (presentName(pair[otherSide(side)]) !== null) doubtful[side].push(pair);
  }
  for (const side of SIDES) {
    const isMoved = moverOf(otherSide(side), pairs, listed);
    const still = doubtful[side].filter((pair) => isDecided(pair, side) || !isMoved(pair));
    const untouched = await untouchedOf(runs[side], otherSide(side), still, listed);
    for (const pair of doubtful[side]) {
      if (untouched.has(pair)) goneOn.set(pair.key, side);
      else kept.push(pair);
    }
  }
  return { goneOn, kept, forgotten };
}

/**
 * Where one that is kept has the name of one that is gone, nobody can tell whether that was replaced: it is kept as well,
 * with the mailbox that has its name.
 */
export function withHeirs(
  pairs: readonly TreePair[],
  { goneOn, kept, forgotten }: Fates,
): { readonly pairs: readonly TreePair[]; readonly fates: Fates } {
  const names = {
    a: new Set(kept.map(({ a }) => presentName(a))),
    b: new Set(kept.map(({ b }) => presentName(b))),
  };
  const staying = new Map(goneOn);
  const found = pairs.map((pair) => {
    const side = goneOn.get(pair.key);
    const name = side === undefined ? null : pair.summary.names[side];
    if (side === undefined || name === null || !names[side].has(name)) return pair;
    staying.delete(pair.key);
    return { ...pair, [side]: { kind: 'replaced' as const, name } };
  });
  return { pairs: found, fates: { goneOn: staying, kept, forgotten } };
}

export function turned({ key, summary, a, b, isSelected }: TreePair): TreePair {
  return { key, summary: summaryFromOtherSide(summary), a: b, b: a, isSelected };
}

/** A run before this one has decided that it goes, and may have given it another name. */
function isDecided({ summary }: TreePair, side: Side): boolean {
  return summary.names[side] === null;
}

/** Whether somebody gave the mailbox of a pair another place on a side. */
function moverOf(side: Side, pairs: readonly TreePair[], listed: TreeSides): (pair: TreePair) => boolean {
  const { facts, listing } = listed[side];
  const style = nameStyle(facts, listing.mailboxes);
  const both = pairs.filter(({ a, b }) => presentName(a) !== null && presentName(b) !== null);
  const placesBy = (nameOf: (pair: TreePair) => WireName): Places =>
    new Places(
      both.map((pair) => [pair.key, nameOf(pair)] as const),
      style.delimiter,
    );
  const nowOf = (pair: TreePair): WireName => presentName(pair[side]) ?? '';
  const beforeOf = (pair: TreePair): WireName => pair.summary.names[side] ?? nowOf(pair);
  const [before, now] = [placesBy(beforeOf), placesBy(nowOf)];
  return (pair) => {
    if (pair[side].kind !== 'renamed' || isTemporaryName(nowOf(pair), style)) return false;
    return !isSamePlace(before.of(beforeOf(pair)), now.of(nowOf(pair)));
  };
}

/** `side`: where the mailboxes are, the side b of `run`. */
async function untouchedOf(
  run: RunContext,
  side: Side,
  pairs: readonly TreePair[],
  listed: TreeSides,
): Promise<Set<TreePair>> {
  const untouched = new Set<TreePair>();
  if (pairs.length === 0) return untouched;
  const statuses = new Map(listed[side].listing.mailboxes.map(({ name, status }) => [name, status]));
  const session = await run.options.b.lease(run.signal);
  try {
    for (const pair of pairs) {
      run.checkFinish();
      const name = presentName(pair[side]) ?? '';
      const question = { key: pair.key, name, status: statuses.get(name) ?? null };
      if (await isUntouched(run, session, question)) untouched.add(pair);
    }
  } finally {
    session.release();
  }
  return untouched;
}
