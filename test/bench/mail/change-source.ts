import { generateAccount, Random } from '../../support/accounts/index.js';
import {
  type AccountLogin,
  type AppendableMessage,
  appendAll,
  listMailboxes,
  type RawImap,
  withLogin,
} from '../../support/imap-client/index.js';
import { search, select } from './select.js';

/** How many messages are concerned in one round, in all mailboxes together. */
export interface Changes {
  readonly flagged: number;
  readonly added: number;
  readonly removed: number;
}

/** One message in a hundred gets other flags, one is new, one is removed. */
export function onePercentOf(messages: number): Changes {
  const count = Math.max(1, Math.round(messages / 100));
  return { flagged: count, added: count, removed: count };
}

/** Changes an account as its user would. The same seed finds the same messages. */
export function changeSource(login: AccountLogin, changes: Changes, seed: string): Promise<void> {
  const random = new Random(`changes/${seed}`);
  const { mailboxes } = generateAccount({
    seed: `new/${seed}`,
    messages: changes.added,
    mailboxes: 1,
    spread: 'even',
    keywords: false,
    deleted: false,
    duplicates: false,
    maxSizeBytes: 1024 ** 2,
  });
  const added = [...(mailboxes[0]?.messages ?? [])];
  return withLogin(login, {}, async (imap) => {
    const names = (await listMailboxes(imap)).mailboxes.filter(({ selectable }) => selectable);
    for (const [index, { rawName }] of names.entries()) {
      const share = (count: number): number =>
        Math.floor((count * (index + 1)) / names.length) - Math.floor((count * index) / names.length);
      await changeMailbox(imap, rawName, random, {
        flagged: share(changes.flagged),
        removed: share(changes.removed),
        added: added.splice(0, share(changes.added)),
      });
    }
  });
}

interface MailboxChanges {
  readonly flagged: number;
  readonly removed: number;
  readonly added: readonly AppendableMessage[];
}

async function changeMailbox(
  imap: RawImap,
  rawName: string,
  random: Random,
  { flagged, removed, added }: MailboxChanges,
): Promise<void> {
  await select(imap, rawName);
  const uids = await search(imap, 'ALL');
  const chosen = (count: number): number[] =>
    Array.from({ length: count }, () => uids.splice(random.between(0, uids.length - 1), 1)).flat();
  const gone = chosen(removed);
  if (gone.length > 0) {
    await imap.run([`UID STORE ${gone.join(',')} +FLAGS.SILENT (\\Deleted)`]);
    await imap.run([`UID EXPUNGE ${gone.join(',')}`]);
  }
  for (const [turn, uid] of chosen(flagged).entries()) {
    const change = turn % 2 === 0 ? '+FLAGS.SILENT (\\Flagged)' : '-FLAGS.SILENT (\\Seen)';
    await imap.run([`UID STORE ${uid} ${change}`]);
  }
  await appendAll(imap, rawName, added);
  await imap.run(['UNSELECT']);
}
