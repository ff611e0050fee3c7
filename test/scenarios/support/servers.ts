import type { MemoryServerOptions } from '../../../src/store/memory.js';
import type { Scenario } from './scenario.js';

/** Servers that lack something, as a row to run scenarios on. */
export interface Variant {
  readonly name: string;
  readonly source?: MemoryServerOptions;
  readonly destination?: MemoryServerOptions;
  /** Without mod-sequences flags may change unseen: a mailbox is opened at every run. */
  readonly looks?: boolean;
  readonly cannotRemove?: boolean;
  /** How many deaths of each kind are tried; all when absent. */
  readonly deaths: number;
}

const FEW = 2;
const CONDSTORE_ONLY = { features: { qresync: false } } as const;
const NO_OBJECT_IDS = { features: { objectId: false, emailId: false } } as const;
const NO_CONDSTORE = { features: { condstore: false, qresync: false } } as const;

export const EVERYTHING: Variant = { name: 'servers that can do everything', deaths: 6 };

/** Mailboxes are told by their UIDVALIDITY and messages alone. */
export const NO_IDS = {
  name: 'servers without OBJECTID',
  source: NO_OBJECT_IDS,
  destination: NO_OBJECT_IDS,
  deaths: FEW,
} as const satisfies Variant;

/** Each takes one thing away, where it could matter to how a mailbox is looked at or written. */
export const VARIANTS: readonly Variant[] = [
  EVERYTHING,
  {
    name: 'servers without QRESYNC',
    source: CONDSTORE_ONLY,
    destination: CONDSTORE_ONLY,
    deaths: FEW,
  },
  {
    name: 'servers without CONDSTORE',
    source: NO_CONDSTORE,
    destination: NO_CONDSTORE,
    looks: true,
    deaths: FEW,
  },
  { name: 'a source without CONDSTORE', source: NO_CONDSTORE, looks: true, deaths: FEW },
  {
    name: 'servers without ESEARCH and LIST-STATUS',
    source: { features: { esearch: false, listStatus: false } },
    destination: { features: { esearch: false, listStatus: false } },
    deaths: FEW,
  },
  {
    name: 'a destination without UIDPLUS and MULTIAPPEND',
    destination: { features: { uidplus: false, multiAppend: 'none' } },
    cannotRemove: true,
    deaths: FEW,
  },
];

/** The scenario as it is to be on these servers; null where it makes no sense there. */
export function onServers(scenario: Scenario, variant: Variant): Scenario | null {
  if (variant.cannotRemove === true && scenario.removes === true) return null;
  return {
    ...scenario,
    source: merged(scenario.source, variant.source),
    destination: merged(scenario.destination, variant.destination),
    ...(variant.looks === true ? { afterwards: 'looks' } : {}),
  };
}

function merged(one: MemoryServerOptions = {}, other: MemoryServerOptions = {}): MemoryServerOptions {
  return { ...one, ...other, features: { ...one.features, ...other.features } };
}
