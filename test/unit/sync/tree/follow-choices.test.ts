import { describe, expect, test } from 'vitest';
import { followTree } from '../../../../src/sync/tree/follow-renames.js';
import { refusalOf } from './refusals.js';
import { namesOf, places, TreeWorld } from './tree-world.js';

async function worldOf(...names: readonly string[]): Promise<TreeWorld> {
  const world = new TreeWorld();
  await world.pair('INBOX', ...names);
  return world;
}

describe('what a person selects', () => {
  test('a mailbox that is left out keeps its name, until it is not left out', async () => {
    const world = await worldOf('X', 'Y');
    world.a.renameMailbox('X', 'Private');
    world.a.renameMailbox('Y', 'Z');
    const selection = { include: [], exclude: ['Private'] };
    expect((await world.follow({ selection })).renamed).toEqual(['Y > Z']);
    expect(namesOf(world.b)).toEqual(['INBOX', 'X', 'Z']);
    expect((await world.follow()).renamed).toEqual(['X > Private']);
    expect(places(world.b)).toEqual(places(world.a));
  });

  test('both names have to be selected', async () => {
    const world = await worldOf('X');
    world.a.renameMailbox('X', 'Y');
    for (const name of ['X', 'Y']) {
      const { renames, outcome } = await world.follow({ selection: { include: [name], exclude: [] } });
      expect([renames, outcome?.gone]).toEqual([0, []]);
    }
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X']);
  });

  test('a mailbox that is left out goes along with its parent', async () => {
    const world = await worldOf('X', 'X/1');
    world.a.renameMailbox('X', 'Y');
    const selection = { include: [], exclude: ['Y/1'] };
    expect((await world.follow({ selection })).renamed).toEqual(['X > Y']);
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X/1 = Y/1', 'Y = Y']);
    expect((await world.follow()).renames).toBe(0);
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y', 'Y/1 = Y/1']);
  });

  test('a mailbox that is left out and was not renamed is where it was in the end', async () => {
    const world = await worldOf('X', 'X/1');
    world.a.renameMailbox('X/1', 'temp');
    world.a.renameMailbox('X', 'Y');
    world.a.renameMailbox('temp', 'X/1');
    await world.follow({ selection: { include: [], exclude: ['X/1'] } });
    expect(places(world.b)).toEqual(places(world.a));
  });

  test('one that is left out loses a name that another has now', async () => {
    const world = await worldOf('X', 'Y');
    world.a.renameMailbox('Y', 'Private');
    world.a.renameMailbox('X', 'Y');
    const selection = { include: [], exclude: ['Private'] };
    const { problems, renamed } = await world.follow({ selection });
    expect({ problems, renamed }).toEqual({ problems: [], renamed: ['X > Y_2'] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Private = Y', 'Y = Y_2']);
  });
});

describe('what is gone', () => {
  test('is what is not listed and not there when asked for', async () => {
    const world = await worldOf('X', 'Y');
    world.a.deleteMailbox('X');
    const { outcome } = await world.follow();
    expect(outcome?.gone.map(({ names }) => names)).toEqual([{ a: 'X', b: 'X' }]);
    expect(outcome?.changedB).toBe(false);
    expect(
      world.a.operations.filter(({ kind }) => kind === 'is-there').map(({ mailbox }) => mailbox),
    ).toEqual(['X']);
  });

  test('is not what the listing has forgotten', async () => {
    const world = await worldOf('X');
    world.a.onOperation = ({ kind }) =>
      kind === 'list' ? { omit: { mailboxes: ['X'] }, complete: true } : 'go';
    expect((await world.follow()).outcome?.gone).toEqual([]);
  });

  test('is not what the server does not want to speak about', async () => {
    const world = await worldOf('X');
    world.a.deleteMailbox('X');
    world.a.onOperation = ({ kind }) => (kind === 'is-there' ? refusalOf('COMMAND_REFUSED') : 'go');
    const { outcome, error } = await world.follow();
    expect(error).toBeNull();
    expect(outcome?.gone).toEqual([]);
  });

  test('is not INBOX', async () => {
    const world = await worldOf('X');
    world.a.onOperation = ({ kind }) => {
      return kind === 'list' || kind === 'is-there'
        ? { omit: { mailboxes: ['INBOX'] }, complete: true }
        : 'go';
    };
    expect((await world.follow()).outcome?.gone).toEqual([]);
  });

  test('is nothing that is left out, by its name or by the role of its partner', async () => {
    const world = new TreeWorld();
    world.a.createMailbox('Papierkorb', '\\trash');
    world.b.createMailbox('Trash', '\\trash');
    await world.pair('X', ['Papierkorb', 'Trash']);
    world.a.deleteMailbox('X');
    world.a.deleteMailbox('Papierkorb');
    const { outcome } = await world.follow({ selection: { include: [], exclude: ['X', 'role:trash'] } });
    expect(outcome?.gone).toEqual([]);
  });

  test('has its name of today at the destination', async () => {
    const world = await worldOf('X');
    world.a.deleteMailbox('X');
    world.b.renameMailbox('X', 'Z');
    const { outcome, renames } = await world.follow();
    expect(outcome?.gone.map(({ names }) => names)).toEqual([{ a: 'X', b: 'Z' }]);
    expect(renames).toBe(0);
  });

  test('a mailbox made anew under its old name is replaced, not gone', async () => {
    const world = await worldOf('X');
    world.a.deleteMailbox('X');
    world.a.createMailbox('X');
    const { outcome } = await world.follow();
    expect(outcome?.gone).toEqual([]);
    expect(outcome?.replaced.a).toHaveLength(1);
    expect(outcome?.replaced.b).toEqual([]);
  });

  test('gone at the destination and renamed at the source: to be made there under the new name', async () => {
    const world = await worldOf('X', 'Y');
    world.a.renameMailbox('X', 'Z');
    world.b.deleteMailbox('X');
    expect(await world.follow()).toMatchObject({ error: null, problems: [], renamed: [] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'Y = Y', 'Z = Z']);
  });

  test('two pairs never get one name at the destination', async () => {
    const world = await worldOf('X', 'Y');
    // What Y was is called X now, and cannot be renamed back.
    world.b.deleteMailbox('X');
    world.b.renameMailbox('Y', 'X');
    const refused = await world.follow({
      onOperation: ({ kind }) => (kind === 'rename' ? refusalOf('MAILBOX_UNAVAILABLE') : 'go'),
    });
    expect(refused.problems).toEqual(['MAILBOX_UNAVAILABLE X']);
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = -', 'Y = X']);
  });
});

describe('a listing with holes', () => {
  test.each(['a', 'b'] as const)('on side %s: nothing is followed and nothing is gone', async (side) => {
    const world = await worldOf('X', 'Y');
    world.a.renameMailbox('X', 'Z');
    world.a.deleteMailbox('Y');
    const holes = { omit: {}, complete: false };
    if (side === 'a') world.a.onOperation = ({ kind }) => (kind === 'list' ? holes : 'go');
    const said = await world.follow(
      side === 'b' ? { onOperation: ({ kind }) => (kind === 'list' ? holes : 'go') } : {},
    );
    expect(said).toMatchObject({ error: null, renamed: [], outcome: { changedB: false, gone: [] } });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X', 'Y = Y']);
  });
});

describe('a dry run', () => {
  test('tells what would be renamed and writes nothing', async () => {
    const world = await worldOf('X', 'X/1', 'Y', 'W');
    world.b.createMailbox('taken');
    world.a.renameMailbox('X', 'temp');
    world.a.renameMailbox('Y', 'X');
    world.a.renameMailbox('temp', 'Y');
    world.a.renameMailbox('W', 'taken');
    const before = await world.pairs();
    const plan = await world.follow({ dryRun: true });
    expect(plan.error).toBeNull();
    expect(plan.outcome?.changedB).toBe(false);
    expect(await world.pairs()).toEqual(before);
    const real = await world.follow();
    expect(plan.renamed).toEqual(real.renamed);
    expect(plan.problems).toEqual(real.problems);
    expect(plan.renames).toBe(0);
  });

  test('what comes after it finds the pairs by their names of today', async () => {
    const world = await worldOf('X');
    world.a.renameMailbox('X', 'Y');
    const found: unknown[] = [];
    await world.run(
      async (run, sides) => {
        const outcome = await followTree(run, sides);
        found.push(run.options.state.pairByName('a', 'Y')?.names);
        return outcome;
      },
      { dryRun: true },
    );
    expect(found).toEqual([{ a: 'Y', b: 'X' }]);
  });
});

describe('a refused RENAME', () => {
  test('is told, leaves the mailbox paired where it is, stops no other, and is tried again', async () => {
    const world = await worldOf('X', 'X/1', 'Y');
    world.a.renameMailbox('X', 'P');
    world.a.renameMailbox('Y', 'Q');
    const { error, problems, renamed } = await world.follow({
      onOperation: ({ kind, mailbox }) => {
        return kind === 'rename' && mailbox === 'X' ? refusalOf('MAILBOX_UNAVAILABLE') : 'go';
      },
    });
    expect(error).toBeNull();
    expect(problems).toEqual(['MAILBOX_UNAVAILABLE X']);
    expect(renamed).toEqual(['Y > Q']);
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'P = X', 'P/1 = X/1', 'Q = Q']);
    expect(await world.follow()).toMatchObject({ renamed: ['X > P'], problems: [] });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'P = P', 'P/1 = P/1', 'Q = Q']);
    expect(await world.follow()).toMatchObject({ renames: 0, problems: [] });
  });

  test('on its way back from a temporary name: tried again by every run', async () => {
    const world = await worldOf('X', 'Y');
    world.a.renameMailbox('X', 'temp');
    world.a.renameMailbox('Y', 'X');
    world.a.renameMailbox('temp', 'Y');
    const first = await world.follow({
      onOperation: ({ kind, to }) => (kind === 'rename' && to === 'Y' ? refusalOf('COMMAND_REFUSED') : 'go'),
    });
    expect(first.problems).toEqual(['COMMAND_REFUSED mailferry-m2']);
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X', 'Y = mailferry-m2']);
    expect((await world.follow()).problems).toEqual([]);
    expect(places(world.b)).toEqual(places(world.a));
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'X = X', 'Y = Y']);
  });

  test('a broken connection ends it, and the next run goes on', async () => {
    const world = await worldOf('X', 'Y');
    world.a.renameMailbox('X', 'P');
    world.a.renameMailbox('Y', 'Q');
    let renames = 0;
    const broken = await world.follow({
      onOperation: ({ kind }) => (kind === 'rename' && ++renames === 2 ? 'fail-after' : 'go'),
    });
    expect(broken.error?.code).toBe('CONNECTION_LOST');
    expect(await world.follow()).toMatchObject({ error: null, problems: [], renames: 0 });
    expect(await world.pairs()).toEqual(['INBOX = INBOX', 'P = P', 'Q = Q']);
  });
});

test('asked to finish, it ends between two RENAMEs', async () => {
  const world = await worldOf('X', 'Y');
  world.a.renameMailbox('X', 'P');
  world.a.renameMailbox('Y', 'Q');
  const finish = new AbortController();
  const ended = await world.follow({
    finish: finish.signal,
    onOperation: ({ kind }) => {
      if (kind === 'rename') finish.abort();
      return 'go';
    },
  });
  expect(ended.error?.code).toBe('INTERRUPTED');
  expect(ended.renames).toBe(1);
  expect(await world.follow()).toMatchObject({ error: null, renames: 1 });
  expect(places(world.b)).toEqual(places(world.a));
});

describe('subscriptions', () => {
  test('follow a RENAME as those of the source are, of what lies below too', async () => {
    const world = await worldOf('X', 'X/1', 'X/2', 'Y');
    world.b.createMailbox('X/own');
    for (const name of ['X', 'X/1', 'X/own', 'Y']) world.b.subscribe(name);
    for (const name of ['X', 'X/2', 'Y']) world.a.subscribe(name);
    world.a.renameMailbox('X', 'Z');
    for (const name of ['Z', 'Z/2']) world.a.subscribe(name);
    expect(await world.follow()).toMatchObject({ error: null, problems: [] });
    expect(world.b.snapshot().subscriptions).toEqual(['Y', 'Z', 'Z/2', 'Z/own']);
  });

  test('one that is refused is told and stops nothing', async () => {
    const world = await worldOf('X');
    world.b.subscribe('X');
    world.a.renameMailbox('X', 'Z');
    world.a.subscribe('Z');
    const said = await world.follow({
      onOperation: ({ kind }) => (kind === 'subscribe' ? refusalOf('COMMAND_REFUSED') : 'go'),
    });
    expect(said).toMatchObject({ error: null, renamed: ['X > Z'] });
    expect(said.problems).toEqual(['COMMAND_REFUSED X', 'COMMAND_REFUSED Z']);
  });

  test('a refused RENAME leaves them as they were', async () => {
    const world = await worldOf('X', 'X/1');
    for (const name of ['X', 'X/1']) world.b.subscribe(name);
    world.a.renameMailbox('X', 'Z');
    await world.follow({
      onOperation: ({ kind }) => (kind === 'rename' ? refusalOf('MAILBOX_UNAVAILABLE') : 'go'),
    });
    expect(world.b.snapshot().subscriptions).toEqual(['X', 'X/1']);
  });
});
