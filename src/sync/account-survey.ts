import { asMailferryError, MailferryError } from '../errors.js';
import type { ListedMailbox, MailboxListing, WireName } from '../model/mailbox.js';
import type { RunSide } from '../report/events.js';
import type { Side } from '../state/record.js';
import type { MailStore, StoreFacts } from '../store/mail-store.js';
import { isDirty } from './dirty-check.js';
import { type MappedMailbox, mapMailboxes } from './mailbox-map.js';
import { filterHash } from './message-filter.js';
import { type NameStyle, nameStyle } from './name-style.js';
import { policyHash } from './policy-hash.js';
import type { RunContext } from './run-context.js';
import { checkPatterns, isSelected } from './selection.js';

/** A mailbox in scope, with what its destination is now. */
export interface MailboxToDo extends MappedMailbox {
  readonly existing: ListedMailbox | undefined;
  readonly dirty: boolean;
  /** How the destination names its mailboxes. */
  readonly style: NameStyle;
}

interface ListedAccount {
  readonly facts: StoreFacts;
  readonly listing: MailboxListing;
}

/** Connects both sides at once, lists them, and decides which mailboxes have to be opened. */
export async function surveyAccounts(run: RunContext): Promise<MailboxToDo[]> {
  const { a, b, state, selection, altChar } = run.options;
  const [source, destination] = await bothOrFirstError(
    run,
    listAccount(run, a, 'source'),
    listAccount(run, b, 'destination'),
  );
  if (!source.listing.complete) reportIncomplete(run, a.account);
  const style = nameStyle(destination.facts, destination.listing.mailboxes);
  const mapped = mapMailboxes(
    source.listing.mailboxes,
    nameStyle(source.facts, source.listing.mailboxes),
    style,
    knownNames(run, 'a'),
    { existing: destination.listing.mailboxes, ...(altChar === undefined ? {} : { altChar }) },
  );
  for (const mailbox of mapped) run.destinationNames.set(mailbox.source.name, mailbox.destination);
  run.listedNames = new Set(destination.listing.mailboxes.map(({ name }) => name));
  const there = new Map(destination.listing.mailboxes.map((mailbox) => [mailbox.name, mailbox]));
  const selectable = (mailbox: MappedMailbox) => ({
    display: mailbox.display,
    specialUse: mailbox.source.specialUse,
  });
  checkPatterns(selection, mapped.map(selectable), a.account);
  const chosen = mapped.filter((mailbox) => isSelected(selection, selectable(mailbox)));
  const { full, restore, skipped } = run.options;
  const mustLook = full || restore === true || skipped === 'retry';
  run.filterKey = filterHash(run.filter, destination.facts.features.appendLimitBytes);
  const rules = { policy: policyHash(run.options.policy), filter: run.filterKey };
  const toDo = chosen.map((mailbox) => {
    const existing = there.get(mailbox.destination);
    const pair = state.pairByName('a', mailbox.source.name);
    const question = { known: pair, source: mailbox.source, destination: existing, ...rules };
    const mustAccept = skipped === 'accept' && (pair?.skipped ?? 0) > 0;
    return { ...mailbox, style, existing, dirty: mustLook || mustAccept || isDirty(question) };
  });
  const dirty = toDo.filter((mailbox) => mailbox.dirty);
  const messages = dirty.reduce((sum, mailbox) => sum + expectedMessages(run, mailbox), 0);
  run.emit({ type: 'listed', seen: toDo.length, dirty: dirty.length, messages });
  return toDo;
}

/** How many messages there may be to carry, by the counts of STATUS alone. */
export function expectedMessages(run: RunContext, { source }: MailboxToDo): number {
  const done = run.options.state.pairByName('a', source.name)?.cursors.a?.messages ?? 0;
  return Math.max(0, (source.status?.messages ?? 0) - done);
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

function knownNames(run: RunContext, side: Side): Map<WireName, WireName> {
  const names = new Map<WireName, WireName>();
  for (const { names: pair } of run.options.state.pairs()) {
    const [own, other] = side === 'a' ? [pair.a, pair.b] : [pair.b, pair.a];
    if (own !== null && other !== null) names.set(own, other);
  }
  return names;
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
