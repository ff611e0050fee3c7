import { MailferryError } from '../../errors.js';
import { UidSet } from '../../model/uid-set.js';
import type { StoreFeatures } from '../mail-store.js';
import { type FetchTarget, fetchRows } from './fetch-rows.js';
import { search } from './search.js';
import { atomsOf, numberOf } from './wire/tokens.js';

/** Ids asked about in one SEARCH: their keys nest, and servers bound that. */
const IDS_PER_SEARCH = 50;
/** `objectid` of RFC 8474, section 4.1; anything else is no id, and goes into no command. */
const OBJECT_ID = /^[\w-]{1,255}$/;

/** EMAILID of messages (RFC 8474, section 5.1). Throws COMMAND_REFUSED where it is not offered. */
export async function fetchEmailIds(
  target: FetchTarget,
  features: StoreFeatures,
  uids: UidSet,
  signal: AbortSignal,
): Promise<Map<number, string>> {
  if (!features.emailId) throw withoutEmailIds(target.mailbox);
  const ids = new Map<number, string>();
  await fetchRows(
    target,
    uids,
    '(UID EMAILID)',
    (items) => {
      const uid = numberOf(items.get('UID'));
      const id = atomsOf(items.get('EMAILID'))?.[0];
      if (uid !== null && uids.has(uid) && id !== undefined && OBJECT_ID.test(id)) ids.set(uid, id);
    },
    () => undefined,
    signal,
  );
  return ids;
}

/**
 * UIDs by EMAILID: one SEARCH (RFC 8474, section 6) finds the messages of several ids, and which has which is asked
 * afterwards. Throws COMMAND_REFUSED where it is not offered.
 */
export async function findEmailIds(
  target: FetchTarget,
  features: StoreFeatures,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, UidSet>> {
  if (!features.emailId) throw withoutEmailIds(target.mailbox);
  const asked = [...new Set(ids)].filter((id) => OBJECT_ID.test(id));
  let uids = UidSet.empty;
  for (let at = 0; at < asked.length; at += IDS_PER_SEARCH) {
    const criterion = anyOf(asked.slice(at, at + IDS_PER_SEARCH));
    uids = uids.union(await search(target.connection, features, target.mailbox, criterion, signal));
  }
  const found = new Map<string, number[]>(asked.map((id) => [id, []]));
  for (const [uid, id] of await fetchEmailIds(target, features, uids, signal)) found.get(id)?.push(uid);
  const some = [...found].filter(([, own]) => own.length > 0);
  return new Map(some.map(([id, own]) => [id, UidSet.from(own)]));
}

/** `OR a OR b c` (RFC 3501, section 6.4.4). */
function anyOf(ids: readonly string[]): string {
  return ids.map((id, at) => `${at < ids.length - 1 ? 'OR ' : ''}EMAILID ${id}`).join(' ');
}

function withoutEmailIds(mailbox: string): MailferryError {
  return new MailferryError({
    code: 'COMMAND_REFUSED',
    scope: 'mailbox',
    retry: 'never',
    message: 'the server has no EMAILID',
    at: { mailbox },
  });
}
