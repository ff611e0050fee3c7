import type { RunContext } from '../run-context.js';
import { isInboxName, presentName, type TreePair } from './locate.js';
import { isSurelyGone } from './surely-gone.js';

/**
 * Of the selected pairs without a mailbox at side a, those of which the server says so once more when asked for that
 * very name. Where another mailbox has the name now there is nothing to ask. INBOX is never gone.
 */
export async function confirmGone(run: RunContext, pairs: readonly TreePair[]): Promise<TreePair[]> {
  const taken = new Set(pairs.map(({ a }) => presentName(a)));
  const missing = pairs.filter(isMissing);
  const asked = missing.filter(({ summary }) => summary.names.a !== null && !taken.has(summary.names.a));
  if (asked.length === 0) return missing;
  const there = new Set<TreePair>();
  const session = await run.options.a.lease(run.signal);
  try {
    const ask = async (pair: TreePair): Promise<void> => {
      if (!(await isSurelyGone(session, pair.summary.names.a ?? '', run.signal))) there.add(pair);
    };
    // The questions go out together.
    await Promise.all(asked.map(ask));
  } finally {
    session.release();
  }
  return missing.filter((pair) => !there.has(pair));
}

function isMissing({ a, b, summary, isSelected }: TreePair): boolean {
  const { names, cursors } = summary;
  if (a.kind !== 'gone' || !isSelected) return false;
  const isInbox = [names.a, names.b, presentName(b)].some((name) => name !== null && isInboxName(name));
  // Without a name and without a cursor it never was there.
  return !isInbox && (names.a !== null || cursors.a !== null);
}
