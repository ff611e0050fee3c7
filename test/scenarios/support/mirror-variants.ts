import { EVERYTHING, NO_IDS, type Variant } from './servers.js';

const FEW = 1;
const NO_CONDSTORE = { features: { condstore: false, qresync: false } } as const;

export const NO_KEYWORDS = {
  permanentFlags: ['\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen'],
} as const;

/** Each is played twice, killed at other moments each time, and there are two sides to be killed at. */
export const MIRROR_EVERYTHING: Variant = { ...EVERYTHING, deaths: 2 };

/** What may matter to how two sides are looked at and written. */
export const MIRROR_VARIANTS: readonly Variant[] = [
  MIRROR_EVERYTHING,
  {
    name: 'servers without QRESYNC, one without MULTIAPPEND',
    source: { features: { qresync: false } },
    destination: { features: { qresync: false, multiAppend: 'none' } },
    deaths: FEW,
  },
  { name: 'servers of which one lacks CONDSTORE', source: NO_CONDSTORE, looks: true, deaths: FEW },
];

export const MIRROR_NO_IDS: Variant = { ...NO_IDS, deaths: FEW };
export const MIRROR_IDS_ON_ONE: Variant = {
  name: 'servers of which one has OBJECTID',
  destination: NO_IDS.destination,
  deaths: FEW,
};
