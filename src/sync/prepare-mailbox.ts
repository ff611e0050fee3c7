import { displayPath, pathOf } from '../model/mailbox-path.js';
import type { PairSummary } from '../state/pair-summary.js';
import type { MailSession } from '../store/mail-store.js';
import { createDestination } from './create-destination.js';
import type { RunContext } from './run-context.js';
import type { MailboxToDo } from './surveyed-account.js';

/**
 * Makes sure that the destination has the mailbox. `isCreated`: it was created by this run already. Returns the mailbox
 * with the name the destination took.
 */
export async function prepareMailbox(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
  isCreated: boolean,
): Promise<MailboxToDo> {
  const { state, policy } = run.options;
  const { source, destination, display, existing } = mailbox;
  const pair = state.pairByName('a', source.name) ?? state.createPair(source.name, destination);
  if (run.options.dryRun) {
    if (!existing?.status) run.emit({ type: 'mailbox-created', mailbox: display, side: 'destination' });
    return mailbox;
  }
  const mustCreate = !isCreated && !existing?.status && policy.aToB.createMailboxes;
  const name = mustCreate ? await createDestination(run, session, mailbox) : destination;
  run.destinationNames.set(source.name, name);
  if (pair.names.b !== name) {
    const { key, subscribed } = pair;
    state.record({ t: 'mailbox', key, a: source.name, b: name, subscribed, nameFrom: null });
  }
  return name === destination ? mailbox : { ...mailbox, destination: name, ...displayOf(mailbox, name) };
}

function displayOf({ style }: MailboxToDo, name: string): { destinationDisplay: string } {
  return { destinationDisplay: displayPath(pathOf(name, style.delimiter, style.namespace)) };
}

/** Whether there is anything for {@link prepareMailbox} to do. */
export function needsPreparation(mailbox: MailboxToDo, pair: PairSummary | undefined): boolean {
  return !pair || !mailbox.existing?.status || pair.names.b !== mailbox.destination;
}
