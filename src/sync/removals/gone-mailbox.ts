import { displayPath, pathOf } from '../../model/mailbox-path.js';
import type { PairSummary } from '../../state/pair-summary.js';
import { workOn } from '../mailbox-work.js';
import type { NameStyle } from '../name-style.js';
import type { MailboxWork, RunContext } from '../run-context.js';

/** A mailbox that is provably gone at side a, with what is known of its partner. */
export interface GoneMailbox {
  readonly work: MailboxWork;
  /** uidNext of the partner when its messages were removed; null when they were not. */
  emptiedUidNext: number | null;
}

/** `style`: how side b names its mailboxes. */
export async function openGoneMailboxes(
  run: RunContext,
  pairs: readonly PairSummary[],
  { delimiter, namespace }: NameStyle,
): Promise<GoneMailbox[]> {
  const gone: GoneMailbox[] = [];
  for (const { key, names } of pairs) {
    if (names.b === null) continue;
    const display = displayPath(pathOf(names.b, delimiter, namespace));
    // Without a name at side a it has lost that to another mailbox; there is nothing to be opened there either way.
    const place = {
      names: { a: names.a ?? '', b: names.b },
      display,
      destinationExists: true,
      listed: { a: null, b: null },
    };
    gone.push({ work: await workOn(run, key, place), emptiedUidNext: null });
  }
  return gone;
}
