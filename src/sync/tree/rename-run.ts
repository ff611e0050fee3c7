import { asMailferryError, MailferryError } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import { displayPath, pathOf } from '../../model/mailbox-path.js';
import type { MailSession } from '../../store/mail-store.js';
import type { RunContext } from '../run-context.js';
import type { DestinationTree, LiveMailbox } from './destination-tree.js';
import type { PairNames } from './pair-names.js';
import type { RenameStep } from './plan-renames.js';
import { trySubscribe } from './try-subscribe.js';

/** The mailboxes of a side that get other names. */
export type RenamedTree = Pick<
  DestinationTree,
  'style' | 'mailboxes' | 'mailboxOf' | 'withInferiors' | 'renamed' | 'keep' | 'wantedName' | 'plan'
>;

/** Carries out the RENAMEs that are due at side b. */
export class RenameRun {
  readonly #run: RunContext;
  readonly #tree: RenamedTree;
  readonly #names: Pick<PairNames, 'moved'>;
  /** Keys of pairs whose mailbox is to be subscribed to when it has moved. */
  readonly #subscribedKeys: ReadonlySet<string>;
  readonly #subscribed: Set<WireName>;
  readonly #moved = new Set<LiveMailbox>();

  constructor(
    run: RunContext,
    tree: RenamedTree,
    names: Pick<PairNames, 'moved'>,
    subscribedKeys: ReadonlySet<string>,
  ) {
    this.#run = run;
    this.#tree = tree;
    this.#names = names;
    this.#subscribedKeys = subscribedKeys;
    const subscribed = tree.mailboxes.filter(({ listed }) => listed.subscribed);
    this.#subscribed = new Set(subscribed.map(({ name }) => name));
  }

  /** Returns whether anything was renamed. */
  async carryOut(): Promise<boolean> {
    const steps = this.#nextSteps();
    if (steps.length === 0) return false;
    if (this.#run.options.dryRun) {
      for (const step of steps) this.#noteStep(step);
      return false;
    }
    const session = await this.#run.options.b.lease(this.#run.signal);
    try {
      for (let due = steps; due.length > 0; due = this.#nextSteps()) await this.#takeSteps(session, due);
      await this.#subscribeMoved(session);
    } finally {
      session.release();
    }
    return this.#moved.size > 0;
  }

  /** All that is left to be done; what cannot have the name it should have is told and keeps its own. */
  #nextSteps(): readonly RenameStep[] {
    for (;;) {
      const { steps, blocked } = this.#tree.plan();
      if (blocked.length === 0) return steps;
      for (const key of blocked) this.#giveUp(key, this.#taken(key));
    }
  }

  /** Ends at the first that is refused: what depends on it has to be planned anew. */
  async #takeSteps(session: MailSession, steps: readonly RenameStep[]): Promise<void> {
    for (const step of steps) {
      this.#run.checkFinish();
      const refusal = await this.#rename(session, step);
      if (refusal) {
        this.#giveUp(step.key, refusal);
        return;
      }
      this.#noteStep(step);
      await this.#run.options.state.commit();
    }
  }

  /**
   * Whether a RENAME takes the subscription along differs from server to server, so that it is taken away before, as
   * long as the name is that of a mailbox, and comes back when all have their names.
   */
  async #rename(session: MailSession, { from, to }: RenameStep): Promise<MailferryError | null> {
    const { signal } = this.#run;
    const names = this.#tree.withInferiors(from).map(({ name }) => name);
    const subscribed = names.filter((name) => this.#subscribed.has(name));
    const unsubscribed = subscribed.map((name) => this.#subscribe(session, name, false));
    const renamed = session.rename(from, to, signal).then(
      () => null,
      (thrown: unknown) => asMailferryError(thrown),
    );
    const [error] = await Promise.all([renamed, ...unsubscribed]);
    if (error && error.scope !== 'mailbox') throw error;
    if (error) await Promise.all(subscribed.map((name) => this.#subscribe(session, name, true)));
    return error;
  }

  #noteStep({ key, from, to, isTemporary }: RenameStep): void {
    const moved = this.#tree.renamed(from, to);
    for (const mailbox of moved) this.#moved.add(mailbox);
    if (!this.#run.options.dryRun) this.#names.moved(moved);
    const before = this.#tree.mailboxOf(key)?.listed.name ?? from;
    if (isTemporary || before === to) return;
    const names = { mailbox: this.#display(to), from: this.#display(before) };
    this.#run.emit({ type: 'mailbox-renamed', ...names, side: 'destination' });
  }

  async #subscribeMoved(session: MailSession): Promise<void> {
    const wanted = [...this.#moved].filter(({ key, listed }) => {
      return key === null ? listed.subscribed : this.#subscribedKeys.has(key);
    });
    const missing = wanted.map(({ name }) => name).filter((name) => !this.#subscribed.has(name));
    await Promise.all(missing.map((name) => this.#subscribe(session, name, true)));
  }

  async #subscribe(session: MailSession, name: WireName, subscribed: boolean): Promise<void> {
    if (!(await trySubscribe(this.#run, session, name, subscribed, this.#display(name)))) return;
    if (subscribed) this.#subscribed.add(name);
    else this.#subscribed.delete(name);
  }

  #giveUp(key: string, error: MailferryError): void {
    this.#tree.keep(key);
    this.#run.problem(error, this.#display(this.#tree.mailboxOf(key)?.name ?? ''));
  }

  #taken(key: string): MailferryError {
    const name = this.#display(this.#tree.wantedName(key) ?? '');
    const { account } = this.#run.options.b;
    return new MailferryError({
      code: 'MAILBOX_UNAVAILABLE',
      scope: 'mailbox',
      retry: 'never',
      message: `the mailbox keeps its name, as another one is called "${name}" already`,
      at: { account },
      hint: 'rename either of them by hand',
    });
  }

  #display(name: WireName): string {
    const { delimiter, namespace } = this.#tree.style;
    return displayPath(pathOf(name, delimiter, namespace));
  }
}
