import { type BenchCase, PLAIN } from '../cases.js';
import type { NetworkName } from '../network/network.js';
import { putAside } from './build.js';
import { installPeer } from './install.js';
import { interimap } from './interimap.js';
import { mailferry } from './mailferry.js';
import { mbsync } from './mbsync.js';
import type { Program, ProgramName } from './program.js';

/** Those who take part in a benchmark. */
export interface Participants {
  readonly programs: readonly Program[];
  /** What else of mailferry takes part in one part of a row over one network. */
  variants(benchCase: BenchCase, network: NetworkName): readonly Program[];
}

/**
 * The programs of these names; peers are installed if need be.
 *
 * @param checkout where mailferry was built.
 */
export function participants(names: readonly ProgramName[], checkout: string): Participants {
  const peers = names.flatMap(peerOf);
  if (!names.includes('mailferry')) return { programs: peers, variants: () => [] };
  const build = putAside(checkout);
  return {
    programs: [mailferry(build, PLAIN), ...peers],
    variants: ({ variants }, network) =>
      variants
        .filter((variant) => variant.network === network)
        .map(({ name, connections }) => mailferry(build, name, ['--connections', String(connections)])),
  };
}

function peerOf(name: ProgramName): Program[] {
  switch (name) {
    case 'mailferry':
      return [];
    case 'interimap':
      return [interimap(installPeer(name))];
    case 'mbsync':
      return [mbsync(installPeer(name))];
  }
}
