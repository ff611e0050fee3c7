import { describe, expect, it } from 'vitest';
import { UidMap } from '../../../src/model/uid-map.js';
import { UidSet } from '../../../src/model/uid-set.js';
import { MemoryServer } from '../../../src/store/memory.js';
import { OriginalSearch } from '../../../src/sync/moves/original-search.js';
import type { MailboxWork } from '../../../src/sync/run-context.js';
import { bodyOf, dateOf } from '../../support/engine/index.js';

/** Two accounts with the same message in their inboxes; at the first it was copied to "Work". */
function accounts(): { source: MemoryServer; destination: MemoryServer } {
  const source = new MemoryServer({ account: 'a', features: { emailId: true } });
  const destination = new MemoryServer({ account: 'b' });
  for (const server of [source, destination])
    server.deliver('INBOX', { body: bodyOf(1), internalDate: dateOf(1) });
  source.createMailbox('Work');
  source.copy('INBOX', 1, 'Work');
  return { source, destination };
}

/** The state of the inboxes, which whoever works on them unloads as soon as they can. */
class FleetingState {
  readonly #cursors: object;
  #isLoaded = false;

  constructor(uidValidity: { a: number; b: number }) {
    const cursor = { uidNext: 2, messages: 1, highestModseq: null };
    this.#cursors = {
      a: { ...cursor, uidValidity: uidValidity.a },
      b: { ...cursor, uidValidity: uidValidity.b },
    };
  }

  pair(): object {
    return { cursors: this.#cursors };
  }

  async load(): Promise<void> {
    this.#isLoaded = true;
  }

  loaded(): object | undefined {
    if (!this.#isLoaded) return undefined;
    queueMicrotask(() => {
      this.#isLoaded = false;
    });
    const isLoaded = (): boolean => this.#isLoaded;
    return {
      get map(): UidMap {
        if (!isLoaded()) throw new Error('used after it was unloaded');
        return UidMap.from([[1, 1, 1]]);
      },
    };
  }
}

describe('looking for the original of a copied message', () => {
  it('reads a mailbox pair before whoever works on it can unload it', async () => {
    const { source, destination } = accounts();
    const { signal } = new AbortController();
    const stores = [source.store(), destination.store()] as const;
    const [reader, session] = await Promise.all(stores.map((store) => store.lease(signal)));
    if (!reader || !session) throw new Error('no sessions');
    const validities = [source, destination].map((one) => one.snapshot().mailboxes['INBOX']?.uidValidity);
    const state = new FleetingState({ a: validities[0] ?? 0, b: validities[1] ?? 0 });
    const run = { options: { state }, signal, checkFinish: () => undefined };
    const work = { run } as unknown as MailboxWork;
    const ends = { source: await reader.open('Work', 'examine', signal), reader, session };
    const search = new OriginalSearch(work, ends, UidSet.of(1));
    await search.lookIn([{ key: 'm1', names: { a: 'INBOX', b: 'INBOX' } }]);
    expect([...search.found.keys()]).toEqual([1]);
    await Promise.all(stores.map((store) => store.close()));
  });
});
