import type { RunContext } from '../run-context.js';
import type { MailboxToDo } from '../surveyed-account.js';

/**
 * Takes note of what was settled before this run, in the order in which an original is looked for: INBOX, where most
 * mail comes from, then those that hold the most.
 */
export function noteSettled(run: RunContext, mailboxes: readonly MailboxToDo[]): void {
  const settled = mailboxes.flatMap(({ source, destination }) => {
    const pair = run.options.state.pairByName('a', source.name);
    if (!pair?.cursors.a || !pair.cursors.b) return [];
    const rank = /^inbox$/i.test(source.name) ? Number.POSITIVE_INFINITY : pair.cursors.a.messages;
    return [{ rank, key: pair.key, names: { a: source.name, b: destination } }];
  });
  settled.sort((left, right) => (left.rank === right.rank ? 0 : right.rank - left.rank));
  run.settledBefore = settled;
  if (run.backward) {
    run.backward.settledBefore = settled.map(({ key, names }) => ({
      key,
      names: { a: names.b, b: names.a },
    }));
  }
}
