import type { Shard } from '../../../src/state/shard.js';

/** All pairs, whether in the map or aliases, as `a-b`. */
export function relation({ map, aliases }: Pick<Shard, 'map' | 'aliases'>): string[] {
  const pairs: string[] = [];
  for (const [a, b, length] of map.runs()) for (let k = 0; k < length; k++) pairs.push(`${a + k}-${b + k}`);
  for (const [b, a, length] of aliases.runs())
    for (let k = 0; k < length; k++) pairs.push(`${a + k}-${b + k}`);
  return [...new Set(pairs)].sort();
}
