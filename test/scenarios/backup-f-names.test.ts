import { afterEach, beforeEach, expect, test } from 'vitest';
import { backupPolicy } from '../../src/sync/policy.js';
import { type EngineRun, type EngineRunOptions, EngineWorld } from '../support/engine/index.js';
import { held, put, upTo } from './support/mail.js';
import { codesOf } from './support/told.js';

let world: EngineWorld;

beforeEach(async () => {
  world = new EngineWorld();
  for (const name of ['A', 'A/one', 'B', 'C']) world.source.createMailbox(name);
  put(world.source, 'A/one', ...upTo(23, 21));
  put(world.source, 'B', ...upTo(33, 31));
  put(world.source, 'C', ...upTo(43, 41));
  await backup();
});

afterEach(() => world.remove());

async function backup(options: EngineRunOptions = {}): Promise<EngineRun> {
  const run = await world.run({ policy: backupPolicy, ...options });
  expect(run.error).toBeNull();
  return run;
}

function names(): string[] {
  return Object.keys(world.destination.snapshot().mailboxes).sort();
}

/** What the run does at the destination, but for connecting. */
function done(): string[] {
  return world.destination.operations.map(({ kind }) => kind).filter((kind) => kind !== 'login');
}

function refusing(isRefused: (from: string) => boolean): EngineRunOptions {
  const message = '[CANNOT] Not here';
  const refuse = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never', message } as const;
  return {
    onOperation: (operation) =>
      operation.kind === 'rename' && isRefused(operation.mailbox ?? '') ? { refuse } : 'go',
  };
}

async function expectRest(): Promise<void> {
  const state = world.stateFiles();
  world.destination.forgetOperations();
  expect(codesOf(await backup())).toEqual([]);
  expect(done()).toEqual(['list']);
  expect(world.stateFiles()).toEqual(state);
}

test('a RENAME that is refused is told and tried again by every run, and the mail goes on meanwhile', async () => {
  world.source.renameMailbox('A', 'Z');
  for (let run = 1; run <= 2; run++) {
    put(world.source, 'Z/one', 50 + run);
    expect(codesOf(await backup(refusing(() => true)))).toEqual(['MAILBOX_UNAVAILABLE']);
    expect(held(world.destination, 'A/one').slice(3)).toEqual([51, 52].slice(0, run));
  }
  expect(codesOf(await backup())).toEqual([]);
  expect(names()).toEqual(['B', 'C', 'INBOX', 'Z', 'Z/one']);
  await expectRest();
});

test('a name that another mailbox has is told by every run, which costs no more than a listing, until it is free', async () => {
  world.destination.createMailbox('Plans');
  world.source.renameMailbox('B', 'Plans');
  await backup();
  for (let run = 1; run <= 2; run++) {
    world.destination.forgetOperations();
    expect(codesOf(await backup())).toEqual(['MAILBOX_UNAVAILABLE']);
    expect(done()).toEqual(['list']);
  }
  world.destination.deleteMailbox('Plans');
  expect(codesOf(await backup())).toEqual([]);
  expect(names()).toEqual(['A', 'A/one', 'C', 'INBOX', 'Plans']);
  await expectRest();
});

test('a name that could not be given is told no more once the source has taken it back', async () => {
  world.source.renameMailbox('B', 'Plans');
  await backup(refusing(() => true));
  world.source.renameMailbox('Plans', 'B');
  expect(codesOf(await backup())).toEqual([]);
  await expectRest();
});

test('a name that could not be given is told no more once a person has given it', async () => {
  world.source.renameMailbox('B', 'Plans');
  await backup(refusing(() => true));
  world.destination.renameMailbox('B', 'Plans');
  expect(codesOf(await backup())).toEqual([]);
  await expectRest();
});

test('what was renamed at the destination, and may not have its name back, is tried again', async () => {
  world.destination.renameMailbox('B', 'Mine');
  for (let run = 1; run <= 2; run++) {
    expect(codesOf(await backup(refusing(() => true)))).toEqual(['MAILBOX_UNAVAILABLE']);
  }
  expect(codesOf(await backup())).toEqual([]);
  expect(names()).toEqual(['A', 'A/one', 'B', 'C', 'INBOX']);
  await expectRest();
});

test('an empty mailbox goes along with the one above it, also on servers that give mailboxes no id', async () => {
  world.remove();
  const features = { objectId: false, emailId: false };
  world = new EngineWorld({ features }, { features });
  for (const name of ['A', 'A/void', 'A/void/deeper']) world.source.createMailbox(name);
  put(world.source, 'A', 1, 2, 3);
  await backup();
  world.source.renameMailbox('A', 'Z');
  world.destination.forgetOperations();
  const { events } = await backup();
  expect(done().filter((kind) => ['create', 'remove', 'rename'].includes(kind))).toEqual(['rename']);
  expect(events.filter(({ type }) => type === 'mailbox-renamed')).toHaveLength(1);
  expect(names()).toEqual(['INBOX', 'Z', 'Z/void', 'Z/void/deeper']);
  await expectRest();
});

test.each(['B', 'C', 'mailferry'])(
  'two names that are to be exchanged, where the RENAME of %s is refused, are right when it no longer is',
  async (refused) => {
    world.source.renameMailbox('B', 'away');
    world.source.renameMailbox('C', 'B');
    world.source.renameMailbox('away', 'C');
    const runs = refusing((from) => from.startsWith(refused));
    for (let run = 1; run <= 2; run++) expect(codesOf(await backup(runs))).toContain('MAILBOX_UNAVAILABLE');
    expect(names()).toHaveLength(5);
    expect(codesOf(await backup())).toEqual([]);
    expect(names()).toEqual(['A', 'A/one', 'B', 'C', 'INBOX']);
    expect(held(world.destination, 'B')).toEqual([41, 42, 43]);
    expect(held(world.destination, 'C')).toEqual([31, 32, 33]);
    await expectRest();
  },
);
