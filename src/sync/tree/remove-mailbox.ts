import { asMailferryError, MailferryError } from '../../errors.js';
import { countedMessages } from '../../model/counted.js';
import type { WireName } from '../../model/mailbox.js';
import { displayPath, pathOf } from '../../model/mailbox-path.js';
import type { PairSummary } from '../../state/pair-summary.js';
import type { OpenMailbox } from '../../store/mail-store.js';
import { goingWithMailbox } from '../equal/foreign.js';
import type { MailboxSessions } from '../look.js';
import { nameStyle } from '../name-style.js';
import type { RunContext } from '../run-context.js';
import { isInboxName } from './locate.js';
import { isSurelyGone } from './surely-gone.js';

/** A pair whose mailbox is gone at side a, and whose messages were removed at side b. */
export interface EmptiedMailbox {
  readonly key: string;
  /** uidNext at side b when it was emptied: nothing may have come since. null: not known. */
  readonly uidNext: number | null;
}

/** A pair that has a mailbox at side b. */
interface Going extends EmptiedMailbox {
  readonly pair: PairSummary;
  readonly name: WireName;
}

/**
 * Deletes mailboxes at side b that are gone at side a, the deepest first, and forgets their pairs. One goes only when
 * side a says once more that it has none, and when it is still the one that is known, empty, and got nothing since it
 * was emptied; any other stays and is told as MAILBOX_KEPT. A dry run only tells what would go.
 */
export async function removeMailboxes(run: RunContext, emptied: readonly EmptiedMailbox[]): Promise<void> {
  const { a, b, state } = run.options;
  const known = emptied.flatMap((one) => {
    const pair = state.pair(one.key);
    return pair ? [{ ...one, pair }] : [];
  });
  for (const { key, pair } of known) if (pair.names.b === null) state.record({ t: 'forget-mailbox', key });
  const going = known.flatMap((one) =>
    one.pair.names.b === null ? [] : [{ ...one, name: one.pair.names.b }],
  );
  if (going.length === 0) return;
  const sessionA = await a.lease(run.signal);
  try {
    const sessionB = await b.lease(run.signal);
    try {
      const removal = new Removal(run, { a: sessionA, b: sessionB });
      for (const one of going.sort(belowOthersFirst)) await removal.remove(one);
    } finally {
      sessionB.release();
    }
  } finally {
    sessionA.release();
  }
}

class Removal {
  readonly #run: RunContext;
  readonly #sessions: MailboxSessions;

  constructor(run: RunContext, sessions: MailboxSessions) {
    this.#run = run;
    this.#sessions = sessions;
  }

  get #isMirror(): boolean {
    return this.#run.options.policy.changesOfB === 'merge';
  }

  /** Where the mailbox is gone, for people. */
  get #there(): string {
    return this.#isMirror ? 'the other side' : 'the source';
  }

  async remove(going: Going): Promise<void> {
    this.#run.checkFinish();
    const { name } = going;
    const { b } = this.#sessions;
    const { signal } = this.#run;
    const [isGoneAtA, isGoneAtB] = await Promise.all([
      this.#isGoneAtA(going.pair),
      isSurelyGone(b, name, signal),
    ]);
    if (!isGoneAtA) return this.#keep(name, `${this.#there} has it again`, 'later');
    if (isGoneAtB) return this.#forget(going);
    const reason = isInboxName(name) ? 'INBOX cannot be deleted' : await this.#reasonToKeep(going);
    if (reason !== null) {
      // In a mirror what was changed counts for more than what was deleted: the next run finds it so.
      this.#keep(name, reason, this.#isMirror ? 'later' : 'never');
      // Nothing is known of what it holds, so it is none of our business from now on.
      if (going.pair.cursors.b === null) this.#forget(going);
      return;
    }
    if (!(await this.#delete(name))) return;
    this.#run.emit({ type: 'mailbox-removed', mailbox: this.#display(name), side: 'destination' });
    this.#forget(going);
  }

  /** A pair without a name there has lost it to another mailbox. */
  async #isGoneAtA({ key, names }: PairSummary): Promise<boolean> {
    const { state } = this.#run.options;
    if (names.a === null || state.pairByName('a', names.a)?.key !== key) return true;
    return await isSurelyGone(this.#sessions.a, names.a, this.#run.signal);
  }

  async #reasonToKeep({ key, name, uidNext, pair }: Going): Promise<string | null> {
    const { dryRun, state } = this.#run.options;
    const opened = await this.#open(name);
    if (!opened) return 'it cannot be opened';
    const { messages, uidValidity, uidNext: now } = opened.snapshot;
    if (uidValidity !== pair.cursors.b?.uidValidity) return 'it is not the mailbox that was known';
    // A dry run has removed nothing.
    const expected = dryRun ? goingWithMailbox(this.#run, await state.load(key)).size : 0;
    if (messages > expected)
      return `it holds ${countedMessages(messages - expected)} that ${this.#there} never had`;
    const isTouched = !dryRun && uidNext !== null && now !== null && now !== uidNext;
    return isTouched ? 'it got mail while it was emptied' : null;
  }

  /** null when the server refuses. */
  async #open(name: WireName): Promise<OpenMailbox | null> {
    const mode = this.#run.options.dryRun ? 'examine' : 'select';
    return await orRefusal(this.#sessions.b.open(name, mode, this.#run.signal), () => null);
  }

  /** A mailbox with others below it stays as a name that cannot be selected (RFC 3501, section 6.3.4). */
  async #delete(name: WireName): Promise<boolean> {
    if (this.#run.options.dryRun) return true;
    const { b } = this.#sessions;
    const { signal } = this.#run;
    // Nobody can be told of a subscription to what is not there any more; a server that has none of it may say so.
    const unsubscribed = orRefusal(b.subscribe(name, false, signal), () => undefined);
    const deleted = orRefusal(
      b.remove(name, signal).then(() => null),
      (error) => error,
    );
    const [refusal] = await Promise.all([deleted, unsubscribed]);
    if (refusal) this.#keep(name, refusal.message, refusal.retry, refusal.serverText);
    return refusal === null;
  }

  #keep(name: WireName, reason: string, retry: MailferryError['retry'], serverText?: string): void {
    const error = new MailferryError({
      code: 'MAILBOX_KEPT',
      scope: 'mailbox',
      retry,
      message: `the mailbox is gone ${this.#isMirror ? 'on the other side' : 'at the source'} and stays here: ${reason}`,
      at: { account: this.#run.options.b.account },
      ...(serverText === undefined ? {} : { serverText }),
    });
    this.#run.problem(error, this.#display(name));
  }

  #forget({ key }: Going): void {
    this.#run.options.state.record({ t: 'forget-mailbox', key });
  }

  #display(name: WireName): string {
    const { namespace, delimiter } = nameStyle(this.#sessions.b.facts, []);
    return displayPath(pathOf(name, delimiter, namespace));
  }
}

/** A name begins with those above it. */
function belowOthersFirst(left: Going, right: Going): number {
  return left.name > right.name ? -1 : 1;
}

/** What a server refuses about a mailbox ends nothing. */
async function orRefusal<T, R>(work: Promise<T>, onRefusal: (error: MailferryError) => R): Promise<T | R> {
  try {
    return await work;
  } catch (thrown) {
    const error = asMailferryError(thrown);
    if (error.scope !== 'mailbox') throw error;
    return onRefusal(error);
  }
}
