import type { FlagTable } from '../../model/flags.js';
import { UidSet } from '../../model/uid-set.js';
import type { FlagFilter } from '../carried-flags.js';
import type { FlagChange } from '../plan-flags.js';

/** Flags of one side, by UIDs of side a. */
export interface FlagView {
  /** Messages whose flags were looked at; the others are believed to be as they were. */
  readonly looked: UidSet;
  readonly flags: FlagTable;
  /** Messages to which we have given this flag and not seen it since: where it is missing nobody took it away. */
  unseen(flag: string): UidSet;
  /** Which flags that side can keep. */
  readonly filter: FlagFilter;
  /** Messages that cannot have this flag on that side although the other has it. */
  masked(flag: string): UidSet;
}

export interface FlagViews {
  readonly a: FlagView;
  readonly b: FlagView;
  readonly base: FlagTable;
}

/** What is to be done on one side. Everything is by UIDs of side a. */
export interface SidePlan {
  readonly changes: FlagChange[];
  /** Flags that side cannot keep, with the messages concerned. */
  readonly refused: { readonly flag: string; readonly uids: UidSet }[];
}

export interface EqualFlagPlan {
  readonly toA: SidePlan;
  readonly toB: SidePlan;
  /** What both sides agree on once it is done, as changes of base flags. */
  readonly base: readonly { readonly flag: string; readonly add: UidSet; readonly remove: UidSet }[];
  /** Messages of which side b had other flags than we left there. */
  readonly drifted: UidSet;
  /** The same of side a. */
  readonly changedAtA: UidSet;
}

interface Bits {
  readonly a: UidSet;
  readonly b: UidSet;
  readonly base: UidSet;
  /** Messages to which we have given the flag on side a, or on side b, and that were not seen since. */
  readonly unseenA: UidSet;
  readonly unseenB: UidSet;
  /** Messages that cannot have the flag on side a, or on side b. */
  readonly maskedA: UidSet;
  readonly maskedB: UidSet;
}

/**
 * Makes both sides have the same flags, one bit at a time. `a-wins`: as side a has them. `merge`: the side on which a bit
 * is not what both last agreed on has changed it; a bit has two values, so two changes of it are the same change.
 */
export function planEqualFlags(views: FlagViews, rule: 'a-wins' | 'merge'): EqualFlagPlan {
  const concerned = views.a.looked.union(views.b.looked);
  const toA: SidePlan = { changes: [], refused: [] };
  const toB: SidePlan = { changes: [], refused: [] };
  const base: { flag: string; add: UidSet; remove: UidSet }[] = [];
  let drifted = UidSet.empty;
  let changedAtA = UidSet.empty;
  for (const flag of flagNames(views)) {
    if (!views.b.filter.isWanted(flag)) continue;
    const bits = bitsOf(views, flag, concerned);
    const target = rule === 'a-wins' ? bits.a : merged(views, bits);
    const blocked = [
      changeSide(toA, views.a, flag, bits.a, target, bits.maskedA),
      changeSide(toB, views.b, flag, bits.b, target, bits.maskedB),
    ].reduce((all, part) => all.union(part), UidSet.empty);
    const agreed = target.subtract(blocked);
    const add = agreed.subtract(bits.base);
    const remove = bits.base.subtract(agreed);
    if (!add.isEmpty || !remove.isEmpty) base.push({ flag, add, remove });
    // What we wrote and nobody has seen yet does not count as lost, nor what the other side cannot have as changed.
    if (views.a.filter.canKeep(flag)) drifted = drifted.union(changedByB(views, bits));
    if (views.b.filter.canKeep(flag)) changedAtA = changedAtA.union(changedByA(views, bits));
  }
  return { toA, toB, base, drifted, changedAtA };
}

function flagNames({ a, b, base }: FlagViews): Iterable<string> {
  const names = [...base.names(), ...a.flags.names(), ...b.flags.names()];
  return new Map(names.map((name) => [name.toLowerCase(), name])).values();
}

function bitsOf({ a, b, base }: FlagViews, flag: string, concerned: UidSet): Bits {
  const before = base.uidsOf(flag).intersect(concerned);
  const maskedA = a.masked(flag).intersect(concerned);
  const maskedB = b.masked(flag).intersect(concerned);
  return {
    // What the other side cannot have is not agreed on, and still there.
    a: current(a, flag, before.union(maskedB)),
    b: current(b, flag, before.union(maskedA)),
    base: before,
    unseenA: a.unseen(flag),
    unseenB: b.unseen(flag),
    maskedA,
    maskedB,
  };
}

function current({ looked, flags }: FlagView, flag: string, believed: UidSet): UidSet {
  return flags.uidsOf(flag).intersect(looked).union(believed.subtract(looked));
}

function merged(views: FlagViews, bits: Bits): UidSet {
  const byA = changedByA(views, bits);
  const byB = changedByB(views, bits).subtract(byA);
  const unchanged = bits.base.union(bits.maskedA).union(bits.maskedB).subtract(byA).subtract(byB);
  return bits.a.intersect(byA).union(bits.b.intersect(byB)).union(unchanged);
}

function changedByA({ a }: FlagViews, bits: Bits): UidSet {
  return changes(bits.a, bits.base.union(bits.maskedB), bits.unseenA).intersect(a.looked);
}

function changedByB({ b }: FlagViews, bits: Bits): UidSet {
  return changes(bits.b, bits.base.union(bits.maskedA), bits.unseenB).intersect(b.looked);
}

function changes(now: UidSet, before: UidSet, unseen: UidSet): UidSet {
  return now.subtract(before).union(before.subtract(now).subtract(unseen));
}

/** Returns the messages that cannot have the flag on this side though they should. */
function changeSide(
  plan: SidePlan,
  { filter }: FlagView,
  flag: string,
  now: UidSet,
  target: UidSet,
  masked: UidSet,
): UidSet {
  const missing = target.subtract(now);
  const remove = now.subtract(target);
  const add = missing.subtract(masked);
  if (!remove.isEmpty) plan.changes.push({ flag, change: 'remove', uids: remove });
  if (add.isEmpty) return missing;
  if (filter.canKeep(flag)) {
    plan.changes.push({ flag, change: 'add', uids: add });
    return missing.intersect(masked);
  }
  plan.refused.push({ flag, uids: add });
  return missing;
}

/** The plan without what concerns these messages: a message that goes needs no flags. */
export function withoutMessages(plan: EqualFlagPlan, messages: UidSet): EqualFlagPlan {
  if (messages.isEmpty) return plan;
  const base = plan.base.map(({ flag, add, remove }) => ({
    flag,
    add: add.subtract(messages),
    remove: remove.subtract(messages),
  }));
  return {
    ...plan,
    toA: sideWithout(plan.toA, messages),
    toB: sideWithout(plan.toB, messages),
    base: base.filter(({ add, remove }) => !add.isEmpty || !remove.isEmpty),
  };
}

function sideWithout({ changes: all, refused }: SidePlan, messages: UidSet): SidePlan {
  const left = <T extends { readonly uids: UidSet }>(parts: readonly T[]): T[] => {
    return parts
      .map((part) => ({ ...part, uids: part.uids.subtract(messages) }))
      .filter(({ uids }) => !uids.isEmpty);
  };
  return { changes: left(all), refused: left(refused) };
}
