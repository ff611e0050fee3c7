import { afterAll, beforeAll } from 'vitest';
import type { WireName } from '../../../src/model/mailbox.js';
import type { MailSession, MailStore } from '../../../src/store/mail-store.js';
import type { Peer, StoreFixture } from './fixture.js';

/** A signal that never aborts. */
export const quiet: AbortSignal = new AbortController().signal;

/** What the tests of one server share. */
export interface Stage {
  readonly fixture: StoreFixture;
  readonly peer: Peer;
  readonly store: MailStore;
  /** The server's name for levels below the personal namespace. */
  wireName(...levels: readonly string[]): WireName;
  /** A mailbox that no other test uses, with these messages in it. */
  mailbox(bodies?: readonly Buffer[]): Promise<WireName>;
  /** A name that no other test uses. */
  freshName(): WireName;
  withSession<T>(use: (session: MailSession) => Promise<T>): Promise<T>;
  /** A client of its own, for a test that breaks it. */
  withStore<T>(use: (store: MailStore) => Promise<T>, connections?: number): Promise<T>;
}

export type OnStage = () => Stage;

/** Sets the stage up once for all tests of the suite and takes it down after them. */
export function useStage(makeFixture: () => Promise<StoreFixture>): OnStage {
  let stage: Stage | null = null;
  beforeAll(async () => {
    stage = stageOf(await makeFixture());
  });
  afterAll(async () => {
    await stage?.store.close();
    await stage?.fixture.cleanup();
  });
  return () => {
    if (!stage) throw new Error('there is no fixture');
    return stage;
  };
}

function stageOf(fixture: StoreFixture): Stage {
  const { peer, expected } = fixture;
  const store = fixture.store();
  let names = 0;
  const wireName = (...levels: readonly string[]): WireName =>
    expected.prefix + levels.join(expected.delimiter);
  const freshName = (): WireName => wireName(`t${++names}`);
  return {
    fixture,
    peer,
    store,
    wireName,
    freshName,
    async mailbox(bodies = []) {
      const name = freshName();
      await peer.create(name);
      if (bodies.length > 0) await peer.append(name, bodies);
      return name;
    },
    withSession: (use) => withSession(store, use),
    async withStore(use, connections = 4) {
      const own = fixture.store({ connections });
      try {
        return await use(own);
      } finally {
        await own.close();
      }
    },
  };
}

export async function withSession<T>(
  store: MailStore,
  use: (session: MailSession) => Promise<T>,
): Promise<T> {
  const session = await store.lease(quiet);
  try {
    return await use(session);
  } finally {
    session.release();
  }
}
