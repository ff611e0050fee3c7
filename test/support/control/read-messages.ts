import type { FillableMailbox } from '../accounts/index.js';
import {
  type AccountLogin,
  type AppendableMessage,
  examine,
  fetchAll,
  listMailboxes,
  type RawImap,
  tokenBytes,
  tokenList,
  tokenText,
  withLogin,
} from '../imap-client/index.js';

/** A message as a server hands it out: what another client would append elsewhere. */
export interface ReadMessage extends AppendableMessage {
  readonly uid: number;
}

export interface ReadMailbox extends FillableMailbox {
  readonly messages: readonly ReadMessage[];
}

/** Everything an account holds, with octets, in a form that `fillAccount` takes. Changes nothing. */
export async function readMessages(login: AccountLogin): Promise<readonly ReadMailbox[]> {
  return withLogin(login, {}, async (imap) => {
    const { mailboxes } = await listMailboxes(imap);
    const read: ReadMailbox[] = [];
    for (const { path, rawName, selectable, subscribed } of mailboxes) {
      if (selectable) read.push({ path, subscribed, messages: await messagesOf(imap, rawName) });
    }
    return read;
  });
}

async function messagesOf(imap: RawImap, rawName: string): Promise<ReadMessage[]> {
  const { exists } = await examine(imap, rawName);
  const messages: ReadMessage[] = [];
  if (exists === 0) return messages;
  await fetchAll(imap, 'UID FLAGS INTERNALDATE BODY.PEEK[]', (items) => {
    const octets = tokenBytes(items.get('BODY[]'));
    if (octets === undefined) return;
    const flags = tokenList(items.get('FLAGS')).map(tokenText);
    messages.push({
      uid: Number(tokenText(items.get('UID'))),
      flags: flags.filter((flag) => flag.toLowerCase() !== '\\recent'),
      internalDate: tokenText(items.get('INTERNALDATE')),
      body: () => octets,
    });
  });
  await imap.command(['UNSELECT']);
  return messages.sort((left, right) => left.uid - right.uid);
}
