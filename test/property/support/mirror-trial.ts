import { MailferryError } from '../../../src/errors.js';
import type { MemoryServerOptions, OnOperation, Operation, Verdict } from '../../../src/store/memory.js';
import { mirrorPolicy } from '../../../src/sync/policy.js';
import type { SyncRunOptions } from '../../../src/sync/run-options.js';
import { type EngineRun, type EngineRunOptions, EngineWorld } from '../../support/engine/index.js';
import type { Fault } from './backup-case.js';
import { destinationTraits, tellsChanges } from './backup-servers.js';
import { BothCopies } from './both-copies.js';
import { assertSameOnBothSides, keptByBoth } from './equal-mirrors.js';
import {
  type Disturbance,
  MAILBOXES,
  type MirrorCase,
  type MirrorKind,
  type MirrorRound,
  type SidedEdit,
  type SideName,
} from './mirror-case.js';
import { assertWithinBounds, type BothViews, MirrorModel, messagesOf, placesOf } from './mirror-model.js';
import { MirrorPerson } from './mirror-person.js';
import { NAMINGS } from './person.js';
import { SealedFiles } from './sealed-files.js';
import { TracedFiles } from './traced-files.js';

const MOST_RUNS = 4;
const ALL: Partial<SyncRunOptions> = { removalLimit: { unit: 'percent', most: 100 } };
const CHOICES: Readonly<Record<Disturbance['choice'], Partial<SyncRunOptions>>> = {
  none: {},
  limit: { removalLimit: { unit: 'messages', most: 1 } },
  full: { full: true, ...ALL },
};

/** Every mirror in one case, with all that must be true of it. */
export class MirrorTrial {
  readonly #case: MirrorCase;
  readonly #world: EngineWorld;
  readonly #people: Readonly<Record<SideName, MirrorPerson>>;
  readonly #copies: BothCopies;
  /** Both sides when they were last equal; null: not yet. */
  #equal: BothViews | null = null;
  /** What happened since then can no longer be told exactly. */
  #isBlurred = false;
  /** What may still arrive could not be told from other mail where messages got other numbers. */
  #isLate = false;
  #nextNumber = 1;

  constructor(mirrorCase: MirrorCase) {
    this.#case = mirrorCase;
    const { a, b } = mirrorCase;
    this.#world = new EngineWorld(traitsOf(a), traitsOf(b));
    const { source, destination } = this.#world;
    this.#people = {
      a: new MirrorPerson(source, NAMINGS[a.names], a.anyKeyword),
      b: new MirrorPerson(destination, NAMINGS[b.names], b.anyKeyword),
    };
    this.#copies = new BothCopies(this.#people.a, this.#people.b, !this.#removesEverywhere);
  }

  async run(): Promise<void> {
    try {
      this.#fill();
      for (const round of this.#case.rounds) await this.#round(round);
      await this.#settle();
      await this.#idle();
    } finally {
      this.#world.remove();
    }
  }

  #fill(): void {
    for (const [index, who] of this.#case.made.entries())
      for (const side of sidesOf(who)) this.#people[side].create(MAILBOXES[index + 1] ?? '');
    for (const edit of this.#case.before) this.#edit(edit);
  }

  /** What is returned ends a move. */
  #edit({ side, edit }: SidedEdit): () => void {
    const number = this.#nextNumber++;
    if (this.#isLate && (edit.act === 'renumber' || edit.act === 'renew')) return () => undefined;
    const ends = sidesOf(side).map((one) => this.#people[one].edit(edit, number));
    this.#copies.begin();
    return () => {
      for (const end of ends) end();
      this.#copies.begin();
    };
  }

  async #round({ edits, forecast, parallel, disturbance }: MirrorRound): Promise<void> {
    for (const edit of edits) this.#edit(edit)();
    if (forecast) await this.#forecast();
    if (disturbance) await this.#disturbed(disturbance, parallel);
    else if (this.#isBlurred) await this.#settle();
    else await this.#exact(parallel);
  }

  async #disturbed(disturbance: Disturbance, parallel: number): Promise<void> {
    const { journalDeath, moment, powerIsLost, finishAt, choice } = disturbance;
    this.#isBlurred = true;
    const finish = new AbortController();
    const onCount = (count: number): void => {
      if (count === finishAt) finish.abort(interrupted());
    };
    const run = await this.#watched({
      parallel,
      finish: finish.signal,
      choice: CHOICES[choice],
      onOperation: this.#judge(disturbance, 'b', onCount),
      onSourceOperation: this.#judge(disturbance, 'a'),
      ...(journalDeath > 0
        ? { death: { at: 'journal', nth: journalDeath, moment, powerIsLost } as const }
        : {}),
    });
    if (run.error?.code === 'INTERNAL') throw run.error;
  }

  /** Faults of a side, and what people do while its operations go on. */
  #judge(
    disturbance: Disturbance,
    side: SideName,
    onCount: (count: number) => void = () => undefined,
  ): OnOperation {
    const faults = side === 'a' ? disturbance.faultsA : disturbance.faultsB;
    const later: { at: number; act: () => void }[] = [];
    let count = 0;
    return (operation) => {
      count++;
      onCount(count);
      for (const edit of disturbance.meanwhile) {
        if (edit.counted !== side || edit.nth !== count) continue;
        this.#copies.look();
        later.push({ at: count + edit.gap, act: this.#edit(edit) });
      }
      for (const { at, act } of later) {
        if (at !== count) continue;
        this.#copies.look();
        act();
      }
      const fault = faults.find(({ nth }) => nth === count);
      this.#isLate ||= fault?.verdict === 'late' || fault?.verdict === 'late-kill';
      return fault ? verdictOf(fault, operation, this.#case[side]) : 'go';
    };
  }

  /** One run, and what holds of any run. */
  async #watched(options: EngineRunOptions): Promise<EngineRun> {
    const { onOperation, onSourceOperation } = options;
    this.#copies.begin();
    const watch = (side: SideName, on: OnOperation | undefined): OnOperation => {
      return (operation) => {
        this.#copies.onOperation(side, operation);
        return on?.(operation) ?? 'go';
      };
    };
    const run = await this.#world.run({
      policy: mirrorPolicy,
      ...options,
      onOperation: watch('b', onOperation),
      onSourceOperation: watch('a', onSourceOperation),
    });
    this.#copies.look();
    for (const server of this.#servers) server.landLate();
    return run;
  }

  /** A dry run changes nothing. */
  async #forecast(): Promise<void> {
    const { error } = await this.#watched({ dryRun: true, files: new SealedFiles() });
    if (error) throw error;
  }

  /** One run that nobody disturbs does exactly what the rules say. */
  async #exact(parallel: number): Promise<void> {
    const now = this.#views();
    const renumbered = new Set(Object.values(this.#people).flatMap(({ doings }) => [...doings.renumbered]));
    const model = new MirrorModel(this.#equal, now, renumbered);
    const run = await this.#watched({ parallel, choice: ALL });
    if (run.error) throw run.error;
    const open = this.#problemsOf(run);
    if (open.length > 0) throw new Error(`an undisturbed run tells ${open.join('; ')}`);
    if (this.#removesEverywhere) {
      this.#assertExpected(model, now);
      const wanted = model.conflicts(keptByBoth(this.#case));
      const told = conflictsOf(run);
      if (wanted !== null && told !== wanted) throw new Error(`${told} conflicts told, not ${wanted}`);
    }
    this.#begin();
  }

  #assertExpected(model: MirrorModel, before: BothViews): void {
    const kept = keptByBoth(this.#case);
    const found = this.#views();
    for (const [mailbox, number] of placesOf(before.a, before.b, found.a, found.b)) {
      const { least, most, flags, own } = model.expected(mailbox, number);
      for (const side of ['a', 'b'] as const) {
        const messages = messagesOf(found[side], mailbox, number);
        const what = `side ${side}: ${mailbox} has message ${number} ${messages.length} times`;
        if (messages.length < least || messages.length > most)
          throw new Error(`${what}, not ${least} to ${most}`);
        if (flags === null) continue;
        const wanted = flagText([...flags.filter(kept), ...own[side].filter((flag) => !kept(flag))]);
        const has = flagText(messages[0]?.flags ?? []);
        if (has !== wanted) throw new Error(`${what} with ${has}, not with ${wanted}`);
      }
    }
  }

  /** Undisturbed runs make both sides equal. */
  async #settle(): Promise<void> {
    let open: string[] = [];
    for (let nth = 1; nth <= MOST_RUNS; nth++) {
      const run = await this.#watched({ choice: ALL });
      if (run.error) throw run.error;
      open = this.#problemsOf(run);
      if (open.length === 0) break;
    }
    if (open.length > 0) throw new Error(`after ${MOST_RUNS} undisturbed runs: ${open.join('; ')}`);
    // So long is an unanswered APPEND remembered.
    const { error } = await this.#watched({ choice: ALL });
    if (error) throw error;
    this.#begin();
  }

  /** Both sides are equal, and are what may have become of them. */
  #begin(): void {
    const { a, b } = this.#people;
    assertSameOnBothSides(this.#case, this.#views());
    const equal = this.#equal ?? { a: new Map(), b: new Map() };
    const { a: kindA, b: kindB } = this.#case;
    const isUnproven = [kindA, kindB].some(({ multiAppend }) => multiAppend === 'unproven');
    const isBroken = this.#isBlurred;
    const rules = {
      isBroken,
      removesEverywhere: this.#removesEverywhere,
      mayForget: isBroken && isUnproven,
    };
    assertWithinBounds(equal, a, b, rules);
    assertWithinBounds(equal, b, a, rules);
    for (const person of [a, b]) person.begin();
    this.#equal = this.#views();
    this.#isBlurred = false;
    this.#isLate = false;
  }

  /** A further run finds nothing to do, opens nothing and remembers nothing new. */
  async #idle(): Promise<void> {
    const files = new TracedFiles();
    await this.#watched({ files, choice: ALL });
    const state = files.contents();
    for (const server of this.#servers) server.forgetOperations();
    const run = await this.#watched({ choice: ALL });
    if (run.error) throw run.error;
    const told = run.events.filter(({ type }) => type === 'problem' || type === 'conflict');
    const writes = this.#servers.flatMap((server) => server.writes).filter(({ kind }) => kind !== 'select');
    if (writes.length > 0)
      throw new Error(`a run with nothing to do wrote: ${writes.map(({ kind }) => kind).join(' ')}`);
    const opened = this.#servers
      .flatMap((server) => server.operations)
      .filter(({ kind }) => kind === 'select' || kind === 'examine');
    const tells = tellsChanges(this.#case.a) && tellsChanges(this.#case.b);
    if (opened.length > 0 && tells && told.length === 0)
      throw new Error('a run with nothing to do opened mailboxes');
    const now = files.contents();
    const changed = [...now.keys()].filter((path) => now.get(path) !== state.get(path));
    if (changed.length > 0 || now.size !== state.size)
      throw new Error(`a run with nothing to do changed ${changed.join(' ')}`);
  }

  get #servers(): EngineWorld['source'][] {
    return [this.#world.source, this.#world.destination];
  }

  get #removesEverywhere(): boolean {
    return this.#case.a.uidplus && this.#case.b.uidplus;
  }

  #views(): BothViews {
    return { a: this.#people.a.view(), b: this.#people.b.view() };
  }

  /** What stays undone without UIDPLUS is told each time. */
  #problemsOf({ events }: EngineRun): string[] {
    const problems = events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
    return problems
      .filter(({ code }) => code !== 'REMOVAL_UNSUPPORTED' || this.#removesEverywhere)
      .map(({ code, message }) => `${code} ${message}`);
  }
}

function traitsOf(kind: MirrorKind): MemoryServerOptions {
  return destinationTraits(kind);
}

function sidesOf(side: SideName | 'both'): SideName[] {
  return side === 'both' ? ['a', 'b'] : [side];
}

function conflictsOf({ events }: EngineRun): number {
  return events.reduce((sum, event) => sum + (event.type === 'conflict' ? (event.messages ?? 0) : 0), 0);
}

function flagText(flags: readonly string[]): string {
  return [...new Set(flags)].sort().join(' ') || 'no flags';
}

function verdictOf({ verdict }: Fault, { kind }: Operation, side: MirrorKind): Verdict {
  if (verdict === 'cut') return { cutAfterBytes: 150 };
  if (verdict === 'busy')
    return { refuse: { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later', message: 'try later' } };
  if (verdict === 'refuse') {
    const isRefusable = kind === 'copy' || kind === 'expunge';
    return isRefusable
      ? { refuse: { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'not now' } }
      : 'go';
  }
  if (verdict !== 'late' && verdict !== 'late-kill') return verdict;
  // A surplus can only be taken away with UIDPLUS.
  if (!side.uidplus || kind !== 'append-commit') return verdict === 'late' ? 'fail-after' : 'kill-after';
  return { late: 'on-demand', answer: verdict === 'late' ? 'fail' : 'kill' };
}

function interrupted(): MailferryError {
  return new MailferryError({ code: 'INTERRUPTED', scope: 'run', retry: 'later', message: 'interrupted' });
}
