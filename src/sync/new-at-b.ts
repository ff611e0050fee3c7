import { isSelectable, type WireName } from '../model/mailbox.js';
import type { ListedAccount } from './list-accounts.js';
import { type MappedMailbox, mapMailboxes } from './mailbox-map.js';
import { nameStyle } from './name-style.js';
import type { RunContext } from './run-context.js';
import { isSelected } from './selection.js';
import type { AccountSurvey, MailboxToDo } from './surveyed-account.js';

/**
 * Mailboxes that only side b has and that belong to no pair yet, as work for the run with its sides exchanged: each with
 * the name it is to get at side a. Empty for verbs that go one way.
 */
export function newAtB(
  run: RunContext,
  listed: { readonly a: ListedAccount; readonly b: ListedAccount },
  mapped: readonly MappedMailbox[],
): MailboxToDo[] {
  const { backward } = run;
  if (!backward) return [];
  const { altChar, selection, state } = run.options;
  const { a, b } = listed;
  const styles = { a: nameStyle(a.facts, a.listing.mailboxes), b: nameStyle(b.facts, b.listing.mailboxes) };
  const known = new Map<WireName, WireName>(
    mapped.map(({ source, destination }) => [destination, source.name]),
  );
  const there = new Map(a.listing.mailboxes.map((mailbox) => [mailbox.name, mailbox]));
  const isNew = (name: WireName): boolean => {
    if (known.has(name)) return false;
    const pair = state.pairByName('b', name);
    // One that was to be created at side a when a run broke off.
    return !pair || (pair.cursors.a === null && (pair.names.a === null || !there.has(pair.names.a)));
  };
  const unknown = b.listing.mailboxes.filter((mailbox) => isSelectable(mailbox) && isNew(mailbox.name));
  const options = { existing: a.listing.mailboxes, ...(altChar === undefined ? {} : { altChar }) };
  const named = mapMailboxes(unknown, styles.b, styles.a, known, options);
  for (const mailbox of named) backward.destinationNames.set(mailbox.source.name, mailbox.destination);
  for (const [name, partner] of known) backward.destinationNames.set(name, partner);
  backward.listedNames = new Set(there.keys());
  return named
    .filter(({ display, source }) => isSelected(selection, { display, specialUse: source.specialUse }))
    .map((mailbox) => ({
      ...mailbox,
      style: styles.a,
      existing: there.get(mailbox.destination),
      dirty: true,
    }));
}

/** A mailbox prepared with the sides exchanged, as work for the run itself. */
export function turnedMailbox(mailbox: MailboxToDo, { styles }: AccountSurvey): MailboxToDo {
  const { source, destination, display } = mailbox;
  const { delimiter } = styles.a;
  return {
    source: {
      ...source,
      name: destination,
      delimiter,
      attributes: [],
      subscribed: mailbox.existing?.subscribed ?? false,
      status: mailbox.existing?.status ?? null,
    },
    display: mailbox.destinationDisplay,
    path: mailbox.path,
    destination: source.name,
    destinationDisplay: display,
    role: null,
    existing: source,
    dirty: true,
    style: styles.b,
  };
}

/** In a dry run the mailboxes are not created, so that what they would get is told by their counts. */
export function tellNewAtB(backward: RunContext, mailboxes: readonly MailboxToDo[]): void {
  for (const { display: mailbox, destinationDisplay: destination, source } of mailboxes) {
    backward.emit({ type: 'mailbox-started', mailbox, destination });
    const messages = source.status?.messages ?? 0;
    backward.emit({ type: 'mailbox-planned', mailbox, messages, sizeBytes: null });
    backward.emit({ type: 'mailbox-finished', mailbox, changed: false, failed: false });
  }
}
