import { dirname, join } from 'node:path';
import { MailferryError } from '../errors.js';
import {
  type AccountIdentity,
  accountName,
  routeFolderName,
  routeId,
  sameAccount,
} from './account-identity.js';
import { stateDamaged } from './damage.js';
import type { StateFiles } from './files.js';
import { INDEX_FILE, type IndexData, newIndex, readIndex, writeIndex } from './index-file.js';
import { createJournal } from './journal.js';
import { type JournalContent, scanJournal } from './journal-scan.js';
import type { Side } from './record.js';
import { isStateFile } from './shard-files.js';

export const JOURNAL_FILE = 'journal.ndjson';

/** Where the state of a route is, and whose it has to be. */
export interface RoutePlace {
  readonly files: StateFiles;
  readonly folder: string;
  readonly route: string;
  readonly accounts: Readonly<Record<Side, AccountIdentity>>;
}

/** What a route's folder holds. */
export interface StoredRoute {
  readonly index: IndexData;
  readonly journal: JournalContent;
  /** It was stored with the sides the other way round. */
  readonly isTurned: boolean;
}

export function routePlace(
  files: StateFiles,
  stateDir: string,
  accounts: Readonly<Record<Side, AccountIdentity>>,
): RoutePlace {
  const { a, b } = accounts;
  return { files, folder: join(stateDir, routeFolderName(a, b)), route: routeId(a, b), accounts };
}

export function journalPath({ folder }: RoutePlace): string {
  return join(folder, JOURNAL_FILE);
}

function isTurned({ folder, accounts: { a, b } }: RoutePlace, { accounts }: IndexData): boolean {
  if (sameAccount(accounts.a, a) && sameAccount(accounts.b, b)) return false;
  if (sameAccount(accounts.a, b) && sameAccount(accounts.b, a)) return true;
  const stored = `${accountName(accounts.a)} and ${accountName(accounts.b)}`;
  throw new MailferryError({
    code: 'STATE_FOREIGN',
    scope: 'run',
    retry: 'never',
    message: `${folder} holds the state of ${stored}, not of ${accountName(a)} and ${accountName(b)}`,
    at: { file: join(folder, INDEX_FILE) },
    hint:
      `the folder was renamed or copied: give it back its name ${routeFolderName(accounts.a, accounts.b)}, ` +
      'or give this route another folder with --state-dir',
  });
}

/** Without an index there may be nothing but what a crash leaves before the first index is written. */
async function mustBeNew(place: RoutePlace): Promise<void> {
  const { files, folder, route } = place;
  const data = await files.read(journalPath(place));
  const records = data ? scanJournal(journalPath(place), data, route, 0).lines.length : 0;
  const names = await files.list(folder);
  if (records === 0 && !names.some((name) => isStateFile(name) && name.endsWith('.json'))) return;
  throw stateDamaged(join(folder, INDEX_FILE), 'it is missing while other state files are there');
}

/** null when there is none yet. Throws STATE_DAMAGED, STATE_FOREIGN. */
export async function readRoute(place: RoutePlace): Promise<StoredRoute | null> {
  const index = await readIndex(place.files, place.folder);
  if (!index) {
    await mustBeNew(place);
    return null;
  }
  const turned = isTurned(place, index);
  const data = await place.files.read(journalPath(place));
  if (!data) throw stateDamaged(journalPath(place), 'it is missing');
  return {
    index,
    journal: scanJournal(journalPath(place), data, index.route, index.generation),
    isTurned: turned,
  };
}

/** The journal comes first, so that an index without a journal is known to be damage. */
export async function createRoute(place: RoutePlace): Promise<StoredRoute> {
  const { files, folder, route, accounts } = place;
  await files.syncFolder(dirname(folder));
  await createJournal({ files, path: journalPath(place), route });
  await writeIndex(files, folder, newIndex(route, accounts));
  const stored = await readRoute(place);
  if (!stored) throw stateDamaged(join(folder, INDEX_FILE), 'it went away while it was being made');
  return stored;
}

const NO_JOURNAL: JournalContent = {
  lines: [],
  tailOffset: 0,
  goodBytes: 0,
  totalBytes: 0,
  lastSequence: 0,
  lastGeneration: 1,
};
/** How often a reader starts over when a run folds the state under its eyes. */
const LOOKS = 5;

/** Reads without a lock: index and journal must belong together even when a run is writing them. */
export async function readRouteUnlocked(place: RoutePlace): Promise<StoredRoute> {
  for (let look = 1; look <= LOOKS; look++) {
    const stored = await readRoute(place);
    if (!stored) {
      return { index: newIndex(place.route, place.accounts), journal: NO_JOURNAL, isTurned: false };
    }
    const now = await readIndex(place.files, place.folder);
    if (now?.generation === stored.index.generation) return stored;
  }
  throw stateInUse(place.folder);
}

export function stateInUse(file: string): MailferryError {
  return new MailferryError({
    code: 'STATE_LOCKED',
    scope: 'run',
    retry: 'later',
    message: `another run changed the state in ${file} while it was being read`,
    at: { file },
    hint: 'wait until that run ends, then run again',
  });
}
