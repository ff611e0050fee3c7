import type { PairSummary } from '../state/pair-summary.js';
import type { MailSession } from '../store/mail-store.js';
import type { MailboxToDo } from './account-survey.js';
import type { RunContext } from './run-context.js';

/** Makes sure that the destination has the mailbox, and carries a new subscription. */
export async function prepareMailbox(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
): Promise<PairSummary> {
  const { state, policy, signal } = run.options;
  const { destination, display, existing } = mailbox;
  const pair =
    state.pairByName('a', mailbox.source.name) ?? state.createPair(mailbox.source.name, destination);
  if (!existing?.status && policy.aToB.createMailboxes) {
    const created = await session.create(destination, null, signal);
    if (created) run.emit({ type: 'mailbox-created', mailbox: display, side: 'destination' });
  }
  await carrySubscription(run, session, mailbox, pair);
  return pair;
}

/** Only what the source subscribed to since the last run: whoever unsubscribed at the destination meant it. */
async function carrySubscription(
  run: RunContext,
  session: MailSession,
  { source, destination, existing }: MailboxToDo,
  pair: PairSummary,
): Promise<void> {
  if (pair.subscribed === source.subscribed) return;
  if (source.subscribed && !existing?.subscribed) await session.subscribe(destination, true, run.signal);
  const { key } = pair;
  run.options.state.record({
    t: 'mailbox',
    key,
    a: source.name,
    b: destination,
    subscribed: source.subscribed,
  });
}

/** Whether there is anything for {@link prepareMailbox} to do. */
export function needsPreparation(mailbox: MailboxToDo, pair: PairSummary | undefined): boolean {
  return !pair || !mailbox.existing?.status || pair.subscribed !== mailbox.source.subscribed;
}
