import { asMailferryError, type MailferryError } from '../../../../src/errors.js';
import { internalDateEpoch } from '../../../../src/model/message.js';
import type { RunEvent } from '../../../../src/report/events.js';
import type { Cursor, Side } from '../../../../src/state/record.js';
import type { RouteState } from '../../../../src/state/route-state.js';
import type { MailStore } from '../../../../src/store/mail-store.js';
import {
  type AccountSnapshot,
  MemoryServer,
  type MemoryServerOptions,
  type OnOperation,
} from '../../../../src/store/memory.js';
import { withReadOnly } from '../../../../src/store/with-read-only.js';
import type { ListedAccount } from '../../../../src/sync/list-accounts.js';
import { backupPolicy } from '../../../../src/sync/policy.js';
import { RunContext } from '../../../../src/sync/run-context.js';
import type { SyncRunOptions } from '../../../../src/sync/run-options.js';
import { followTree, type TreeOutcome } from '../../../../src/sync/tree/follow-renames.js';
import type { TreeSides } from '../../../../src/sync/tree/locate.js';
import { carrySubscriptions } from '../../../../src/sync/tree/subscriptions.js';
import { MemoryFiles as Files, type MemoryFiles, type Survival } from '../../state/memory-files.js';
import { openIn } from '../../state/open.js';

/** Of the message of that number. */
function dateOf(number: number): string {
  return ` 1-Feb-2024 08:00:${String(number % 60).padStart(2, '0')} +0000`;
}

/** What a test may choose of a run. */
export type Choices = Partial<Pick<SyncRunOptions, 'selection' | 'dryRun' | 'finish'>> & {
  /** Decides over the operations at the destination. */
  readonly onOperation?: OnOperation;
};

/** How a run went. */
export interface Said {
  readonly outcome: TreeOutcome | null;
  readonly error: MailferryError | null;
  /** `from > to` of every rename told. */
  readonly renamed: readonly string[];
  /** Mailboxes told to be removed. */
  readonly removed: readonly string[];
  /** `code mailbox` of every problem told. */
  readonly problems: readonly string[];
  /** RENAMEs asked for at the destination. */
  readonly renames: number;
}

/** What a test may choose of a server. */
export type ServerChoices = MemoryServerOptions & {
  /** All its mailboxes have this UIDVALIDITY, and keep it whatever happens. */
  readonly oneUidValidity?: number;
};

/** Two in-memory servers with paired mailboxes, and the state of their route in memory. */
export class TreeWorld {
  readonly a: MemoryServer;
  readonly b: MemoryServer;
  files: MemoryFiles = new Files();
  readonly #choices: Readonly<Record<Side, ServerChoices>>;
  #delivered = 0;

  constructor(a: ServerChoices = {}, b: ServerChoices = {}) {
    this.#choices = { a, b };
    this.a = serverOf('ann@source.example', a);
    this.b = serverOf('bob@destination.example', b);
  }

  /** Makes mailboxes on both sides, each with a message that says its name, and pairs them as a run leaves them. */
  async pair(...names: readonly (string | readonly [a: string, b: string])[]): Promise<void> {
    await this.withState(async (state) => {
      for (const one of names) {
        const [a, b] = typeof one === 'string' ? [one, one] : one;
        make(this.a, a);
        make(this.b, b);
        this.#pairMessages(state, a, b);
      }
    });
  }

  /** As {@link pair}, of mailboxes without a message. */
  async pairEmpty(...names: readonly string[]): Promise<void> {
    await this.withState(async (state) => {
      for (const name of names) {
        make(this.a, name);
        make(this.b, name);
        this.#recordCursors(state, state.createPair(name, name).key, name, name);
      }
    });
  }

  async withState<T>(work: (state: RouteState) => Promise<T>, readOnly = false): Promise<T> {
    const state = await openIn(this.files, { readOnly });
    try {
      return await work(state);
    } finally {
      await state.close();
    }
  }

  /** Lists both sides and follows, as the survey of an account does. */
  follow(choices: Choices = {}): Promise<Said> {
    return this.run((run, sides) => followTree(run, sides), choices);
  }

  /** As {@link follow}, and carries subscriptions then. */
  followAll(choices: Choices = {}): Promise<Said> {
    return this.run(async (run, sides) => {
      const outcome = await followTree(run, sides);
      const { listing } = await listed(run.options.b, run.signal);
      const existing = new Map(listing.mailboxes.map((mailbox) => [mailbox.name, mailbox]));
      const mailboxes = sides.a.listing.mailboxes.map((source) => {
        const name = run.options.state.pairByName('a', source.name)?.names.b ?? '';
        return { source, existing: existing.get(name), display: source.name };
      });
      await carrySubscriptions(run, mailboxes);
      return outcome;
    }, choices);
  }

  async run<T extends TreeOutcome | null>(
    work: (run: RunContext, sides: TreeSides) => Promise<T>,
    { selection = { include: [], exclude: [] }, dryRun = false, onOperation, finish }: Choices = {},
  ): Promise<Said> {
    const before = this.b.operations.filter(({ kind }) => kind === 'rename').length;
    const events: RunEvent[] = [];
    const { signal } = new AbortController();
    const stores = { a: this.a.store({ killedCalls: 'reject' }), b: this.b.store({ killedCalls: 'reject' }) };
    this.b.onOperation = onOperation ?? null;
    let outcome: TreeOutcome | null = null;
    let error: MailferryError | null = null;
    try {
      outcome = await this.withState(async (state) => {
        const a = withReadOnly(asChosen(stores.a, this.#choices.a));
        const real = asChosen(stores.b, this.#choices.b);
        const b = dryRun ? withReadOnly(real) : real;
        const run = new RunContext({
          ...{ policy: backupPolicy, a, b, state, selection, dryRun, full: false, parallel: 3 },
          ...{ onEvent: (event) => events.push(event), finish: finish ?? signal, signal },
        });
        return await work(run, { a: await listed(a, signal), b: await listed(b, signal) });
      }, dryRun);
    } catch (thrown) {
      error = asMailferryError(thrown);
    }
    this.b.onOperation = null;
    const renames = this.b.operations.filter(({ kind }) => kind === 'rename').length - before;
    return { outcome, error, ...said(events), renames };
  }

  /** The process is dead; the next one finds what it left. */
  crash(how: Survival = 'kept'): void {
    this.files = this.files.survivors(how);
  }

  /** `a = b` of every pair. */
  async pairs(): Promise<string[]> {
    return await this.withState(
      async (state) => [...state.pairs()].map(({ names }) => `${names.a ?? '-'} = ${names.b ?? '-'}`).sort(),
      true,
    );
  }

  #pairMessages(state: RouteState, a: string, b: string): void {
    this.#delivered++;
    const internalDate = dateOf(this.#delivered);
    const body = `Message-ID: <${this.#delivered}@example.net>\r\n\r\n${a}\r\n`;
    // Other UIDs than on the other side, as in life.
    this.a.deliver(a, { body, internalDate, uid: 10 + this.#delivered });
    this.b.deliver(b, { body, internalDate });
    const [uidA, uidB] = [lastUid(this.a.snapshot(), a), lastUid(this.b.snapshot(), b)];
    const { key } = state.createPair(a, b);
    state.record({ t: 'mailbox', key, a, b, subscribed: false });
    state.record({ t: 'pairs', key, runs: [uidA, uidB, 1], flags: {} });
    const date = internalDateEpoch(internalDate) ?? 0;
    // Of messages that were carried only what they were at the source is known.
    const anchor = { uids: { a: uidA, b: uidB }, dates: { a: date, b: 0 }, sizes: { a: body.length, b: 0 } };
    state.record({ t: 'anchors', key, anchors: [anchor] });
    this.#recordCursors(state, key, a, b);
  }

  #recordCursors(state: RouteState, key: string, a: string, b: string): void {
    const cursors = { a: cursorOf(this.a, a, this.#choices.a), b: cursorOf(this.b, b, this.#choices.b) };
    state.record({ t: 'cursor', key, ...cursors, policy: 'policy', filter: '' });
  }
}

/** The name of each mailbox of a server, by what its message says. */
export function places(server: MemoryServer): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, { messages }] of Object.entries(server.snapshot().mailboxes)) {
    for (const { uid } of messages) {
      const text = server.body(name, uid).toString('latin1');
      found[text.slice(text.indexOf('\r\n\r\n') + 4).trimEnd()] = name;
    }
  }
  return found;
}

/** All names of a server. */
export function namesOf(server: MemoryServer): string[] {
  return Object.keys(server.snapshot().mailboxes).sort();
}

function make(server: MemoryServer, name: string): void {
  if (server.snapshot().mailboxes[name] === undefined) server.createMailbox(name);
}

function lastUid({ mailboxes }: AccountSnapshot, name: string): number {
  return mailboxes[name]?.messages.at(-1)?.uid ?? 0;
}

function serverOf(account: string, { oneUidValidity: _, ...options }: ServerChoices): MemoryServer {
  return new MemoryServer({ account, ...options });
}

function cursorOf(server: MemoryServer, name: string, { features, oneUidValidity }: ServerChoices): Cursor {
  const found = server.snapshot().mailboxes[name];
  if (!found) throw new Error(`no mailbox ${name}`);
  const { uidNext, highestModseq, messages, mailboxId } = found;
  const uidValidity = oneUidValidity ?? found.uidValidity;
  const cursor = { uidValidity, uidNext, highestModseq, messages: messages.length };
  return features?.objectId === false ? cursor : { ...cursor, mailboxId };
}

function said(events: readonly RunEvent[]): Pick<Said, 'renamed' | 'removed' | 'problems'> {
  const renamed: string[] = [];
  const removed: string[] = [];
  const problems: string[] = [];
  for (const event of events) {
    if (event.type === 'mailbox-renamed') renamed.push(`${event.from} > ${event.mailbox}`);
    if (event.type === 'mailbox-removed') removed.push(event.mailbox);
    if (event.type === 'problem') problems.push(`${event.problem.code} ${event.problem.mailbox ?? ''}`);
  }
  return { renamed, removed, problems };
}

async function listed(store: MailStore, signal: AbortSignal): Promise<ListedAccount> {
  const session = await store.lease(signal);
  try {
    return { facts: session.facts, listing: await session.list(signal) };
  } finally {
    session.release();
  }
}

function asChosen(store: MailStore, { oneUidValidity }: ServerChoices): MailStore {
  return oneUidValidity === undefined ? store : withOneUidValidity(store, oneUidValidity);
}

/** As servers have it that take the second for UIDVALIDITY, where all were made at once. */
function withOneUidValidity(store: MailStore, uidValidity: number): MailStore {
  const changed = <T extends object>(target: T, changes: Partial<T>): T => {
    return new Proxy(target, {
      get: (real, name) => {
        const value: unknown = Reflect.get(name in changes ? changes : real, name);
        return typeof value === 'function' ? value.bind(real) : value;
      },
    });
  };
  return changed(store, {
    lease: async (signal) => {
      const session = await store.lease(signal);
      return changed(session, {
        list: async (listSignal) => {
          const { mailboxes, complete } = await session.list(listSignal);
          const same = mailboxes.map((mailbox) => ({
            ...mailbox,
            status: mailbox.status && { ...mailbox.status, uidValidity },
          }));
          return { mailboxes: same, complete };
        },
        open: async (...request) => {
          const open = await session.open(...request);
          return changed(open, { snapshot: { ...open.snapshot, uidValidity } });
        },
      });
    },
  });
}
