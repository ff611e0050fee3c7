import { FlagTable } from '../model/flags.js';
import type { UidSet } from '../model/uid-set.js';
import { turnedAnchor } from './anchor.js';
import type { Side } from './record.js';
import type { OpenIntent, Shard } from './shard.js';
import { turnedWritten } from './written-flags.js';

export function otherSide(side: Side): Side {
  return side === 'a' ? 'b' : 'a';
}

/**
 * The same state with the sides exchanged. No pair is lost: where a bUid has several aUids, one of them becomes
 * its partner and the others become aliases, which turn back into pairs with the next turn.
 */
export function turnedShard(shard: Shard): Shard {
  const map = shard.map.swapped();
  map.removeA(shard.aliases.aUids());
  const unturned = shard.map.aUids().subtract(map.bUids());
  map.addAll(shard.aliases.runs());
  const base = new FlagTable();
  for (const name of shard.base.names()) base.set(name, map.toA(shard.base.uidsOf(name)));
  // Of all partners, aliases too: what is unseen too long costs a look, what is seen too early costs a flag.
  const partners = (aUids: UidSet): UidSet => map.toA(aUids).union(shard.map.toB(aUids));
  return {
    map,
    aliases: shard.map.within(unturned),
    base,
    weak: map.toA(shard.weak),
    anchors: shard.anchors.map(turnedAnchor),
    unseen: { a: partners(shard.unseen.b), b: partners(shard.unseen.a) },
    written: {
      a: turnedWritten(shard.written.b, shard.unseen.b, partners),
      b: turnedWritten(shard.written.a, shard.unseen.a, partners),
    },
    debt: shard.debt.map((debt) => ({ ...debt, side: otherSide(debt.side) })),
    foreign: { a: shard.foreign.b, b: shard.foreign.a },
    kept: { a: shard.kept.b, b: shard.kept.a },
    intents: new Map(
      [...shard.intents].map(([id, intent]): [number, OpenIntent] => [
        id,
        { ...intent, side: otherSide(intent.side) },
      ]),
    ),
  };
}

const TURNED = '~';

/**
 * A policy is written from the view of its sides, so seen from the other side it is another one, and equal to
 * none that is asked for; turned again it is what it was.
 */
export function turnedPolicy(policy: string): string {
  if (policy === '') return policy;
  return policy.startsWith(TURNED) ? policy.slice(TURNED.length) : TURNED + policy;
}
