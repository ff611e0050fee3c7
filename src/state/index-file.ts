import { join } from 'node:path';
import type { AccountIdentity } from './account-identity.js';
import { stateDamaged } from './damage.js';
import type { StateFiles } from './files.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import { newPair, type PairSummary } from './pair-summary.js';
import type { Json, Side } from './record.js';

/** A mailbox pair in the index. */
export interface IndexedPair {
  readonly summary: PairSummary;
  /** The file its shard is in; null while there is nothing to remember. */
  readonly file: string | null;
}

/** All that a run with nothing to do has to read, save the journal. */
export interface IndexData {
  readonly route: string;
  /** Grows with every fold; journal lines of generations below it are part of index and shards. */
  readonly generation: number;
  readonly accounts: Readonly<Record<Side, AccountIdentity>>;
  readonly facts: Readonly<Record<Side, Json>>;
  readonly nextKey: number;
  readonly nextIntentId: number;
  /** Shard files and packs with their sizes in octets. No other file is part of the state. */
  readonly files: Readonly<Record<string, number>>;
  readonly pairs: readonly IndexedPair[];
}

export const INDEX_FILE = 'index.json';

export function newIndex(route: string, accounts: Readonly<Record<Side, AccountIdentity>>): IndexData {
  return {
    route,
    generation: 1,
    accounts,
    facts: { a: null, b: null },
    nextKey: 1,
    nextIntentId: 1,
    files: {},
    pairs: [],
  };
}

/** A pair with what says nothing left out: a route may have thousands. */
function packed({ summary, file }: IndexedPair): Record<string, unknown> {
  const {
    key,
    names,
    nameFrom,
    subscribed,
    cursors,
    policy,
    filter,
    hasDebt,
    skipped,
    foreign,
    openIntents,
  } = summary;
  return {
    key,
    names: [names.a, names.b],
    ...(nameFrom === null ? {} : { nameFrom }),
    ...(subscribed === null ? {} : { subscribed }),
    ...(cursors.a === null && cursors.b === null ? {} : { cursors: [cursors.a, cursors.b] }),
    ...(policy === '' ? {} : { policy }),
    ...(filter === '' ? {} : { filter }),
    ...(hasDebt ? { hasDebt } : {}),
    ...(skipped === 0 ? {} : { skipped }),
    ...(foreign === 0 ? {} : { foreign }),
    ...(openIntents.length === 0 ? {} : { openIntents }),
    ...(file === null ? {} : { file }),
  };
}

type Packed = Partial<Omit<PairSummary, 'names' | 'cursors'>> & {
  readonly key: string;
  readonly names: readonly [PairSummary['names']['a'], PairSummary['names']['b']];
  readonly cursors?: readonly [PairSummary['cursors']['a'], PairSummary['cursors']['b']];
  readonly file?: string;
};

function unpacked({ names, cursors, file, ...rest }: Packed): IndexedPair {
  const summary = {
    ...newPair(rest.key),
    ...rest,
    names: { a: names[0], b: names[1] },
    cursors: { a: cursors?.[0] ?? null, b: cursors?.[1] ?? null },
  };
  return { summary, file: file ?? null };
}

/** null when there is no index. Throws STATE_DAMAGED. */
export async function readIndex(files: StateFiles, folder: string): Promise<IndexData | null> {
  const path = join(folder, INDEX_FILE);
  const data = await readJsonFile<IndexData & { readonly pairs: readonly unknown[] }>(files, path, 'index');
  if (!data) return null;
  try {
    return { ...data, pairs: (data.pairs as unknown as readonly Packed[]).map(unpacked) };
  } catch (error) {
    throw stateDamaged(path, 'its list of mailboxes cannot be read', error);
  }
}

/** Replaces the index: the moment at which a fold takes effect. Returns its size in octets. */
export function writeIndex(files: StateFiles, folder: string, data: IndexData): Promise<number> {
  const written = { ...data, pairs: data.pairs.map(packed) };
  return writeJsonFile(files, join(folder, INDEX_FILE), 'index', written);
}
