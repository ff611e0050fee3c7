import { BASICS } from './a-basics.js';
import { FLAGS } from './b-flags.js';
import { EXPUNGES } from './c-expunges.js';
import { NEW_MAIL } from './d-new-mail.js';
import { IDENTITY } from './e-identity.js';
import type { MatrixEntry } from './entry.js';
import { TREE } from './f-tree.js';
import { FAULTS } from './h-faults.js';
import { MOD_SEQUENCES } from './i-mod-sequences.js';
import { FIDELITY } from './k-fidelity.js';

export type { MatrixEntry } from './entry.js';

/** First and last number of each section. */
export const SECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  'A: basics': [1, 20],
  'B: flags': [21, 38],
  'C: expunges': [40, 59],
  'D: new mail': [60, 79],
  'E: identity': [80, 94],
  'F: the tree': [100, 127],
  'H: crashes and faults': [140, 157],
  'I: mod-sequences': [160, 175],
  'K: fidelity and limits': [200, 209],
};

/** All sections, one after the other. */
export const MATRIX: readonly MatrixEntry[] = [
  ...BASICS,
  ...FLAGS,
  ...EXPUNGES,
  ...NEW_MAIL,
  ...IDENTITY,
  ...TREE,
  ...FAULTS,
  ...MOD_SEQUENCES,
  ...FIDELITY,
];
