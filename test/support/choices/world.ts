import { mkdirSync, rmSync } from 'node:fs';
import { asMailferryError, type MailferryError } from '../../../src/errors.js';
import type { RunEvent } from '../../../src/report/events.js';
import type { Problem } from '../../../src/report/problem.js';
import { accountIdentity } from '../../../src/state/account-identity.js';
import { openRouteState } from '../../../src/state/route-state.js';
import { MemoryServer, type MemoryServerOptions } from '../../../src/store/memory.js';
import { withReadOnly } from '../../../src/store/with-read-only.js';
import { copyPolicy } from '../../../src/sync/policy.js';
import { runSync } from '../../../src/sync/run.js';
import type { SyncRunOptions } from '../../../src/sync/run-options.js';
import { makeTestFolder } from '../test-folder.js';

/** What a test may choose of a run. */
export type Choices = Partial<Omit<SyncRunOptions, 'a' | 'b' | 'state' | 'onEvent'>>;

/** What a run said. */
export class RunRecord {
  readonly events: readonly RunEvent[];
  readonly error: MailferryError | null;

  constructor(events: readonly RunEvent[], error: MailferryError | null) {
    this.events = events;
    this.error = error;
  }

  get problems(): readonly Problem[] {
    return this.events.flatMap((event) => (event.type === 'problem' ? [event.problem] : []));
  }

  /** Messages stored at the destination. */
  get copied(): number {
    return this.events.reduce(
      (sum, event) => (event.type === 'messages-copied' ? sum + event.uids.length : sum),
      0,
    );
  }

  /** Messages left out by choice, by the reason told. */
  get skipped(): Readonly<Record<string, number>> {
    const skipped: Record<string, number> = {};
    for (const event of this.events) {
      if (event.type === 'messages-skipped')
        skipped[event.reason] = (skipped[event.reason] ?? 0) + event.messages;
    }
    return skipped;
  }

  /** Where every mailbox that was opened went, names for people. */
  get destinations(): Readonly<Record<string, string>> {
    const started = this.events.flatMap((event) => {
      return event.type === 'mailbox-started' ? [[event.mailbox, event.destination]] : [];
    });
    return Object.fromEntries(started) as Record<string, string>;
  }

  get notes(): readonly string[] {
    return this.events.flatMap((event) => (event.type === 'note' ? [event.text] : []));
  }
}

/**
 * Two in-memory servers and a folder with state between them. The source throws on any write, in a dry run the
 * destination does so too.
 */
export class CopyWorld {
  readonly source: MemoryServer;
  readonly destination: MemoryServer;
  readonly #folder = makeTestFolder('choices');

  constructor(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}) {
    this.source = new MemoryServer({ account: 'ann@source.example', ...source });
    this.destination = new MemoryServer({ account: 'ann@destination.example', ...destination });
  }

  async run(choices: Choices = {}): Promise<RunRecord> {
    const { signal } = new AbortController();
    const dryRun = choices.dryRun === true;
    const events: RunEvent[] = [];
    const [a, b] = [
      accountIdentity('source.example', 143, 'ann'),
      accountIdentity('destination.example', 143, 'ann'),
    ];
    const writes = dryRun ? [] : [b];
    const place = { stateDir: this.#folder, a, b, writes, command: 'test', readOnly: dryRun };
    const state = await openRouteState({ ...place, signal });
    const stores = { a: this.source.store(), b: this.destination.store() };
    let error: MailferryError | null = null;
    try {
      await runSync({
        ...{
          policy: copyPolicy,
          selection: { include: [], exclude: [] },
          full: false,
          parallel: 3,
          lateCommitMs: 0,
        },
        ...{ finish: signal, signal },
        ...choices,
        a: withReadOnly(stores.a),
        b: dryRun ? withReadOnly(stores.b) : stores.b,
        state,
        onEvent: (event) => events.push(event),
      });
    } catch (thrown) {
      error = asMailferryError(thrown);
    }
    await Promise.all([stores.a.close(), stores.b.close()]);
    await state.close();
    return new RunRecord(events, error);
  }

  /** The next run knows nothing. */
  loseState(): void {
    rmSync(this.#folder, { recursive: true });
    mkdirSync(this.#folder);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Which bodies lie where at the destination: first line of the text after the header, by mailbox. */
  arrived(): Record<string, string[]> {
    return textsIn(this.destination);
  }
}

/** What {@link deliver} put into each mailbox of a server that holds anything. */
export function textsIn(server: MemoryServer): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [name, { messages }] of Object.entries(server.snapshot().mailboxes)) {
    const texts = messages.map(({ uid }) => textOf(server.body(name, uid)));
    if (texts.length > 0) found[name] = texts;
  }
  return found;
}

function textOf(body: Buffer): string {
  const text = body.toString('utf8');
  return text.slice(text.indexOf('\r\n\r\n') + 4).split('\r\n')[0] ?? '';
}

export interface Delivered {
  readonly flags?: readonly string[];
  readonly internalDate?: string;
  /** Octets of text added. */
  readonly padding?: number;
}

/** A message that is known by its text. Returns its UID. */
export function deliver(server: MemoryServer, mailbox: string, text: string, more: Delivered = {}): number {
  const id = Buffer.from(text).toString('hex');
  const padding = more.padding === undefined ? '' : `${'x'.repeat(more.padding)}\r\n`;
  const body = `Message-ID: <${id}@example.net>\r\nFrom: ann@example.net\r\nSubject: ${id}\r\n\r\n${text}\r\n${padding}`;
  const { flags = [], internalDate = ' 1-Feb-2024 08:00:00 +0000' } = more;
  return server.deliver(mailbox, { body, flags, internalDate });
}
