import { createHash } from 'node:crypto';
import {
  type AccountLogin,
  argument,
  type ConnectOptions,
  dataOf,
  examine,
  fetchAll,
  type ListedMailbox,
  listMailboxes,
  type RawImap,
  tokenList,
  tokenText,
  withLogin,
} from '../imap-client/index.js';

/**
 * One line a mailbox. Taken before and after, two equal fingerprints prove that nobody wrote: a new message, a
 * flag, an expunge, a subscription and a lost \Recent all show.
 */
export type ServerFingerprint = readonly string[];

/** Takes a fingerprint without changing what it looks at: STATUS, EXAMINE and FETCH of flags. */
export async function fingerprintServer(
  login: AccountLogin,
  options: ConnectOptions = {},
): Promise<ServerFingerprint> {
  return withLogin(login, options, async (imap) => {
    const { mailboxes, orphanSubscriptions } = await listMailboxes(imap);
    const lines = orphanSubscriptions.map((path) => `${path.join(' > ')} subscribed without a mailbox`);
    for (const mailbox of mailboxes) lines.push(await fingerprint(imap, mailbox));
    return lines;
  });
}

async function fingerprint(imap: RawImap, mailbox: ListedMailbox): Promise<string> {
  const name = `${mailbox.rawName}${mailbox.subscribed ? ' subscribed' : ''}`;
  if (!mailbox.selectable) return `${name} not selectable`;
  const modseq = imap.has('CONDSTORE') ? ' HIGHESTMODSEQ' : '';
  const asked = `MESSAGES UIDNEXT UIDVALIDITY RECENT UNSEEN${modseq}`;
  const { untagged } = await imap.run(['STATUS ', argument(mailbox.rawName), ` (${asked})`]);
  const status = tokenList(dataOf(untagged, 'STATUS')[0]?.[2]).map(tokenText);
  const { rows, digest } = await flagsDigest(imap, mailbox.rawName);
  return `${name} ${status.join(' ')} flags of ${rows}: ${digest}`;
}

async function flagsDigest(imap: RawImap, rawName: string): Promise<{ rows: number; digest: string }> {
  const { exists } = await examine(imap, rawName);
  const hash = createHash('sha256');
  let rows = 0;
  if (exists > 0) {
    await fetchAll(imap, 'UID FLAGS', (items) => {
      if (!items.has('UID')) return;
      const flags = tokenList(items.get('FLAGS')).map(tokenText).sort();
      hash.update(`${tokenText(items.get('UID'))} ${flags.join(' ')}\n`);
      rows++;
    });
  }
  return { rows, digest: hash.digest('hex').slice(0, 16) };
}
