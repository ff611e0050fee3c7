import { asMailferryError } from '../../errors.js';
import { internalDateEpoch, type MessageMetadata } from '../../model/message.js';
import { UidSet } from '../../model/uid-set.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { replacedMeanwhile } from '../equal/echo.js';
import type { EarlyMetadata } from '../metadata-chunks.js';
import type { MailboxWork } from '../run-context.js';
import type { MovedMessage } from './moved-message.js';
import { OriginalSearch } from './original-search.js';
import type { SearchEnds } from './search-ends.js';

/** Of more new messages at once none is looked for. */
const MOST_SOUGHT = 500;
const MOST_SEARCHED = 50;
/** About what comes over the line in the time of the round trips that one search takes. */
const WORTH_A_SEARCH_BYTES = 32 * 1024;
/** So many go into one search of a mailbox. */
const SOUGHT_AT_ONCE = 50;
const DAY_SECONDS = 86_400;

export interface Copied {
  /** Which messages the destination holds in another mailbox, by UID. */
  readonly found: ReadonlyMap<number, MovedMessage>;
  /** The mailbox that is read, as it is open now. */
  readonly source: OpenMailbox;
  /** What was read of the new messages. */
  readonly early: EarlyMetadata | null;
  /** Whether the mailboxes that were open on both sessions are so no more. */
  readonly hasLeft: boolean;
}

/**
 * Finds new messages that were copied at the source from another mailbox, and lie at the destination as the partner of
 * their original. Only EMAILID tells them (RFC 8474, section 5.1), and every mailbox has to be asked. So it is asked
 * only about messages that are no fresh mail, and in no more mailboxes than their octets are worth: at worst looking
 * takes about as long as carrying them would.
 */
export async function findCopied(work: MailboxWork, ends: SearchEnds, fresh: UidSet): Promise<Copied> {
  const { run, pair } = work;
  const { source, reader } = ends;
  const nothing = { found: new Map<number, MovedMessage>(), source, early: null, hasLeft: false };
  if (!mayFindCopied(work, reader, fresh)) return nothing;
  const others = run.settledBefore.filter(({ key }) => key !== pair.key);
  const rows = await source.metadata(fresh, run.signal);
  // Needed for carrying them anyway, so that mail that has just been delivered costs nothing more.
  const early = { within: fresh, rows: Promise.resolve(rows) };
  const sought = rows.filter((row) => (internalDateEpoch(row.internalDate) ?? Infinity) <= knownUntil(work));
  const places = others.slice(0, Math.min(MOST_SEARCHED, placesWorth(work, sought)));
  if (places.length === 0) return { ...nothing, early };
  const search = new OriginalSearch(work, ends, UidSet.from(sought.map(({ uid }) => uid)));
  try {
    await search.lookIn(places);
  } catch (thrown) {
    run.seeksOriginals = false;
    if (asMailferryError(thrown).scope !== 'mailbox') throw thrown;
  }
  if (!search.hasLeft) return { ...nothing, early };
  const again = await reader.open(work.names.a, source.snapshot.readOnly ? 'examine' : 'select', run.signal);
  if (again.snapshot.uidValidity !== source.snapshot.uidValidity) throw replacedMeanwhile(again);
  return { found: search.found, source: again, early, hasLeft: true };
}

/** Whether originals of these messages may be looked for at all; asks nobody. */
export function mayFindCopied({ run, pair }: MailboxWork, reader: MailSession, fresh: UidSet): boolean {
  if (fresh.isEmpty || fresh.size > MOST_SOUGHT || !run.seeksOriginals) return false;
  return reader.facts.features.emailId && run.settledBefore.some(({ key }) => key !== pair.key);
}

/**
 * What came to the account later, in seconds since 1970, is mail that was just delivered. COPY keeps the internalDate
 * (RFC 3501, section 6.4.7), so the original of a copy is as old; one that is known has come before the last run. When
 * that was nobody knows; a day is what lies between two runs mostly. What is older than a message that was in this
 * mailbox before was not delivered there.
 */
function knownUntil({ pair }: MailboxWork): number {
  const newest = Math.max(0, ...pair.anchors.map(({ dates }) => dates.a));
  return Math.max(newest, Math.floor(Date.now() / 1000) - DAY_SECONDS);
}

function placesWorth({ run }: MailboxWork, rows: readonly MessageMetadata[]): number {
  const sizeBytes = rows.reduce((sum, row) => sum + row.sizeBytes, 0);
  const searches = Math.max(1, Math.ceil(rows.length / SOUGHT_AT_ONCE));
  return Math.floor(sizeBytes / (searches * (run.options.worthASearchBytes ?? WORTH_A_SEARCH_BYTES)));
}
