import { MailferryError } from '../../../src/errors.js';
import type { RunEvent } from '../../../src/report/events.js';
import type { Problem } from '../../../src/report/problem.js';
import type { MemoryServer, OnOperation, Operation, Verdict } from '../../../src/store/memory.js';
import { backupPolicy } from '../../../src/sync/policy.js';
import type { SyncRunOptions } from '../../../src/sync/run-options.js';
import { type EngineRun, type EngineRunOptions, EngineWorld } from '../../support/engine/index.js';
import type { BackupCase, Fault, Meanwhile, Round } from './backup-case.js';
import { destinationTraits, sourceTraits, tellsChanges } from './backup-servers.js';
import { assertEqualAccounts } from './equal-accounts.js';
import { OnlyCopies } from './only-copies.js';
import { NAMINGS, Person } from './person.js';
import { contentsIn, numberOf } from './replica.js';
import { SealedFiles } from './sealed-files.js';
import { TracedFiles } from './traced-files.js';

/** Numbers of what only people at the destination have. */
const OWN_FROM = 5000;
const MOST_RUNS = 4;
const EVERYTHING: Partial<SyncRunOptions> = {
  removalLimit: { unit: 'percent', most: 100 },
  foreign: 'remove',
};

const CHOICES: Readonly<Record<Round['choice'], Partial<SyncRunOptions>>> = {
  none: {},
  keep: { foreign: 'keep' },
  remove: { foreign: 'remove' },
  limit: { removalLimit: { unit: 'messages', most: 1 } },
  'drift-stops': { onDrift: 'stop' },
  full: { full: true },
};

/** Every run of backup in one case, with all that must be true of it. */
export class BackupTrial {
  readonly #case: BackupCase;
  readonly #world: EngineWorld;
  readonly #source: Person;
  readonly #destination: Person;
  readonly #onlyCopies: OnlyCopies;
  /** MAILBOXIDs of what a run made that was not whole: nothing may be known of it. */
  readonly #unfinished = new Set<string>();

  constructor(backupCase: BackupCase) {
    this.#case = backupCase;
    const { sourceKind, destinationKind } = backupCase;
    this.#world = new EngineWorld(sourceTraits(sourceKind), destinationTraits(destinationKind));
    const { source, destination } = this.#world;
    this.#source = new Person(source, NAMINGS[sourceKind.names], 1);
    const { names, anyKeyword } = destinationKind;
    this.#destination = new Person(destination, NAMINGS[names], OWN_FROM, anyKeyword);
    this.#onlyCopies = new OnlyCopies(source, destination);
  }

  async run(): Promise<void> {
    try {
      this.#fill();
      for (const round of this.#case.rounds) await this.#round(round);
      await this.#settle();
    } finally {
      this.#world.remove();
    }
  }

  #fill(): void {
    const { before, there, shared } = this.#case;
    for (const edit of before) this.#source.edit(edit);
    for (const edit of there) this.#destination.edit(edit);
    const { source } = this.#world;
    const inbox = contentsIn(source, 'INBOX');
    for (const nth of shared) {
      const message = inbox[nth];
      if (message) this.#destination.deliver('INBOX', numberOf(source, 'INBOX', message.uid), message.flags);
    }
  }

  async #round(round: Round): Promise<void> {
    for (const edit of round.source) this.#source.edit(edit);
    for (const edit of round.destination) this.#destination.edit(edit);
    if (round.forecast) await this.#forecast();
    const { parallel, moment, powerIsLost, journalDeath, writeDeath, finishAt } = round;
    const finish = new AbortController();
    const onEnd = (count: number): void => {
      if (count === finishAt) finish.abort(interrupted());
    };
    await this.#watched({
      parallel,
      finish: finish.signal,
      choice: CHOICES[round.choice],
      onOperation: this.#judge(round, 'destination', onEnd),
      onSourceOperation: this.#judge(round, 'source'),
      ...(writeDeath > 0 ? { death: { at: 'write', nth: writeDeath, when: 'after' } as const } : {}),
      ...(journalDeath > 0
        ? { death: { at: 'journal', nth: journalDeath, moment, powerIsLost } as const }
        : {}),
    });
  }

  /** Faults of a side, and what the owner of the source does while its operations go on. */
  #judge(
    round: Round,
    side: Meanwhile['side'],
    onCount: (count: number) => void = () => undefined,
  ): OnOperation {
    const faults = side === 'source' ? round.sourceFaults : round.faults;
    const edits = round.meanwhile.filter((one) => one.side === side);
    const later: { at: number; act: () => void }[] = [];
    let count = 0;
    return (operation) => {
      count++;
      onCount(count);
      for (const { nth, edit, gap } of edits) {
        if (nth !== count) continue;
        this.#source.assertUntouched();
        if (edit.act === 'move') later.push({ at: count + gap, act: this.#source.startMove(edit) });
        else this.#source.edit(edit);
      }
      for (const { at, act } of later) if (at === count) act();
      const fault = faults.find(({ nth }) => nth === count);
      return fault ? this.#verdict(fault, operation) : 'go';
    };
  }

  #verdict({ verdict }: Fault, { kind }: Operation): Verdict {
    // A name that is refused once is not asked for again.
    if (kind === 'rename' && verdict === 'busy') return 'go';
    if (verdict === 'cut') return { cutAfterBytes: 150 };
    if (verdict === 'busy')
      return { refuse: { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later', message: 'try later' } };
    if (verdict === 'refuse') {
      const isRefusable = kind === 'copy' || kind === 'expunge' || kind === 'remove';
      return isRefusable
        ? { refuse: { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'not now' } }
        : 'go';
    }
    if (verdict !== 'late' && verdict !== 'late-kill') return verdict;
    // A surplus can only be taken away with UIDPLUS.
    if (!this.#case.destinationKind.uidplus || kind !== 'append-commit')
      return verdict === 'late' ? 'fail-after' : 'kill-after';
    return { late: 'on-demand', answer: verdict === 'late' ? 'fail' : 'kill' };
  }

  /** One run, and what holds of any run. */
  async #watched(options: EngineRunOptions): Promise<EngineRun> {
    this.#onlyCopies.begin();
    const { onOperation } = options;
    const before = mailboxIdsOf(this.#world.destination);
    const run = await this.#world.run({
      policy: backupPolicy,
      ...options,
      onOperation: (operation) => {
        this.#onlyCopies.onOperation(operation);
        return onOperation?.(operation) ?? 'go';
      },
    });
    this.#onlyCopies.look();
    if (this.#onlyCopies.failure) throw this.#onlyCopies.failure;
    this.#source.assertUntouched();
    if (run.error?.code === 'INTERNAL') throw run.error;
    this.#world.destination.landLate();
    const isWhole = run.end === 'done' && run.events.every(({ type }) => type !== 'problem');
    if (isWhole) return run;
    for (const id of mailboxIdsOf(this.#world.destination)) if (!before.has(id)) this.#unfinished.add(id);
    return run;
  }

  /** A dry run changes nothing. */
  async #forecast(): Promise<void> {
    const before = this.#world.destination.writes.length;
    const { error } = await this.#watched({ dryRun: true, files: new SealedFiles() });
    if (error) throw error;
    if (this.#world.destination.writes.length > before) throw new Error('a dry run wrote');
  }

  /** Undisturbed runs make both sides equal, and then there is nothing to do. */
  async #settle(): Promise<void> {
    let open: string[] = [];
    for (let nth = 1; nth <= MOST_RUNS; nth++) {
      const run = await this.#watched({ choice: EVERYTHING });
      if (run.error) throw run.error;
      open = this.#problemsOf(run);
      // Others get their names by the run after one that found a name taken.
      if (open.length === 0 && (nth > 1 || !run.events.some(isKeptName))) break;
    }
    if (open.length > 0) throw new Error(`after ${MOST_RUNS} undisturbed runs: ${open.join('; ')}`);
    const { sourceKind, destinationKind } = this.#case;
    assertEqualAccounts({
      source: this.#source,
      destination: this.#destination,
      kind: destinationKind,
      partners: await this.#partners(),
      unfinished: this.#unfinished,
      // Without MAILBOXID an empty mailbox is not recognised under another name, and a RENAME that failed is not tried again.
      keepsNames: sourceKind.objectId && destinationKind.objectId && this.#case.rounds.every(isCalm),
    });
    const { uidplus } = destinationKind;
    // What cannot be removed is looked at each time.
    await this.#idle(uidplus && tellsChanges(sourceKind) && tellsChanges(destinationKind));
  }

  /** Names of the destination by those of the source, for people, told by a run that looks at everything once more. */
  async #partners(): Promise<ReadonlyMap<string, string>> {
    const { destination } = this.#world;
    destination.forgetOperations();
    const { events, error } = await this.#watched({ choice: { ...EVERYTHING, full: true } });
    if (error) throw error;
    const writes = destination.writes.map(({ kind }) => kind).filter((kind) => kind !== 'select');
    if (writes.length > 0) throw new Error(`a second look at what is equal wrote: ${writes.join(' ')}`);
    return new Map(
      events.flatMap((event) =>
        event.type === 'mailbox-started' ? [[event.mailbox, event.destination] as const] : [],
      ),
    );
  }

  async #idle(tells: boolean): Promise<void> {
    const { source, destination } = this.#world;
    const files = new TracedFiles();
    const choice = { removalLimit: { unit: 'percent', most: 100 } } as const;
    await this.#watched({ files, choice });
    const state = files.contents();
    for (const server of [source, destination]) server.forgetOperations();
    const run = await this.#watched({ choice });
    if (run.error) throw run.error;
    const writes = destination.writes.map(({ kind }) => kind).filter((kind) => kind !== 'select');
    if (writes.length > 0) throw new Error(`a run with nothing to do wrote: ${writes.join(' ')}`);
    const opened = [...source.operations, ...destination.operations].filter(
      ({ kind }) => kind === 'select' || kind === 'examine',
    );
    const isKept = run.events.some((event) => event.type === 'problem');
    if (opened.length > 0 && tells && !isKept) throw new Error('a run with nothing to do opened mailboxes');
    const bodies = source.operations.filter(({ kind }) => kind === 'bodies');
    if (bodies.length > 0) throw new Error('a run with nothing to do read bodies');
    const now = files.contents();
    const changed = [...now.keys()].filter((path) => now.get(path) !== state.get(path));
    if (changed.length > 0 || now.size !== state.size)
      throw new Error(`a run with nothing to do changed ${changed.join(' ')}`);
  }

  /** What stays undone without UIDPLUS is told each time, what somebody else has touched, and each name that is not to be had. */
  #problemsOf({ events }: EngineRun): string[] {
    const problems = events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
    const isKnown = ({ code, message }: Problem): boolean =>
      code === 'MAILBOX_KEPT' ||
      (code === 'REMOVAL_UNSUPPORTED' && !this.#case.destinationKind.uidplus) ||
      isNameKept(code, message);
    return problems.filter((problem) => !isKnown(problem)).map(({ code, message }) => `${code} ${message}`);
  }
}

function isKeptName(event: RunEvent): boolean {
  return event.type === 'problem' && isNameKept(event.problem.code, event.problem.message);
}

function isNameKept(code: Problem['code'], message: string): boolean {
  return code === 'MAILBOX_UNAVAILABLE' && message.startsWith('the mailbox keeps its name');
}

/** Nothing happens in the middle of it. */
function isCalm({ meanwhile, faults, sourceFaults, journalDeath, writeDeath, finishAt }: Round): boolean {
  return meanwhile.length + faults.length + sourceFaults.length + journalDeath + writeDeath + finishAt === 0;
}

function mailboxIdsOf(server: MemoryServer): Set<string> {
  return new Set(Object.values(server.snapshot().mailboxes).map(({ mailboxId }) => mailboxId));
}

function interrupted(): MailferryError {
  return new MailferryError({ code: 'INTERRUPTED', scope: 'run', retry: 'later', message: 'interrupted' });
}
