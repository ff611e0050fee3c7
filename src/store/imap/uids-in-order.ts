import { UidSet } from '../../model/uid-set.js';

/**
 * UIDs in the order a response code of UIDPLUS writes them; a range means the same in either direction (RFC 4315,
 * section 4). null for what is no such set or has more than `limit` UIDs: a set is hostile input like any other.
 */
export function uidsInOrder(set: string, limit: number): number[] | null {
  const uids: number[] = [];
  for (const part of set.split(',', limit + 1)) {
    const range = UidSet.parse(part);
    if (!range || uids.length + range.size > limit) return null;
    uids.push(...range.uids());
  }
  return uids;
}
