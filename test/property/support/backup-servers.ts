import type { MemoryServerOptions } from '../../../src/store/memory.js';
import type { DestinationKind, SideKind } from './backup-case.js';
import { NAMINGS, wireName } from './person.js';

const SYSTEM = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];

/** The same mailbox at both sides has no mod-sequences, or another one, or none. */
function traitsOf(kind: SideKind, without: readonly string[]): MemoryServerOptions {
  const { qresync, condstore, esearch, listStatus, objectId, emailId, uidNextInSelect } = kind;
  const naming = NAMINGS[kind.names];
  const gap = wireName(naming, without);
  return {
    ...naming,
    features: { qresync, condstore, esearch, listStatus, objectId, emailId },
    uidNextInSelect,
    persistentModseq: (mailbox) => !kind.hasModseqGap || mailbox !== gap,
  };
}

export function sourceTraits(kind: SideKind): MemoryServerOptions {
  return traitsOf(kind, ['Archive']);
}

export function destinationTraits(kind: DestinationKind): MemoryServerOptions {
  const traits = traitsOf(kind, ['Work']);
  const { uidplus, multiAppend, anyKeyword } = kind;
  return {
    ...traits,
    features: { ...traits.features, uidplus, multiAppend },
    multiAppendAtomic: multiAppend !== 'unproven',
    permanentFlags: anyKeyword ? [...SYSTEM, '\\*'] : SYSTEM,
  };
}

/** Whether the next run can know from STATUS alone that nothing happened. */
export function tellsChanges({ condstore, hasModseqGap, uidNextInSelect }: SideKind): boolean {
  return condstore && !hasModseqGap && uidNextInSelect;
}
