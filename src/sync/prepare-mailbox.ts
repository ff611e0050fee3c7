import { asMailferryError } from '../errors.js';
import type { WireName } from '../model/mailbox.js';
import { displayPath, pathOf } from '../model/mailbox-path.js';
import type { PairSummary } from '../state/pair-summary.js';
import type { MailSession } from '../store/mail-store.js';
import type { MailboxToDo } from './account-survey.js';
import { createDestination } from './create-destination.js';
import type { RunContext } from './run-context.js';

/**
 * Makes sure that the destination has the mailbox, and carries a new subscription. Returns the mailbox with the name the
 * destination took.
 */
export async function prepareMailbox(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
): Promise<MailboxToDo> {
  const { state, policy } = run.options;
  const { source, destination, display, existing } = mailbox;
  const pair = state.pairByName('a', source.name) ?? state.createPair(source.name, destination);
  if (run.options.dryRun) {
    if (!existing?.status) run.emit({ type: 'mailbox-created', mailbox: display, side: 'destination' });
    return mailbox;
  }
  const created = !existing?.status && policy.aToB.createMailboxes;
  const name = created ? await createDestination(run, session, mailbox) : destination;
  run.destinationNames.set(source.name, name);
  const placed =
    name === destination ? mailbox : { ...mailbox, destination: name, ...displayOf(mailbox, name) };
  await carrySubscription(run, session, placed, pair);
  return placed;
}

function displayOf({ style }: MailboxToDo, name: string): { destinationDisplay: string } {
  return { destinationDisplay: displayPath(pathOf(name, style.delimiter, style.namespace)) };
}

/** Only what the source subscribed to since the last run: whoever unsubscribed at the destination meant it. */
async function carrySubscription(
  run: RunContext,
  session: MailSession,
  { source, destination, existing, display }: MailboxToDo,
  pair: PairSummary,
): Promise<void> {
  const { key, names, subscribed } = pair;
  if (subscribed === source.subscribed && names.b === destination) return;
  const isWanted = source.subscribed && !existing?.subscribed;
  const isDone = !isWanted || (await trySubscribe(run, session, destination, display));
  const agreed = isDone ? source.subscribed : subscribed;
  run.options.state.record({ t: 'mailbox', key, a: source.name, b: destination, subscribed: agreed });
}

/** A subscription that is refused is told, and no reason to leave the mail behind. */
async function trySubscribe(
  run: RunContext,
  session: MailSession,
  destination: WireName,
  display: string,
): Promise<boolean> {
  try {
    await session.subscribe(destination, true, run.signal);
    return true;
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.scope !== 'mailbox') throw error;
    run.problem(error, display);
    return false;
  }
}

/** Whether there is anything for {@link prepareMailbox} to do. */
export function needsPreparation(mailbox: MailboxToDo, pair: PairSummary | undefined): boolean {
  return !pair || !mailbox.existing?.status || pair.subscribed !== mailbox.source.subscribed;
}
