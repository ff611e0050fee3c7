import type { ListedMailbox, WireName } from '../../model/mailbox.js';
import type { PairSummary } from '../../state/pair-summary.js';
import type { Side } from '../../state/record.js';
import type { MailStore } from '../../store/mail-store.js';
import type { SyncPolicy } from '../policy.js';
import type { RunContext } from '../run-context.js';
import { trySubscribe } from './try-subscribe.js';

/** Commands on their way at once. */
const WINDOW = 100;

/** Whether a mailbox is subscribed to, on either side and as it was last agreed on (null: never). */
export interface Subscribed {
  readonly a: boolean;
  readonly b: boolean;
  readonly agreed: boolean | null;
}

/** A mailbox of side a with its partner as it was listed, if it was there by then. */
export interface SubscribableMailbox {
  readonly source: ListedMailbox;
  readonly existing: ListedMailbox | undefined;
  /** Name for people. */
  readonly display: string;
}

interface Due extends Subscribed {
  readonly mailbox: SubscribableMailbox;
  readonly pair: PairSummary;
  readonly wanted: Readonly<Record<Side, boolean>>;
}

/**
 * What is to be subscribed to on both sides. `leave`: only what side a subscribed to since goes over, as whoever
 * unsubscribed at side b meant it; `a-wins`: side b becomes as side a is; `merge`: whoever changed it has it, and where
 * nobody knows who that was it is subscribed to.
 */
export function wantedSubscriptions(
  changesOfB: SyncPolicy['changesOfB'],
  { a, b, agreed }: Subscribed,
): Readonly<Record<Side, boolean>> {
  if (changesOfB === 'a-wins') return { a, b: a };
  if (changesOfB === 'leave') return { a, b: b || (a && agreed !== true) };
  const both = a === b ? a : agreed !== true;
  return { a: both, b: both };
}

/**
 * Carries subscriptions of mailboxes that are there on both sides. What a server refuses is told, and tried again by the
 * next run. Commands do not wait for each other.
 */
export async function carrySubscriptions(
  run: RunContext,
  mailboxes: readonly SubscribableMailbox[],
): Promise<void> {
  const { policy, state, a, b, dryRun } = run.options;
  if (dryRun) return;
  const due = mailboxes.flatMap((mailbox): Due[] => {
    const pair = state.pairByName('a', mailbox.source.name);
    if (!pair || pair.names.b === null) return [];
    const { source, existing } = mailbox;
    // Nobody has taken away the subscription of one that was not listed.
    const agreed = existing || policy.changesOfB !== 'merge' ? pair.subscribed : null;
    const now = { a: source.subscribed, b: existing?.subscribed ?? false, agreed };
    const wanted = wantedSubscriptions(policy.changesOfB, now);
    const isSettled = wanted.a === now.a && wanted.b === now.b && now.agreed === wanted.a;
    return isSettled ? [] : [{ ...now, mailbox, pair, wanted }];
  });
  const refused = new Set<Due>();
  await subscribeOn(
    run,
    b,
    due.filter((one) => one.wanted.b !== one.b),
    'b',
    refused,
  );
  await subscribeOn(
    run,
    a,
    due.filter((one) => one.wanted.a !== one.a),
    'a',
    refused,
  );
  for (const one of due) {
    const { key, names } = one.pair;
    if (!refused.has(one)) state.record({ t: 'mailbox', key, ...names, subscribed: one.wanted.a });
  }
}

async function subscribeOn(
  run: RunContext,
  store: MailStore,
  due: readonly Due[],
  side: Side,
  refused: Set<Due>,
): Promise<void> {
  if (due.length === 0) return;
  const session = await store.lease(run.signal);
  try {
    for (let at = 0; at < due.length; at += WINDOW) {
      run.checkFinish();
      const window = due.slice(at, at + WINDOW).map(async (one) => {
        const name: WireName = one.pair.names[side] ?? '';
        const isDone = await trySubscribe(run, session, name, one.wanted[side], one.mailbox.display);
        if (!isDone) refused.add(one);
      });
      await Promise.all(window);
    }
  } finally {
    session.release();
  }
}
