import type { Variant } from './servers.js';

const FEW = 1;
const NO_CONDSTORE = { features: { condstore: false, qresync: false } } as const;

export const NO_KEYWORDS = {
  permanentFlags: ['\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'],
} as const;

/** What may matter to how two sides are looked at and written. */
export const MIRROR_VARIANTS: readonly Variant[] = [
  { name: 'servers that can do everything', deaths: 2 },
  {
    name: 'servers without QRESYNC, one without MULTIAPPEND',
    source: { features: { qresync: false } },
    destination: { features: { qresync: false, multiAppend: 'none' } },
    deaths: FEW,
  },
  { name: 'servers of which one lacks CONDSTORE', source: NO_CONDSTORE, looks: true, deaths: FEW },
];
