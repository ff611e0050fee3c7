import type { Side } from '../state/record.js';
import type { MailSession, StoreFeatures } from '../store/mail-store.js';
import type { RunContext } from './run-context.js';

/** What a server offers, without what it was seen to do wrongly, by this run or one before. */
export function trustedFeatures(run: RunContext, side: Side, { facts }: MailSession): StoreFeatures {
  const known = run.options.state.facts(side);
  const isDistrusted =
    typeof known === 'object' &&
    known !== null &&
    'distrusts' in known &&
    known['distrusts'] === 'changes' &&
    known['software'] === facts.software;
  return isDistrusted ? { ...facts.features, condstore: false, qresync: false } : facts.features;
}

/**
 * Tells, and remembers as long as the server calls itself by the same name, that its answers about changes are not to be
 * used: its mailboxes are listed whole from now on.
 */
export function distrustChanges(run: RunContext, side: Side, session: MailSession): void {
  if (!trustedFeatures(run, side, session).condstore) return;
  const { software } = session.facts;
  run.options.state.record({ t: 'facts', side, facts: { software, distrusts: 'changes' } });
  const text =
    `${run.options[side].account} offers to tell what changed (CONDSTORE, QRESYNC) and does not do it properly; ` +
    'its mailboxes are listed whole instead';
  run.emit({ type: 'note', level: 'warning', text });
}
