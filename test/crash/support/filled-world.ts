import { expect } from 'vitest';
import type { MemoryServerOptions } from '../../../src/store/memory.js';
import { EngineWorld, fillDestination, fillSource } from '../../support/engine/index.js';

/** Servers to copy between, and how much there is to be copied. */
export interface Variant {
  readonly name: string;
  /** In INBOX. */
  readonly messages: number;
  readonly source?: MemoryServerOptions;
  readonly destination: MemoryServerOptions;
}

export const ATOMIC = { name: 'atomic MULTIAPPEND', destination: {} } as const;
export const IN_PART = {
  name: 'MULTIAPPEND that stores what was complete',
  destination: { features: { multiAppend: 'unproven' }, multiAppendAtomic: false },
} as const;
export const ONE_AN_APPEND = {
  name: 'one message an APPEND',
  destination: { features: { multiAppend: 'none' } },
} as const;

const worlds = new Set<EngineWorld>();

/** A source with mail, and a destination that holds some of its own where its names are as usual. */
export function filledWorld({ messages, source, destination }: Variant): EngineWorld {
  const world = removedLater(new EngineWorld(source, destination));
  fillSource(world.source, messages);
  if (destination.prefix === undefined) fillDestination(world.destination);
  return world;
}

/** Leaves a world to {@link removeWorlds}. */
export function removedLater(world: EngineWorld): EngineWorld {
  worlds.add(world);
  return world;
}

/** For after each test: whatever is left when one has failed. */
export function removeWorlds(): void {
  for (const world of worlds) world.remove();
  worlds.clear();
}

/** Since its operations were forgotten the destination was only opened, and the source never written to. */
export function expectNothingWritten({ source, destination }: EngineWorld, what: string): void {
  expect(
    destination.writes.filter(({ kind }) => kind !== 'select'),
    what,
  ).toEqual([]);
  expect(source.writes, what).toEqual([]);
}
