import { flagKey } from '../../../src/model/flags.js';
import { isOpenDebt, type PairDebt } from '../../../src/state/debt.js';
import { newIndex } from '../../../src/state/index-file.js';
import { LoadedPair, type PairState } from '../../../src/state/pair-state.js';
import type { PairSummary } from '../../../src/state/pair-summary.js';
import type { StateRecord } from '../../../src/state/record.js';
import { RouteMemory } from '../../../src/state/route-memory.js';
import type { RouteView } from '../../../src/state/route-view.js';
import type { Shard } from '../../../src/state/shard.js';
import { emptyShard } from '../../../src/state/shard.js';
import { shardToData } from '../../../src/state/shard-data.js';
import { turnedShard } from '../../../src/state/turn.js';

function debtText(debts: readonly PairDebt[]): string[] {
  return debts.map((debt) => JSON.stringify({ ...debt, uids: debt.uids.toString() })).sort();
}

/** A shard as comparable JSON: order of lists that have none is taken out. */
export function dumpShard(key: string, shard: Shard): object {
  const { debt: _, base = {}, ...data } = shardToData(key, shard);
  // Which spelling of a flag was seen first may hang on UIDs that are in no pair.
  const flags = Object.entries(base).map(([name, uids]) => [flagKey(name), uids] as const);
  return { ...data, base: flags, debt: debtText(shard.debt) };
}

/** As it is read through the public face. */
function shardOf({
  map,
  aliases,
  base,
  weak,
  anchors,
  unseen,
  debt,
  foreign,
  kept,
  intents,
}: PairState): Shard {
  const sides = { unseen: { ...unseen }, foreign: { ...foreign }, kept: { ...kept } };
  const { written } = emptyShard();
  return { map, aliases, base, weak, anchors, ...sides, written, debt, intents: new Map(intents) };
}

const FLAGS = ['\\Seen', 'Work', 'none'];

function dumpPair(summary: PairSummary, pair: PairState): object {
  const { hasDebt: _, foreign: undecided, ...rest } = summary;
  const owes = pair.debt.some(isOpenDebt);
  const unseenOf = FLAGS.map((flag) => (['a', 'b'] as const).map((side) => `${pair.unseenOf(side, flag)}`));
  return { ...rest, undecided, ...dumpShard(summary.key, shardOf(pair)), unseenOf, owes };
}

function sorted(pairs: readonly (readonly [key: string, dump: object])[]): object[] {
  return [...pairs].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, dump]) => dump);
}

/** Everything a route remembers, read through its public face. Checks that no summary denies debt. */
export async function dumpRoute(state: RouteView): Promise<object> {
  const pairs: [string, object][] = [];
  for (const { key, hasDebt } of state.pairs()) {
    const pair = await state.load(key);
    const summary = state.pair(key);
    if (!summary) throw new Error(`${key} went away`);
    const owes = pair.debt.some(isOpenDebt);
    if (owes && !hasDebt) throw new Error(`${key} denied its debt`);
    if (summary.hasDebt !== owes) throw new Error(`${key} is wrong about its debt`);
    pairs.push([key, dumpPair(summary, pair)]);
  }
  return { facts: { a: state.facts('a'), b: state.facts('b') }, pairs: sorted(pairs) };
}

/** What happens to a route: records, and the sides being exchanged. */
export type Step = StateRecord | 'turn';

/** The same by applying the steps to memory, without a file in between. */
export function dumpSteps(steps: readonly Step[]): object {
  const account = { host: 'x', user: 'x', prefix: '' };
  const memory = new RouteMemory(newIndex('x', { a: account, b: account }));
  for (const step of steps) {
    if (step === 'turn') memory.turn();
    else memory.apply(step);
    for (const slot of memory.slots.values()) {
      slot.shard ??= emptyShard();
      if (step === 'turn') slot.shard = turnedShard(slot.shard);
      slot.turnAfter = null;
    }
  }
  const pairs = [...memory.slots.values()].map(
    (slot) => [slot.summary.key, dumpPair(slot.summary, new LoadedPair(slot))] as const,
  );
  return { facts: memory.facts, pairs: sorted(pairs) };
}
