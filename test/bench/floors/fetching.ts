import { type AccountLogin, listMailboxes, withLogin } from '../../support/imap-client/index.js';
import type { SourceAccount } from '../mail/source.js';
import { quoted, sayAll } from './bare-socket.js';

interface Filled {
  readonly rawName: string;
  readonly messages: number;
}

/** With at least so many mailboxes a connection each is shared out as a whole. */
const WHOLE_MAILBOXES = 4;
const ITEMS = 'UID FLAGS INTERNALDATE BODY.PEEK[]';

/**
 * Milliseconds that a bare client takes to fetch all of an account over so many connections.
 *
 * @param way where the account is reached.
 */
export async function timeFetching(
  source: SourceAccount,
  way: AccountLogin,
  connections: number,
): Promise<number> {
  const mailboxes = await filledMailboxes(source);
  const plans = Array.from({ length: connections }, (_, index) => planOf(mailboxes, index, connections));
  const useful = plans.filter((plan) => plan.length > 0);
  const startedMs = performance.now();
  const received = await Promise.all(useful.map((plan) => sayAll(way, plan)));
  const elapsedMs = performance.now() - startedMs;
  const octets = received.reduce((sum, each) => sum + each, 0);
  if (octets < source.sizeBytes)
    throw new Error(`a bare client received ${octets} octets of ${source.sizeBytes}`);
  return elapsedMs;
}

function filledMailboxes({ login, contents }: SourceAccount): Promise<Filled[]> {
  return withLogin(login, {}, async (imap) => {
    const { mailboxes } = await listMailboxes(imap);
    const all = mailboxes.map(({ rawName, path }) => ({
      rawName,
      messages: contents.get(path.join('/')) ?? 0,
    }));
    return all.filter(({ messages }) => messages > 0);
  });
}

/** Whole mailboxes where there are many, else a slice of each. */
function planOf(mailboxes: readonly Filled[], index: number, connections: number): Buffer[][] {
  if (mailboxes.length >= WHOLE_MAILBOXES * connections) {
    const own = mailboxes.filter((_, place) => place % connections === index);
    return own.flatMap(({ rawName }) => commandsFor(rawName, '1:*'));
  }
  return mailboxes.flatMap(({ rawName, messages }) => {
    const first = Math.floor((messages * index) / connections) + 1;
    const last = Math.floor((messages * (index + 1)) / connections);
    return first > last ? [] : commandsFor(rawName, `${first}:${last}`);
  });
}

function commandsFor(rawName: string, messages: string): Buffer[][] {
  return [`EXAMINE ${quoted(rawName)}`, `FETCH ${messages} (${ITEMS})`].map((command) => [
    Buffer.from(command, 'latin1'),
  ]);
}
