import { MailferryError } from '../../errors.js';
import { counted } from '../../model/counted.js';
import type { UidSet } from '../../model/uid-set.js';
import type { MailSession, OpenMailbox } from '../../store/mail-store.js';
import { indebted } from '../known-messages.js';
import type { MailboxWork } from '../run-context.js';
import { whereGone } from './where-gone.js';

/** What is to go from the destination. */
export interface Removal {
  /** By UIDs of side a: pairs whose message is gone there, confirmed. */
  readonly gone: UidSet;
  /** By UIDs of side b: messages without a partner that are not to be there. */
  readonly extra: UidSet;
}

/**
 * Removes messages from the destination and forgets their pairs. Killed between the two, the next run finds them gone on
 * both sides. `open` is the destination's mailbox, opened by SELECT just now.
 */
export async function removeMessages(
  work: MailboxWork,
  session: MailSession,
  open: OpenMailbox,
  removal: Removal,
): Promise<void> {
  const { run } = work;
  const uids = goingUids(work, removal);
  if (uids.isEmpty) {
    forget(work, removal);
    return;
  }
  if (!session.facts.features.uidplus) {
    holdRemovals(work, removal, 'no-uidplus');
    run.problem(unsupported(work, uids.size), work.display);
    return;
  }
  work.wrote = true;
  await open.expunge(uids, run.signal);
  forget(work, removal);
  work.progress += uids.size;
  run.emit({ type: 'messages-removed', mailbox: work.display, side: 'destination', messages: uids.size });
  run.checkFinish();
}

/** A message that stands for several of the source goes only when all of them are gone. */
export function goingUids({ pair }: MailboxWork, { gone, extra }: Removal): UidSet {
  const { map } = pair;
  const stillWanted = map.toB(map.aUids().subtract(gone));
  return map.toB(gone).union(pair.aliases.toA(gone)).union(extra).subtract(stillWanted);
}

function forget({ run, pair: { key } }: MailboxWork, { gone, extra }: Removal): void {
  const { state } = run.options;
  if (!gone.isEmpty) {
    state.record({ t: 'settled', key, side: 'a', kind: 'removal-held', uids: gone.toDeltas() });
    state.record({ t: 'drop', key, a: gone.toDeltas() });
  }
  if (!extra.isEmpty) {
    state.record({ t: 'settled', key, side: 'b', kind: 'removal-held', uids: extra.toDeltas() });
    state.record({ t: 'not-foreign', key, side: 'b', uids: extra.toDeltas() });
  }
}

/** Writes down what is not removed, and why. The next run decides again, and tells again what still stays. */
export function holdRemovals({ run, pair }: MailboxWork, { gone, extra }: Removal, reason: string): void {
  const debt = { kind: 'removal-held', class: 'temporary', reason } as const;
  for (const [side, uids] of [
    ['a', gone],
    ['b', extra],
  ] as const) {
    const fresh = uids.subtract(
      indebted(pair, side, (one) => one.kind === debt.kind && one.reason === reason),
    );
    if (fresh.isEmpty) continue;
    run.options.state.record({ t: 'debt', key: pair.key, debt: { ...debt, side, uids: fresh.toDeltas() } });
  }
}

function unsupported({ run }: MailboxWork, messages: number): MailferryError {
  const where = whereGone(run.options.policy);
  const stay = counted(
    messages,
    `one message that is gone ${where} stays`,
    `messages that are gone ${where} stay`,
  );
  return new MailferryError({
    code: 'REMOVAL_UNSUPPORTED',
    scope: 'mailbox',
    retry: 'never',
    message: `${stay}, as the server cannot remove single messages (no UIDPLUS)`,
    at: { account: run.options.b.account },
  });
}
