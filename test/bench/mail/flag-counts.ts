import { type AccountLogin, argument, listMailboxes, withLogin } from '../../support/imap-client/index.js';
import { search } from './select.js';

/** How many messages carry a flag, keyed by mailbox and flag. */
export type FlagCounts = ReadonlyMap<string, number>;

const FLAGS = ['SEEN', 'ANSWERED', 'FLAGGED', 'DRAFT', 'DELETED'];

/** Looks at an account as a client that has nothing to do with the programs under measurement. */
export function readFlagCounts(login: AccountLogin): Promise<FlagCounts> {
  return withLogin(login, {}, async (imap) => {
    const counts = new Map<string, number>();
    const { mailboxes } = await listMailboxes(imap);
    for (const { path, rawName } of mailboxes.filter(({ selectable }) => selectable)) {
      await imap.run(['EXAMINE ', argument(rawName)]);
      for (const flag of FLAGS) counts.set(`${path.join('/')} ${flag}`, (await search(imap, flag)).length);
    }
    return counts;
  });
}

export function differenceOfFlags(wanted: FlagCounts, found: FlagCounts): string | undefined {
  for (const [what, count] of wanted) {
    if (found.get(what) !== count) return `${what} is ${found.get(what)} instead of ${count}`;
  }
  return undefined;
}
