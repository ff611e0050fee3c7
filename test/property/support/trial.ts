import { MailferryError } from '../../../src/errors.js';
import type {
  MailboxContents,
  MemoryServerOptions,
  OnOperation,
  Verdict,
} from '../../../src/store/memory.js';
import { type EngineRun, EngineWorld } from '../../support/engine/index.js';
import { type CopyCase, type Fault, MAILBOXES, type Round, type ServerKind } from './copy-case.js';
import { contentsIn, numberOf, Replica, Tally } from './replica.js';
import { SealedFiles } from './sealed-files.js';

const OWN_FROM = 5000;
const KEYWORDS = ['$forwarded', 'work'];

/** Every run of the engine in one case, with all that must be true of it. */
export class Trial {
  readonly #case: CopyCase;
  readonly #world: EngineWorld;
  readonly #source: Replica;
  readonly #destination: Replica;
  /** Messages at the destination that nobody at the source accounts for. */
  readonly #own = new Tally();
  readonly #shared = new Tally();
  #hadLate = false;
  #wasCalm = true;
  /** Good runs since something was late; two settle it. */
  #settledRuns = 2;

  constructor(copyCase: CopyCase) {
    const { uidplus, rewrites, dedupes } = copyCase.kind;
    // Only who tells the UID of what it had already can be followed (as Gmail does).
    this.#case = { ...copyCase, kind: { ...copyCase.kind, dedupes: dedupes && uidplus && !rewrites } };
    const { kind, sourceKind } = this.#case;
    this.#world = new EngineWorld(sourceTraits(sourceKind), destinationTraits(kind));
    const { source, destination } = this.#world;
    this.#source = new Replica(source, 1, !kind.rewrites, sourceKind.uidNextInSelect);
    this.#destination = new Replica(destination, OWN_FROM, true, kind.uidNextInSelect);
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
    const { before, shared } = this.#case;
    for (const edit of before) this.#source.edit(edit);
    const all = MAILBOXES.flatMap((name) => this.#source.numbers(name).map((number) => ({ name, number })));
    for (const { nth, flags } of shared) {
      const one = all[nth];
      if (!one) continue;
      this.#destination.deliver(one.name, one.number, flags);
      this.#shared.add(one.name, one.number);
      const here = this.#source.numbers(one.name).filter((number) => number === one.number).length;
      if (this.#shared.of(one.name, one.number) > here) this.#own.add(one.name, one.number);
    }
  }

  async #round(round: Round): Promise<void> {
    for (const replica of [this.#source, this.#destination]) replica.isHeld = this.#settledRuns < 2;
    for (const edit of round.source) this.#source.edit(edit);
    this.#destination.takeStock();
    for (const edit of round.destination) this.#destination.edit(edit);
    for (const replica of [this.#source, this.#destination]) replica.save();
    const { parallel, moment, powerIsLost, journalDeath: nth, finishAt } = round;
    const isCalm = round.faults.length + round.sourceFaults.length + nth + finishAt === 0;
    const finish = new AbortController();
    const planned = await this.#forecast();
    this.#wasCalm &&= isCalm;
    const run = await this.#watched(isCalm, () =>
      this.#world.run({
        parallel,
        finish: finish.signal,
        onOperation: this.#verdicts(round.faults, (count) => {
          if (count === finishAt) finish.abort(interrupted());
        }),
        onSourceOperation: this.#verdicts(round.sourceFaults),
        ...(nth === 0 ? {} : { death: { at: 'journal', nth, moment, powerIsLost } as const }),
      }),
    );
    this.#world.destination.landLate();
    const { refusesSome } = this.#case.kind;
    const copied = run.events.reduce(
      (sum, event) => sum + (event.type === 'messages-copied' ? event.uids.length : 0),
      0,
    );
    if (this.#wasCalm && !refusesSome && copied !== planned)
      throw new Error(`the dry run told of ${planned} messages, the run carried ${copied}`);
  }

  #verdicts(faults: readonly Fault[], onCount: (count: number) => void = () => undefined): OnOperation {
    let count = 0;
    return () => {
      count++;
      onCount(count);
      const fault = faults.find(({ nth }) => nth === count);
      return fault ? this.#verdict(fault) : 'go';
    };
  }

  #verdict({ verdict }: Fault): Verdict {
    if (verdict === 'cut') return { cutAfterBytes: 150 };
    if (verdict === 'busy') {
      return { refuse: { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later', message: 'try later' } };
    }
    if (verdict !== 'late' && verdict !== 'late-kill') return verdict;
    const { uidplus, rewrites } = this.#case.kind;
    // A surplus that cannot be told or taken away stays, and is reported.
    if (!uidplus || rewrites) return verdict === 'late' ? 'fail-after' : 'kill-after';
    this.#hadLate = true;
    this.#settledRuns = 0;
    return { late: 'on-demand', answer: verdict === 'late' ? 'fail' : 'kill' };
  }

  /** One run, and what holds of any run. */
  async #watched(isCalm: boolean, work: () => Promise<EngineRun>): Promise<EngineRun> {
    const { source, destination } = this.#world;
    const before = destination.snapshot().mailboxes;
    const run = await work();
    const writes = source.writes.map(({ kind }) => kind);
    if (writes.length > 0) throw new Error(`the source was written: ${writes.join(' ')}`);
    for (const [name, contents] of Object.entries(before)) this.#assertKept(name, contents);
    if (run.error?.code === 'INTERNAL') throw run.error;
    if (isCalm) {
      if (run.error) throw run.error;
      for (const name of MAILBOXES) this.#assertOrder(name, before[name]);
    }
    const isGood = run.end === 'done' && !run.events.some(({ type }) => type === 'problem');
    if (isGood) for (const replica of [this.#source, this.#destination]) replica.frozen.clear();
    if (isGood && isCalm) this.#settledRuns++;
    return run;
  }

  /** Nothing vanishes, but what arrived twice after a broken connection, or looks like it: one of the two stays. */
  #assertKept(name: string, before: MailboxContents): void {
    const after = this.#world.destination.snapshot().mailboxes[name];
    if (after?.uidValidity !== before.uidValidity) throw new Error(`${name} was replaced`);
    const uids = new Set(after.messages.map(({ uid }) => uid));
    const digests = new Set(after.messages.map(({ digest }) => digest));
    const mayBeSurplus = this.#hadLate || this.#case.kind.multiAppend === 'unproven';
    for (const { uid, digest } of before.messages) {
      const isSurplus = mayBeSurplus && digests.has(digest) && !this.#ownDigests.has(digest);
      if (!uids.has(uid) && !isSurplus) throw new Error(`message ${uid} of ${name} vanished`);
    }
  }

  /** Mail that only people at the destination put there. */
  get #ownDigests(): Set<string> {
    const { destination } = this.#world;
    const own = MAILBOXES.flatMap((name) =>
      contentsIn(destination, name).filter(({ uid }) => numberOf(destination, name, uid) >= OWN_FROM),
    );
    return new Set(own.map(({ digest }) => digest));
  }

  /** What a run brought lies in the order of the source. */
  #assertOrder(name: string, before: MailboxContents | undefined): void {
    if (this.#case.kind.dedupes) return;
    const { destination } = this.#world;
    const known = new Set(before?.messages.map(({ uid }) => uid));
    const brought = contentsIn(destination, name)
      .filter(({ uid }) => !known.has(uid))
      .map(({ uid }) => numberOf(destination, name, uid));
    const order = this.#source.numbers(name);
    let from = 0;
    for (const number of brought) {
      const at = order.indexOf(number, from);
      if (at < 0) throw new Error(`${name}: brought ${brought.join(' ')}, the source has ${order.join(' ')}`);
      from = at + 1;
    }
  }

  /** Two undisturbed runs put all right, and the third has nothing to do. */
  async #settle(): Promise<void> {
    const { source, destination } = this.#world;
    for (let nth = 0; nth < 2; nth++) {
      const run = await this.#watched(true, () => this.#world.run());
      this.#assertProblems(run);
    }
    for (const name of MAILBOXES) this.#assertComplete(name);
    const left = await this.#forecast();
    if (left > 0 && !this.#case.kind.refusesSome) throw new Error(`a dry run would still carry ${left}`);
    destination.forgetOperations();
    source.forgetOperations();
    this.#assertProblems(await this.#watched(true, () => this.#world.run()));
    const writes = destination.writes.filter(({ kind }) => kind !== 'select').map(({ kind }) => kind);
    if (writes.length > 0) throw new Error(`a run with nothing to do wrote: ${writes.join(' ')}`);
    const reads = source.operations.filter(({ kind }) => kind === 'bodies');
    if (reads.length > 0) throw new Error('a run with nothing to do read bodies');
  }

  /** A dry run: it changes nothing, and tells how many messages a run would carry. */
  async #forecast(): Promise<number> {
    const { destination } = this.#world;
    const writes = destination.writes.length;
    const { error, events } = await this.#world.run({ dryRun: true, files: new SealedFiles() });
    if (error) throw error;
    if (destination.writes.length > writes) throw new Error('a dry run wrote');
    return events.reduce((sum, event) => (event.type === 'mailbox-planned' ? sum + event.messages : sum), 0);
  }

  #assertProblems({ events }: EngineRun): void {
    const codes = events.flatMap((event) => (event.type === 'problem' ? [event.problem.code] : []));
    const odd = codes.filter((code) => code !== 'MESSAGE_REJECTED' || !this.#case.kind.refusesSome);
    if (odd.length > 0) throw new Error(`an undisturbed run told of ${odd.join(' ')}`);
  }

  #assertComplete(name: string): void {
    const { source, destination } = this.#world;
    const here = contentsIn(destination, name).map((message) => ({
      flags: message.flags,
      number: numberOf(destination, name, message.uid),
    }));
    const there = contentsIn(source, name).map((message) => ({
      flags: message.flags,
      number: numberOf(source, name, message.uid),
    }));
    const all = new Set([...here, ...there].map(({ number }) => number));
    for (const number of all) {
      const copies = here.filter((message) => message.number === number);
      const originals = there.filter((message) => message.number === number);
      this.#assertCount(name, number, copies.length, originals);
      const [copy] = copies;
      const [original] = originals;
      if (copies.length === 1 && originals.length === 1 && copy && original)
        this.#assertFlags(name, number, original.flags, copy.flags);
    }
  }

  #assertCount(
    name: string,
    number: number,
    copies: number,
    originals: readonly { readonly flags: readonly string[] }[],
  ): void {
    const { refusesSome, dedupes } = this.#case.kind;
    const due = originals.filter(({ flags }) => !flags.includes('\\Deleted')).length;
    const wanted = refusesSome && isRefused(number) ? 0 : dedupes ? Math.min(due, 1) : due;
    const gone = this.#destination.expunged.of(name, number);
    if (copies + gone < wanted) throw new Error(`${name}: message ${number} is missing`);
    const most =
      number >= OWN_FROM
        ? this.#destination.ever.of(name, number)
        : this.#source.ever.of(name, number) + this.#own.of(name, number);
    if (copies > most) throw new Error(`${name}: message ${number} is there ${copies} times, not ${most}`);
  }

  /** What the source has is there; and nothing else, where both sides simply went on. */
  #assertFlags(name: string, number: number, original: readonly string[], copy: readonly string[]): void {
    // Of twins nobody can tell which is whose.
    const isTwin = this.#source.ever.of(name, number) > 1 || this.#own.of(name, number) > 0;
    if (isTwin || this.#destination.touched.of(name, number) > 0) return;
    if (this.#destination.restored.has(name)) return;
    const wanted = original.filter((flag) => flag !== '\\Deleted' && this.#isKept(flag));
    const lacking = wanted.filter((flag) => !copy.includes(flag));
    if (lacking.length > 0) throw new Error(`${name}: message ${number} lacks ${lacking.join(' ')}`);
    const isPlain = !this.#source.replaced.has(name) && !this.#destination.replaced.has(name);
    // A flag that was stored by a run which broke off, and cleared at the source since, passes for the destination's own.
    if (!isPlain || !this.#wasCalm || this.#shared.of(name, number) > 0) return;
    const odd = copy.filter((flag) => !wanted.includes(flag));
    if (odd.length > 0) throw new Error(`${name}: message ${number} has ${odd.join(' ')}`);
  }

  #isKept(flag: string): boolean {
    return this.#case.kind.anyKeyword || !KEYWORDS.includes(flag.toLowerCase());
  }
}

function interrupted(): MailferryError {
  return new MailferryError({ code: 'INTERRUPTED', scope: 'run', retry: 'later', message: 'interrupted' });
}

function isRefused(number: number): boolean {
  return number % 7 === 3;
}

function sourceTraits({ condstore, esearch, uidNextInSelect }: CopyCase['sourceKind']): MemoryServerOptions {
  return { features: { condstore, esearch }, uidNextInSelect };
}

function destinationTraits(kind: ServerKind): MemoryServerOptions {
  const { uidplus, condstore, esearch, multiAppend, uidNextInSelect, dedupes, rewrites } = kind;
  const system = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'];
  return {
    features: { uidplus, condstore, esearch, multiAppend },
    multiAppendAtomic: multiAppend !== 'unproven',
    uidNextInSelect,
    dedupes,
    permanentFlags: kind.anyKeyword ? [...system, '\\*'] : system,
    rewriteBody: (body) => (rewrites ? Buffer.concat([body, Buffer.from('Scanned.\r\n')]) : body),
    refuseMessage: ({ body, flags }) => {
      if (kind.refusesKeywords && flags.includes('Work')) return 'no such keyword';
      const number = Number(/Text of (\d+)/.exec(body.toString('latin1'))?.[1]);
      return kind.refusesSome && isRefused(number) ? 'content rejected' : null;
    },
  };
}
