import { afterEach, describe, expect, it } from 'vitest';
import { backupPolicy } from '../../src/sync/policy.js';
import { contentsOf, type EngineRun, type EngineRunOptions, EngineWorld } from '../support/engine/index.js';
import { put } from './support/mail.js';
import { codesOf, notesOf } from './support/told.js';

let world: EngineWorld | null = null;

afterEach(() => {
  world?.remove();
  world = null;
});

function backup(of: EngineWorld, options: EngineRunOptions = {}): Promise<EngineRun> {
  return of.run({ policy: backupPolicy, ...options });
}

/** An account with two mailboxes; the destination had a message before us, about which nobody has decided. */
async function withForeign(): Promise<EngineWorld> {
  world = new EngineWorld({ features: { objectId: false } }, { features: { objectId: false } });
  world.source.createMailbox('Archive');
  put(world.source, 'Archive', 1, 2);
  world.destination.createMailbox('Archive');
  put(world.destination, 'Archive', 9);
  expect(codesOf(await backup(world))).toEqual(['FOREIGN_MESSAGES']);
  return world;
}

const choice = { foreign: 'remove' } as const;

describe('what a person has decided to remove', () => {
  it('goes, although an empty mailbox has another UIDVALIDITY each time it is opened', async () => {
    const made = await withForeign();
    // What Courier does where no message has ever been.
    const options: EngineRunOptions = {
      onSourceOperation: ({ kind }) => {
        if (kind === 'list' || kind === 'examine') made.source.changeUidValidity('INBOX');
        return 'go';
      },
    };
    made.source.expunge('Archive', 1);
    const run = await backup(made, { ...options, choice });
    expect(codesOf(run)).toEqual([]);
    expect(notesOf(run)).toEqual([]);
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
    const next = await backup(made, options);
    expect([...codesOf(next), ...notesOf(next)]).toEqual([]);
  });

  it('is told, and asked about again, where it has to stay for now', async () => {
    const made = await withForeign();
    let lists = 0;
    const run = await backup(made, {
      choice,
      onSourceOperation: ({ kind }) => {
        if (kind === 'list') lists++;
        // A mailbox that nobody has looked at may hold what is gone elsewhere.
        if (kind === 'list' && lists === 2) made.source.createMailbox('New');
        return 'go';
      },
    });
    expect(codesOf(run)).toEqual(['REMOVALS_WAITING']);
    expect(contentsOf(made.destination)['Archive']).toHaveLength(3);
    expect(codesOf(await backup(made))).toEqual(['FOREIGN_MESSAGES']);
    expect(codesOf(await backup(made, { choice }))).toEqual([]);
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
  });
});

describe('what has moved while the tree of the source changes', () => {
  it('is told where it has to stay for now', async () => {
    const made = await withForeign();
    await backup(made, { choice });
    made.source.move('Archive', 1, 'INBOX');
    let lists = 0;
    const run = await backup(made, {
      onSourceOperation: ({ kind }) => {
        if (kind === 'list') lists++;
        if (kind === 'list' && lists === 2) made.source.createMailbox('New');
        return 'go';
      },
    });
    expect(codesOf(run)).toEqual(['REMOVALS_WAITING']);
    expect(codesOf(await backup(made))).toEqual([]);
    expect(contentsOf(made.destination)).toEqual(contentsOf(made.source));
  });
});
