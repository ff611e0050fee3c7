import { afterEach, describe, expect, it } from 'vitest';
import type { MemoryServer, MemoryServerOptions } from '../../src/store/memory.js';
import { backupPolicy } from '../../src/sync/policy.js';
import {
  bodyOf,
  contentsOf,
  dateOf,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
  MortalFiles,
} from '../support/engine/index.js';
import { codesOf } from './support/told.js';

let world: EngineWorld | null = null;

afterEach(() => {
  world?.remove();
  world = null;
});

function makeWorld(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): EngineWorld {
  world = new EngineWorld(source, destination);
  return world;
}

function deliver(server: MemoryServer, mailbox: string, ...numbers: readonly number[]): void {
  for (const number of numbers)
    server.deliver(mailbox, { body: bodyOf(number), internalDate: dateOf(number) });
}

function backup(of: EngineWorld, options: EngineRunOptions = {}): Promise<EngineRun> {
  return of.run({ policy: backupPolicy, ...options });
}

describe('a mailbox that somebody deleted at the destination', () => {
  async function deletedThere(): Promise<EngineWorld> {
    const made = makeWorld();
    made.source.createMailbox('Archive');
    deliver(made.source, 'Archive', 1, 2);
    expect((await backup(made)).error).toBeNull();
    made.destination.deleteMailbox('Archive');
    deliver(made.source, 'INBOX', 3);
    return made;
  }

  it('does not end a dry run when messages have left it at the source as well', async () => {
    const made = await deletedThere();
    made.source.move('Archive', 1, 'INBOX');
    const { error, events } = await backup(made, { dryRun: true });
    expect(error).toBeNull();
    expect(events).toContainEqual(expect.objectContaining({ type: 'mailbox-created', mailbox: 'Archive' }));
  });

  it('does not end a run when it is gone at the source as well', async () => {
    const made = await deletedThere();
    made.source.deleteMailbox('Archive');
    const run = await backup(made, { choice: { removalLimit: { unit: 'percent', most: 100 } } });
    expect(run.error).toBeNull();
    expect(codesOf(run)).toEqual([]);
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
  });
});

describe('a mailbox whose name another one has taken at the source', () => {
  it('goes from the destination, where it had to leave the name', async () => {
    const made = makeWorld({ features: { objectId: false } }, { features: { objectId: false } });
    for (const name of ['Plans', 'Sent']) made.source.createMailbox(name);
    deliver(made.source, 'Plans', 1, 2);
    expect((await backup(made)).error).toBeNull();
    made.source.deleteMailbox('Sent');
    made.source.renameMailbox('Plans', 'Sent');
    const run = await backup(made);
    expect(run.error).toBeNull();
    expect(codesOf(run)).toEqual([]);
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
  });
});

describe('a message that moved to a new mailbox which the destination does not take', () => {
  it('stays where it was until it has arrived there', async () => {
    const made = makeWorld();
    made.source.createMailbox('Archive');
    deliver(made.source, 'Archive', 1);
    expect((await backup(made)).error).toBeNull();
    made.source.createMailbox('Work');
    made.source.move('Archive', 1, 'Work');
    const refuse = { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later', message: 'try later' } as const;
    const refused = await backup(made, {
      onOperation: ({ kind }) => (kind === 'create' ? { refuse } : 'go'),
    });
    expect(codesOf(refused)).toContain('SERVER_BUSY');
    expect(contentsOf(made.destination)['Archive']).toHaveLength(1);
    expect(codesOf(await backup(made))).toEqual([]);
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
  });
});

describe('removals that a server without UIDPLUS cannot do', () => {
  it('are told at every run and written down once', async () => {
    const made = makeWorld({}, { features: { uidplus: false } });
    deliver(made.source, 'INBOX', 1, 2, 3);
    expect((await backup(made)).error).toBeNull();
    made.source.expunge('INBOX', 2);
    expect(codesOf(await backup(made))).toEqual(['REMOVAL_UNSUPPORTED']);
    const files = new MortalFiles();
    expect(codesOf(await backup(made, { files }))).toEqual(['REMOVAL_UNSUPPORTED']);
    expect(files.appends).toBe(0);
  });
});

describe('two mailboxes that swapped names at the source, one of which was renamed at the destination', () => {
  it('are what they were when the run that swaps them was killed half-way', async () => {
    const made = makeWorld({ features: { objectId: false } }, { features: { objectId: false } });
    for (const [nth, name] of ['Archive', 'Work'].entries()) {
      made.source.createMailbox(name);
      deliver(made.source, name, nth + 1);
    }
    expect((await backup(made)).error).toBeNull();
    for (const [from, to] of [['Work', 'Aside'] as const, ['Archive', 'Work'] as const])
      made.source.renameMailbox(from, to);
    made.source.renameMailbox('Aside', 'Archive');
    made.destination.renameMailbox('Archive', 'Work/Old');
    // The RENAME of the one took the other along, so that both have one name in the state.
    const death = { at: 'journal', nth: 2, moment: 'before-write' } as const;
    expect((await backup(made, { death })).end).toBe('killed');
    const next = await backup(made);
    expect(codesOf(next)).toEqual([]);
    expect(next.events.map(({ type }) => type)).not.toContain('messages-paired');
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
    const files = new MortalFiles();
    await backup(made, { files });
    expect(files.appends).toBe(0);
  });
});

describe('a mailbox that changes names with another one while a run looks whether it may remove anything', () => {
  it('keeps what is foreign to it by then, although that was to be removed', async () => {
    const without = { features: { objectId: false } };
    const made = makeWorld(without, without);
    for (const [nth, name] of ['Archive', 'Plans'].entries()) {
      made.source.createMailbox(name);
      deliver(made.source, name, nth + 1);
    }
    expect((await backup(made)).error).toBeNull();
    deliver(made.destination, 'INBOX', 9);
    const choice = { foreign: 'remove' } as const;
    let lists = 0;
    const run = await backup(made, {
      choice,
      onSourceOperation: ({ kind, mailbox }) => {
        if (kind === 'list') lists++;
        // Seen by the second LIST: the mailbox is opened once more.
        if (kind === 'list' && lists === 2) deliver(made.source, 'Archive', 3);
        else if (kind === 'examine' && lists === 2 && mailbox === 'Archive') {
          lists++;
          made.source.renameMailbox('Archive', 'Aside');
          made.source.renameMailbox('Plans', 'Archive');
          made.source.renameMailbox('Aside', 'Plans');
        }
        return 'go';
      },
    });
    expect(run.error).toBeNull();
    expect(codesOf(run)).toEqual(['REMOVALS_WAITING']);
    expect(contentsOf(made.destination)['Archive']).toHaveLength(2);
    for (let runs = 1; runs <= 2; runs++) await backup(made, { choice });
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
  });
});

describe('a source that gives UIDs to new mail when it is examined, and gives them away again', () => {
  /** What Courier does: the first SELECT writes UIDs down, and until then a message that is stored takes the next. */
  async function givenAway(mailed: readonly number[], stored: readonly number[]): Promise<EngineWorld> {
    const made = makeWorld();
    deliver(made.source, 'INBOX', 1, 2);
    expect((await backup(made)).error).toBeNull();
    const forget = made.source.save();
    deliver(made.source, 'INBOX', ...mailed);
    expect((await backup(made)).error).toBeNull();
    forget();
    deliver(made.source, 'INBOX', ...stored, ...mailed);
    return made;
  }

  it.each([
    { mailed: [3], stored: [9] },
    { mailed: [3, 4], stored: [9] },
    { mailed: [3], stored: [9, 10, 11] },
  ])('$mailed, which $stored came before: nothing is missing, nothing there twice', async (mail) => {
    const made = await givenAway(mail.mailed, mail.stored);
    const run = await backup(made);
    expect(run.error).toBeNull();
    expect(codesOf(run)).toEqual([]);
    const [source, destination] = [made.source, made.destination].map(
      (server) => contentsOf(server)['INBOX'],
    );
    expect(destination?.toSorted()).toEqual(source?.toSorted());
  });

  it('and what was removed meanwhile is left for a person to decide about', async () => {
    const made = await givenAway([3], [9]);
    made.source.expunge('INBOX', 4);
    const run = await backup(made);
    expect(codesOf(run)).toEqual(['FOREIGN_MESSAGES']);
    const [source, destination] = [made.source, made.destination].map(
      (server) => contentsOf(server)['INBOX'],
    );
    expect(destination).toEqual(expect.arrayContaining([...(source ?? [])]));
    expect(destination).toHaveLength(4);
  });
});

describe('a message that moves to a mailbox which loses another one at the same time', () => {
  it.each([
    { title: 'and SELECT tells UIDNEXT', uidNextInSelect: true },
    { title: 'and SELECT does not tell UIDNEXT', uidNextInSelect: false },
  ])('$title: arrives there before it goes', async ({ uidNextInSelect }) => {
    const made = makeWorld({ uidNextInSelect });
    made.source.createMailbox('Archive');
    deliver(made.source, 'INBOX', 1);
    deliver(made.source, 'Archive', 2, 3);
    expect((await backup(made)).error).toBeNull();
    deliver(made.source, 'INBOX', 4, 5);
    deliver(made.source, 'Archive', 6);
    let isMoved = false;
    const run = await backup(made, {
      parallel: 1,
      onSourceOperation: ({ kind, mailbox }) => {
        // INBOX, where more is new, has been looked at by then.
        if (kind !== 'examine' || mailbox !== 'Archive' || isMoved) return 'go';
        isMoved = true;
        made.source.expunge('INBOX', 1);
        made.source.move('Archive', 1, 'INBOX');
        return 'go';
      },
    });
    expect(run.error).toBeNull();
    expect(codesOf(run)).toEqual([]);
    expect(contentsOf(made.destination)['INBOX']).toEqual(
      expect.arrayContaining([...(contentsOf(made.source)['INBOX'] ?? [])]),
    );
  });
});
