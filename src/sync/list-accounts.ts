import { asMailferryError, MailferryError } from '../errors.js';
import type { MailboxListing } from '../model/mailbox.js';
import type { RunSide } from '../report/events.js';
import type { MailStore, StoreFacts } from '../store/mail-store.js';
import type { RunContext } from './run-context.js';

export interface ListedAccount {
  readonly facts: StoreFacts;
  readonly listing: MailboxListing;
}

/** Connects both sides at once and lists them. */
export async function listAccounts(run: RunContext): Promise<{ a: ListedAccount; b: ListedAccount }> {
  const { a: source, b: destination } = run.options;
  const [a, b] = await bothOrFirstError(
    run,
    listAccount(run, source, 'source'),
    listAccount(run, destination, 'destination'),
  );
  if (!a.listing.complete) reportIncomplete(run, source.account);
  if (run.backward && !b.listing.complete) reportIncomplete(run, destination.account);
  return { a, b };
}

/** Lists the destination once more, after its tree was changed. */
export async function listAgain(run: RunContext, store: MailStore): Promise<ListedAccount> {
  const session = await store.lease(run.signal);
  try {
    return { facts: session.facts, listing: await session.list(run.signal) };
  } finally {
    session.release();
  }
}

/** Both answers; when one side fails the other is not left hanging, and the source's error comes first. */
async function bothOrFirstError<A, B>(
  run: RunContext,
  first: Promise<A>,
  second: Promise<B>,
): Promise<[A, B]> {
  const [a, b] = await Promise.allSettled([first, second]);
  if (a.status === 'rejected') {
    // The run ends with the first error; the second is worth mending at the same time.
    const other = b.status === 'rejected' ? asMailferryError(b.reason) : null;
    if (other && other.code !== 'INTERRUPTED') run.problem(other);
    throw a.reason;
  }
  if (b.status === 'rejected') throw b.reason;
  return [a.value, b.value];
}

async function listAccount(run: RunContext, store: MailStore, side: RunSide): Promise<ListedAccount> {
  // Nothing is in flight yet that would have to be finished: being asked to finish ends it at once.
  const signal = AbortSignal.any([run.signal, run.options.finish]);
  const session = await store.lease(signal);
  try {
    run.emit({ type: 'connected', side, account: store.account, software: session.facts.software });
    return { facts: session.facts, listing: await session.list(signal) };
  } finally {
    session.release();
  }
}

function reportIncomplete(run: RunContext, account: string): void {
  const message = 'a line of the mailbox list cannot be understood; that mailbox is left out';
  run.problem(
    new MailferryError({
      code: 'LISTING_INCOMPLETE',
      scope: 'account',
      retry: 'later',
      message,
      at: { account },
    }),
  );
}
