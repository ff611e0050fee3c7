import { expect, test } from 'vitest';
import { followTree } from '../../../../src/sync/tree/follow-renames.js';
import { removeMailboxes } from '../../../../src/sync/tree/remove-mailbox.js';
import { refusalOf } from './refusals.js';
import { type Choices, namesOf, type Said, type ServerChoices, TreeWorld } from './tree-world.js';

interface Removal extends Choices {
  /** uidNext the mailboxes had when they were emptied; by default that of the destination now. */
  readonly uidNext?: number | null;
  /** Happens right before. */
  readonly before?: () => void;
}

/** Follows the source, empties what is gone there, and removes it: as a run does. */
async function removal(world: TreeWorld, { uidNext, before, ...choices }: Removal = {}): Promise<Said> {
  return await world.run(async (run, sides) => {
    const outcome = await followTree(run, sides);
    const emptied = outcome.gone.map(({ key, names }) => {
      const found = world.b.snapshot().mailboxes[names.b ?? ''];
      const paired = found?.messages.filter(({ uid }) => uid === 1) ?? [];
      for (const { uid } of run.options.dryRun ? [] : paired) world.b.expunge(names.b ?? '', uid);
      return { key, uidNext: uidNext === undefined ? (found?.uidNext ?? null) : uidNext };
    });
    before?.();
    await removeMailboxes(run, emptied);
    return outcome;
  }, choices);
}

async function worldOf(
  names: readonly string[],
  gone: readonly string[],
  b: ServerChoices = {},
): Promise<TreeWorld> {
  const world = new TreeWorld({}, b);
  await world.pair('INBOX', ...names);
  for (const name of gone) world.a.deleteMailbox(name);
  world.b.forgetOperations();
  return world;
}

test('a mailbox that is gone at the source goes, with its subscription and its pair', async () => {
  const world = await worldOf(['X', 'Y'], ['X']);
  world.b.subscribe('X');
  const said = await removal(world);
  expect(said).toMatchObject({ error: null, problems: [], removed: ['X'] });
  expect(namesOf(world.b)).toEqual(['INBOX', 'Y']);
  expect(world.b.snapshot().subscriptions).toEqual([]);
  expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y']);
});

test('the deepest go first', async () => {
  const world = await worldOf(['X', 'X/1', 'X/1/2', 'A'], ['X', 'X/1', 'X/1/2', 'A']);
  expect((await removal(world)).removed).toEqual(['X/1/2', 'X/1', 'X', 'A']);
});

test('a mailbox with others below it that stay goes, and they stay', async () => {
  const world = await worldOf(['X', 'X/1'], ['X']);
  expect(await removal(world)).toMatchObject({ problems: [], removed: ['X'] });
  expect(namesOf(world.b)).toEqual(['INBOX', 'X/1']);
});

test('what made room for another goes under the name that it has now', async () => {
  const world = await worldOf(['X', 'Y'], ['Y']);
  world.a.renameMailbox('X', 'Y');
  expect(await removal(world)).toMatchObject({ problems: [], removed: ['Y_2'] });
  expect(namesOf(world.b)).toEqual(['INBOX', 'Y']);
  expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y']);
});

test.each([
  ['a message of its own', (world: TreeWorld) => world.b.deliver('X', { body: 'own' })],
  ['another UIDVALIDITY', (world: TreeWorld) => world.b.changeUidValidity('X')],
  [
    'a message that came and went',
    (world: TreeWorld) => world.b.expunge('X', world.b.deliver('X', { body: 'short' })),
  ],
])('one with %s stays and is told', async (_what, happens) => {
  const world = await worldOf(['X'], ['X']);
  const said = await removal(world, { before: () => void happens(world) });
  expect(said).toMatchObject({ error: null, problems: ['MAILBOX_KEPT X'], removed: [] });
  expect(namesOf(world.b)).toContain('X');
  expect(await world.pairs()).toContain('X = X');
});

test('where no uidNext is known the mailbox has to be empty', async () => {
  const world = await worldOf(['X', 'Y'], ['X', 'Y'], { uidNextInSelect: false });
  world.b.deliver('Y', { body: 'own' });
  expect(await removal(world, { uidNext: null })).toMatchObject({
    problems: ['MAILBOX_KEPT Y'],
    removed: ['X'],
  });
});

test('one that is at the source again stays', async () => {
  const world = await worldOf(['X'], ['X']);
  const said = await removal(world, { before: () => world.a.createMailbox('X') });
  expect(said).toMatchObject({ problems: ['MAILBOX_KEPT X'], removed: [] });
  expect(namesOf(world.b)).toContain('X');
});

test('one that is gone on both sides is forgotten', async () => {
  const world = await worldOf(['X', 'Y'], ['X', 'Y']);
  world.b.deleteMailbox('Y');
  const said = await removal(world, { before: () => world.b.deleteMailbox('X') });
  expect(said).toMatchObject({ error: null, problems: [], removed: [] });
  expect(await world.pairs()).toEqual(['INBOX = INBOX']);
});

test('a server that does not want to delete it is told of, and the others go', async () => {
  const world = await worldOf(['X', 'Y'], ['X', 'Y']);
  const said = await removal(world, {
    onOperation: ({ kind, mailbox }) => {
      return kind === 'remove' && mailbox === 'Y' ? refusalOf('MAILBOX_UNAVAILABLE') : 'go';
    },
  });
  expect(said).toMatchObject({ error: null, problems: ['MAILBOX_KEPT Y'], removed: ['X'] });
  expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y']);
});

test('a server that does not want to hear of its subscription deletes it nevertheless', async () => {
  const world = await worldOf(['X'], ['X']);
  const said = await removal(world, {
    onOperation: ({ kind }) => (kind === 'subscribe' ? refusalOf('COMMAND_REFUSED') : 'go'),
  });
  expect(said).toMatchObject({ problems: [], removed: ['X'] });
});

test('one that was never looked at is told once, and none of our business then', async () => {
  const world = new TreeWorld();
  await world.withState(async (state) => void state.createPair('X', 'X'));
  world.b.createMailbox('X');
  expect(await removal(world)).toMatchObject({ error: null, problems: ['MAILBOX_KEPT X'], removed: [] });
  expect(await removal(world)).toMatchObject({ error: null, problems: [], removed: [] });
  expect(namesOf(world.b)).toContain('X');
});

test('INBOX is never deleted', async () => {
  const world = new TreeWorld();
  await world.pair(['X', 'INBOX']);
  world.a.deleteMailbox('X');
  await world.run(async (run) => {
    await removeMailboxes(
      run,
      [...run.options.state.pairs()].map(({ key }) => ({ key, uidNext: null })),
    );
    return null;
  });
  expect(namesOf(world.b)).toEqual(['INBOX']);
  expect(world.b.operations.map(({ kind }) => kind)).not.toContain('remove');
});

test('a dry run tells what would go, and what would stay for what else it holds', async () => {
  const world = await worldOf(['X', 'Y'], ['X', 'Y']);
  world.b.deliver('Y', { body: 'own' });
  expect(await removal(world, { dryRun: true })).toMatchObject({
    ...{ error: null, problems: ['MAILBOX_KEPT Y'], removed: ['X'] },
  });
  expect(namesOf(world.b)).toEqual(['INBOX', 'X', 'Y']);
  expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X', 'Y = Y']);
  expect(world.b.writes).toEqual([]);
});

test('killed between DELETE and its record, the next run forgets the pair', async () => {
  const world = await worldOf(['X'], ['X']);
  let isDead = false;
  world.files.onOperation = () => (isDead ? 'before' : undefined);
  await removal(world, {
    onOperation: ({ kind }) => {
      isDead ||= kind === 'remove';
      return isDead ? 'kill-after' : 'go';
    },
  });
  world.crash('lost');
  expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X']);
  expect(await removal(world)).toMatchObject({ error: null, problems: [], removed: [] });
  expect(await world.pairs()).toEqual(['INBOX = INBOX']);
});
