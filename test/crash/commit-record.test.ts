import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Intent } from '../../src/state/record.js';
import type { AppendStream, MailSession, MailStore, StoreFeatures } from '../../src/store/mail-store.js';
import { contentsOf, EngineWorld, fillSource, MortalFiles } from '../support/engine/index.js';

let world: EngineWorld | null = null;

afterEach(() => {
  world?.remove();
  world = null;
});

/** What the disk holds for sure at a moment: the intents whose line was written and then synced. */
class SyncedIntents {
  readonly files = new MortalFiles();
  readonly intents = new Map<number, Intent>();
  #unsynced: Intent[] = [];

  constructor() {
    this.files.onJournalStep = (step, data) => {
      if (step === 'write') this.#unsynced.push(...intentsIn(data));
      else for (const intent of this.#unsynced.splice(0)) this.intents.set(intent.id, intent);
    };
  }

  /** How many synced intents are of exactly these messages. */
  of(digests: string): number {
    return [...this.intents.values()].filter((intent) => JSON.stringify(intent.digests) === digests).length;
  }

  /** Records made before any octet: they cannot know digests. */
  get early(): number {
    return [...this.intents.values()].filter(({ digests }) => digests === null).length;
  }
}

function intentsIn(data: Buffer): Intent[] {
  const found: Intent[] = [];
  for (const line of data.toString('utf8').split('\n')) collectIntents(line, found);
  return found;
}

/** Whatever the line looks like around it: an intent is what sits in a member of that name. */
function collectIntents(line: string, found: Intent[]): void {
  const at = line.indexOf('{');
  if (at < 0 || !line.includes('"t":"intent"')) return;
  JSON.parse(line.slice(at), (name, value: unknown) => {
    if (name === 'intent' && isIntent(value)) found.push(value);
    return value;
  });
}

function isIntent(value: unknown): value is Intent {
  return typeof value === 'object' && value !== null && 'sourceUids' in value;
}

interface SeenAppend {
  readonly messages: number;
  /** Their digests. */
  readonly sent: string;
  /** Records made before any octet that were synced when its first octet was about to leave. */
  readonly atFirst: number;
  /** Whether a record of its messages was synced when its last octet was about to leave. */
  readonly atLast: boolean;
}

/** Notes for each APPEND what the disk held at its first and before its last octet. */
function probe(store: MailStore, synced: SyncedIntents, seen: SeenAppend[]): MailStore {
  const wrapStream = (stream: AppendStream): AppendStream => {
    const digests: string[] = [];
    let hash = createHash('sha256');
    let messages = 0;
    let atFirst = 0;
    const endLast = (): void => {
      if (messages > 0) digests.push(hash.digest('base64url').slice(0, 22));
      hash = createHash('sha256');
    };
    return {
      begin: (message) => {
        endLast();
        messages += 1;
        if (messages === 1) atFirst = synced.early;
        return stream.begin(message);
      },
      write: (chunk) => {
        hash.update(chunk);
        return stream.write(chunk);
      },
      commit: () => {
        endLast();
        // The same messages may have gone before: each APPEND has a record of its own.
        const sent = JSON.stringify(digests);
        const before = seen.filter((append) => append.sent === sent).length;
        seen.push({ messages, sent, atFirst, atLast: synced.of(sent) > before });
        return stream.commit();
      },
      abandon: () => stream.abandon(),
    };
  };
  return {
    account: store.account,
    connect: (signal) => store.connect(signal),
    lease: async (signal) => {
      const session = await store.lease(signal);
      const wrapped: MailSession = {
        facts: session.facts,
        list: (given) => session.list(given),
        status: (mailbox, given) => session.status(mailbox, given),
        create: (mailbox, specialUse, given) => session.create(mailbox, specialUse, given),
        subscribe: (mailbox, on, given) => session.subscribe(mailbox, on, given),
        rename: (from, to, given) => session.rename(from, to, given),
        remove: (mailbox, given) => session.remove(mailbox, given),
        isThere: (mailbox, given) => session.isThere(mailbox, given),
        quota: (mailbox, given) => session.quota(mailbox, given),
        totalBytes: (mailbox, given) => session.totalBytes(mailbox, given),
        open: (mailbox, mode, given, ahead) => session.open(mailbox, mode, given, ahead),
        append: (mailbox, given) => wrapStream(session.append(mailbox, given)),
        leave: (given) => session.leave(given),
        release: () => session.release(),
      };
      return wrapped;
    },
    close: () => store.close(),
  };
}

async function watched(features: Partial<StoreFeatures>, messages: number): Promise<SeenAppend[]> {
  world = new EngineWorld({}, { features });
  fillSource(world.source, messages);
  const before = contentsOf(world.source);
  const synced = new SyncedIntents();
  const seen: SeenAppend[] = [];
  const { source } = world;
  const wrap = (store: MailStore): MailStore => probe(store, synced, seen);
  // The probe tells early records by their being unfinished, so mailboxes take turns.
  const run = await world.run({ files: synced.files, wrap, parallel: 1 });
  expect(run.error).toBeNull();
  expect(contentsOf(source)).toEqual(before);
  expect(source.writes).toEqual([]);
  return seen;
}

describe('the record of an APPEND', () => {
  it.each<[string, Partial<StoreFeatures>, number]>([
    ['a MULTIAPPEND known to be atomic', { multiAppend: 'atomic' }, 620],
    ['a MULTIAPPEND without UIDPLUS', { multiAppend: 'atomic', uidplus: false }, 620],
    ['an APPEND of one message', { multiAppend: 'none' }, 30],
    ['an unproven MULTIAPPEND', { multiAppend: 'unproven' }, 620],
  ])(
    'is on the disk, with every digest, before the last octet of %s leaves',
    async (_, features, messages) => {
      const seen = await watched(features, messages);
      expect(seen.length).toBeGreaterThan(4);
      expect(seen.filter(({ atLast }) => !atLast)).toEqual([]);
      if (features.multiAppend !== 'none') expect(seen.some((append) => append.messages > 200)).toBe(true);
    },
  );

  it('is on the disk before the first octet where a MULTIAPPEND may be stored in part', async () => {
    const seen = await watched({ multiAppend: 'unproven' }, 620);
    const ofMany = seen.filter((append) => append.messages > 1);
    expect(ofMany.length).toBeGreaterThan(3);
    expect(ofMany.filter(({ atFirst }) => atFirst !== 1)).toEqual([]);
  });

  it('is not written before the first octet where a MULTIAPPEND is atomic', async () => {
    const seen = await watched({ multiAppend: 'atomic' }, 620);
    expect(seen.filter(({ atFirst }) => atFirst !== 0)).toEqual([]);
  });

  it('goes to the disk with those of other short messages, where each is an APPEND of its own', async () => {
    world = new EngineWorld({}, { features: { multiAppend: 'none' } });
    fillSource(world.source, 200);
    const files = new MortalFiles();
    let syncs = 0;
    files.onJournalStep = (step) => {
      if (step === 'synced') syncs++;
    };
    expect((await world.run({ files, parallel: 1 })).error).toBeNull();
    const appends = world.destination.writes.filter(({ kind }) => kind === 'append-commit').length;
    expect(appends).toBeGreaterThanOrEqual(200);
    expect(syncs).toBeLessThan(appends / 4);
  });
});
