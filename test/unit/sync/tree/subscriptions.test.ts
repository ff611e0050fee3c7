import { describe, expect, test } from 'vitest';
import type { MailSession, MailStore } from '../../../../src/store/mail-store.js';
import { RunContext } from '../../../../src/sync/run-context.js';
import {
  carrySubscriptions,
  type Subscribed,
  wantedSubscriptions,
} from '../../../../src/sync/tree/subscriptions.js';
import { refusalOf } from './refusals.js';
import { TreeWorld } from './tree-world.js';

type Rule = Parameters<typeof wantedSubscriptions>[0];

/** Of a, of b, as agreed; then what a and b are to be. */
const TABLE: readonly (readonly [Rule, boolean, boolean, boolean | null, boolean, boolean])[] = [
  ['a-wins', true, false, true, true, true],
  ['a-wins', true, false, null, true, true],
  ['a-wins', false, true, false, false, false],
  ['a-wins', false, false, true, false, false],
  ['leave', true, false, null, true, true],
  ['leave', true, false, false, true, true],
  // Whoever unsubscribed at the destination meant it.
  ['leave', true, false, true, true, false],
  ['leave', false, true, true, false, true],
  ['leave', false, false, true, false, false],
  ['merge', true, false, true, false, false],
  ['merge', false, true, true, false, false],
  ['merge', true, false, false, true, true],
  ['merge', false, true, false, true, true],
  ['merge', false, true, null, true, true],
  ['merge', false, false, true, false, false],
];

describe('wantedSubscriptions', () => {
  test.each(TABLE)('%s: %s and %s, agreed on %s', (rule, a, b, agreed, wantedA, wantedB) => {
    const now: Subscribed = { a, b, agreed };
    expect(wantedSubscriptions(rule, now)).toEqual({ a: wantedA, b: wantedB });
  });
});

describe('carrySubscriptions', () => {
  async function agreed(world: TreeWorld): Promise<Record<string, boolean | null>> {
    return await world.withState(
      async (state) =>
        Object.fromEntries([...state.pairs()].map(({ names, subscribed }) => [names.a, subscribed])),
      true,
    );
  }

  test('makes the destination subscribe to what the source does, and to nothing else', async () => {
    const world = new TreeWorld();
    await world.pair('INBOX', 'new', 'no more', 'both', ['other', 'Given']);
    for (const name of ['new', 'both', 'other']) world.a.subscribe(name);
    for (const name of ['no more', 'both']) world.b.subscribe(name);
    world.b.createMailbox('own');
    world.b.subscribe('own');
    expect(await world.followAll()).toMatchObject({ error: null, problems: [] });
    expect(world.b.snapshot().subscriptions).toEqual(['Given', 'both', 'new', 'own']);
    expect(await agreed(world)).toEqual({
      INBOX: false,
      new: true,
      'no more': false,
      both: true,
      other: true,
    });
    world.b.forgetOperations();
    await world.followAll();
    expect(world.b.writes).toEqual([]);
  });

  test('puts right what was changed at the destination alone', async () => {
    const world = new TreeWorld();
    await world.pair('X', 'Y');
    world.a.subscribe('X');
    await world.followAll();
    world.b.subscribe('X', false);
    world.b.subscribe('Y');
    await world.followAll();
    expect(world.b.snapshot().subscriptions).toEqual(['X']);
  });

  test('sends commands without waiting for each other', async () => {
    const world = new TreeWorld();
    await world.pair('X', 'Y', 'Z');
    for (const name of ['X', 'Y', 'Z']) world.a.subscribe(name);
    const sent: string[] = [];
    const answers: (() => void)[] = [];
    await world.run(async (run, sides) => {
      const session = await run.options.b.lease(run.signal);
      const waiting: MailSession = Object.assign(Object.create(session), {
        release: () => session.release(),
        subscribe: (name: string) => {
          sent.push(name);
          return new Promise<void>((resolve) => {
            answers.push(resolve);
            if (answers.length === 3) for (const answer of answers) answer();
          });
        },
      });
      const b: MailStore = Object.assign(Object.create(run.options.b), { lease: async () => waiting });
      const mailboxes = sides.a.listing.mailboxes.map((source) => {
        return { source, existing: undefined, display: source.name };
      });
      await carrySubscriptions(new RunContext({ ...run.options, b }), mailboxes);
      return null;
    });
    expect(sent).toEqual(['X', 'Y', 'Z']);
  });

  test('tells what is refused, does the rest, and tries again', async () => {
    const world = new TreeWorld();
    await world.pair('X', 'Y');
    for (const name of ['X', 'Y']) world.a.subscribe(name);
    const said = await world.followAll({
      onOperation: ({ kind, mailbox }) => {
        return kind === 'subscribe' && mailbox === 'X' ? refusalOf('COMMAND_REFUSED') : 'go';
      },
    });
    expect(said).toMatchObject({ error: null, problems: ['COMMAND_REFUSED X'] });
    expect(world.b.snapshot().subscriptions).toEqual(['Y']);
    expect(await agreed(world)).toEqual({ X: false, Y: true });
    expect((await world.followAll()).problems).toEqual([]);
    expect(world.b.snapshot().subscriptions).toEqual(['X', 'Y']);
  });

  test('writes nothing in a dry run', async () => {
    const world = new TreeWorld();
    await world.pair('X');
    world.a.subscribe('X');
    expect((await world.followAll({ dryRun: true })).error).toBeNull();
    expect(world.b.snapshot().subscriptions).toEqual([]);
  });
});
