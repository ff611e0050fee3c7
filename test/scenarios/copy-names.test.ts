import { afterEach, describe, expect, test } from 'vitest';
import { encodeModifiedUtf7 } from '../../src/model/modified-utf7.js';
import type { MemoryServerOptions } from '../../src/store/memory.js';
import { CopyWorld, deliver } from '../support/choices/index.js';

let world: CopyWorld;

afterEach(() => world.remove());

function start(source: MemoryServerOptions = {}, destination: MemoryServerOptions = {}): CopyWorld {
  world = new CopyWorld(source, destination);
  return world;
}

/** Makes a mailbox of the source that holds one message with its name. */
function give(...names: string[]): void {
  for (const name of names) {
    if (name !== 'INBOX') world.source.createMailbox(name);
    deliver(world.source, name, name);
  }
}

/** Copies; a second run must open nothing, and a dry run before must have told the same destinations. */
async function carry(): Promise<Record<string, string[]>> {
  const plan = await world.run({ dryRun: true });
  const first = await world.run();
  expect(first.problems).toEqual([]);
  expect(first.error).toBeNull();
  expect(plan.destinations).toEqual(first.destinations);
  const settled = world.arrived();
  world.destination.forgetOperations();
  const second = await world.run();
  expect(second.destinations).toEqual({});
  expect(second.problems).toEqual([]);
  expect(world.destination.writes).toEqual([]);
  expect(world.arrived()).toEqual(settled);
  return settled;
}

/** By name at the destination, the name at the source of what lies there. */
async function mapping(): Promise<Record<string, string>> {
  const arrived = Object.entries(await carry());
  for (const [name, texts] of arrived) expect([name, texts]).toEqual([name, [texts[0]]]);
  return Object.fromEntries(arrived.map(([name, texts]) => [name, texts[0] ?? '']));
}

describe('names that need no change', () => {
  test.each([
    ['letters of other scripts', encodeModifiedUtf7('日本語/Фото с моря')],
    ['an ampersand', 'R&-D'],
    ['quotes', 'a "quoted" name'],
    ['a backslash', 'back\\slash'],
    ['blanks around', ' both sides '],
    ['wildcards', '100 % * wild'],
    ['brackets', '[Gmail]/All Mail'],
    ['a name that looks like nothing', 'NIL'],
    ['a number', '42'],
    ['200 characters', 'x'.repeat(200)],
    ['an emoji', encodeModifiedUtf7('🎉 Party')],
    ['what is no valid modified UTF-7', 'A&B'],
    ['the delimiter of another server', 'v1.2.3'],
    ['a child of INBOX', 'INBOX/child/grandchild'],
    ['prototype names', '__proto__/constructor'],
  ])('%s', async (_what, name) => {
    start();
    give(name);
    expect(await mapping()).toEqual({ [name]: name });
  });

  test('two spellings of one letter stay two mailboxes', async () => {
    start();
    const [composed, combined] = [encodeModifiedUtf7('Caf\u00e9'), encodeModifiedUtf7('Cafe\u0301')];
    give(composed, combined);
    expect(await mapping()).toEqual({ [composed]: composed, [combined]: combined });
  });
});

describe('delimiters and prefixes', () => {
  test('levels get the delimiter of the destination, and its delimiter in a level is replaced', async () => {
    start({ delimiter: '/' }, { delimiter: '.' });
    give('Work/2024', 'v1.2', 'v1.2/notes');
    expect(await mapping()).toEqual({
      'Work.2024': 'Work/2024',
      v1_2: 'v1.2',
      'v1_2.notes': 'v1.2/notes',
    });
  });

  test('the other way round', async () => {
    start({ delimiter: '.' }, { delimiter: '/' });
    give('Work.2024', 'either/or');
    expect(await mapping()).toEqual({ 'Work/2024': 'Work.2024', either_or: 'either/or' });
  });

  test('a chosen character stands for what cannot be', async () => {
    start({ delimiter: '/' }, { delimiter: '.' });
    give('v1.2');
    await world.run({ altChar: '-' });
    expect(world.arrived()).toEqual({ 'v1-2': ['v1.2'] });
  });

  test('a prefix comes and goes', async () => {
    start({ delimiter: '.', prefix: 'INBOX.' }, { delimiter: '/' });
    give('INBOX', 'INBOX.Work.2024');
    expect(await mapping()).toEqual({ INBOX: 'INBOX', 'Work/2024': 'INBOX.Work.2024' });
  });

  test('below a prefix every mailbox is a child of INBOX already', async () => {
    start({ delimiter: '/' }, { delimiter: '.', prefix: 'INBOX.' });
    give('INBOX', 'INBOX/child', 'INBOX/child/below', 'Work');
    expect(await mapping()).toEqual({
      INBOX: 'INBOX',
      'INBOX.child': 'INBOX/child',
      'INBOX.child.below': 'INBOX/child/below',
      'INBOX.Work': 'Work',
    });
  });

  test('a child of INBOX and a neighbour of the same name are kept apart, with what lies below', async () => {
    start({ delimiter: '/' }, { delimiter: '.', prefix: 'INBOX.' });
    give('INBOX/Work', 'INBOX/Work/old', 'Work', 'Work/old');
    expect(await mapping()).toEqual({
      'INBOX.Work': 'Work',
      'INBOX.Work.old': 'Work/old',
      'INBOX.Work_2': 'INBOX/Work',
      'INBOX.Work_2.old': 'INBOX/Work/old',
    });
  });

  test('a mailbox called Inbox below a prefix does not become the INBOX', async () => {
    start({ delimiter: '.', prefix: 'INBOX.' }, { delimiter: '/' });
    give('INBOX', 'INBOX.Inbox', 'INBOX.INBOX');
    const arrived = await mapping();
    expect(Object.values(arrived).sort()).toEqual(['INBOX', 'INBOX.INBOX', 'INBOX.Inbox']);
    expect(arrived['INBOX']).toBe('INBOX');
  });

  test('a destination without hierarchy gets one level', async () => {
    start({ delimiter: '/' }, { delimiter: null });
    give('INBOX', 'Work', 'Work/2024', 'INBOX/child');
    expect(await mapping()).toEqual({
      INBOX: 'INBOX',
      Work: 'Work',
      Work_2024: 'Work/2024',
      INBOX_child: 'INBOX/child',
    });
  });

  test('a source without hierarchy may hold the delimiter of the destination', async () => {
    start({ delimiter: null }, { delimiter: '/' });
    give('a/b', 'a');
    expect(await mapping()).toEqual({ a_b: 'a/b', a: 'a' });
  });
});

describe('collisions', () => {
  test('what needs no change keeps its name; the other gets a number', async () => {
    start({ delimiter: '/' }, { delimiter: '.' });
    give('a.b', 'a_b', 'a.b/child', 'a_b/child');
    expect(await mapping()).toEqual({
      a_b: 'a_b',
      'a_b.child': 'a_b/child',
      a_b_2: 'a.b',
      'a_b_2.child': 'a.b/child',
    });
  });

  test('a later mailbox does not move an earlier one', async () => {
    start({ delimiter: '/' }, { delimiter: '.' });
    give('a.b');
    expect(await mapping()).toEqual({ a_b: 'a.b' });
    give('a_b');
    expect(await mapping()).toEqual({ a_b: 'a.b', a_b_2: 'a_b' });
  });

  test('a destination that does not know case keeps two mailboxes apart that differ in nothing else', async () => {
    start({}, { caseInsensitiveNames: true });
    give('Archive', 'archive', 'ARCHIVE', 'archive/child');
    await world.run();
    const arrived = world.arrived();
    expect(Object.values(arrived).flat().sort()).toEqual(['ARCHIVE', 'Archive', 'archive', 'archive/child']);
    expect(Object.values(arrived).every((texts) => texts.length === 1)).toBe(true);
    world.destination.forgetOperations();
    expect((await world.run()).destinations).toEqual({});
    expect(world.destination.writes).toEqual([]);
  });

  test('a mailbox the destination has in another case is used', async () => {
    start({}, { caseInsensitiveNames: true });
    world.destination.createMailbox('Archive');
    give('archive');
    await world.run();
    expect(world.arrived()).toEqual({ Archive: ['archive'] });
    world.destination.forgetOperations();
    expect((await world.run()).destinations).toEqual({});
    expect(world.destination.writes).toEqual([]);
  });
});

describe('what the destination refuses', () => {
  const refuseMailbox = (name: string): string | null => (/[<>!]/.test(name) ? '[CANNOT] what a name' : null);

  test('a plainer name is tried, and names stay apart', async () => {
    start({}, { refuseMailbox });
    give('a<b', 'a>b', 'a_b', 'a<b/child');
    const { problems } = await world.run();
    expect(problems).toEqual([]);
    const arrived = world.arrived();
    expect(arrived['a_b']).toEqual(['a_b']);
    expect(Object.values(arrived).flat().sort()).toEqual(['a<b', 'a<b/child', 'a>b', 'a_b']);
    expect(Object.values(arrived).every((texts) => texts.length === 1)).toBe(true);
    expect((await world.run()).destinations).toEqual({});
  });

  test('a name that is too long is cut, and two that then are one stay apart', async () => {
    start({}, { refuseMailbox: (name) => (name.length > 255 ? 'Mailbox name too long' : null) });
    const long = encodeModifiedUtf7('Жу'.repeat(100));
    give(`${long}a`, `${long}b`, `top/${long}`);
    const { problems } = await world.run();
    expect(problems).toEqual([]);
    const arrived = Object.entries(world.arrived());
    expect(arrived.flatMap(([, texts]) => texts).sort()).toEqual(
      [`${long}a`, `${long}b`, `top/${long}`].sort(),
    );
    expect(arrived.every(([name, texts]) => texts.length === 1 && name.length <= 255)).toBe(true);
    expect((await world.run()).destinations).toEqual({});
  });

  test('a mailbox that no name can be found for is told, and the others go on', async () => {
    start({}, { refuseMailbox: (name) => (name.includes('e') ? '[NOPERM] no' : null) });
    give('INBOX', 'secret', 'mail');
    const { problems, error } = await world.run();
    expect(error).toBeNull();
    expect(problems).toMatchObject([
      {
        code: 'MAILBOX_UNAVAILABLE',
        scope: 'mailbox',
        mailbox: 'secret',
        serverText: expect.stringContaining('no'),
      },
    ]);
    expect(world.arrived()).toEqual({ INBOX: ['INBOX'], mail: ['mail'] });
  });

  test('an 8-bit name is encoded where the destination does not take it as it is', async () => {
    start();
    const raw = Buffer.from('Entwürfe').toString('latin1');
    give(raw);
    const { destinations, problems } = await world.run();
    expect(problems).toEqual([]);
    expect(destinations).toEqual({ INBOX: 'INBOX', Entwürfe: 'Entwürfe' });
    expect(world.arrived()).toEqual({ [encodeModifiedUtf7('Entwürfe')]: [raw] });
  });

  test('a destination that can have no children gets one level', async () => {
    start(
      {},
      { refuseMailbox: (name) => (name.includes('/') ? "[CANNOT] doesn't allow inferior mailboxes" : null) },
    );
    give('Work', 'Work/2024');
    expect((await world.run()).problems).toEqual([]);
    expect(world.arrived()).toEqual({ Work: ['Work'], Work_2024: ['Work/2024'] });
  });
});

describe('roles', () => {
  test('a mailbox goes to the one of its role, and all below goes with it', async () => {
    start();
    world.source.createMailbox('Sent Items', '\\sent');
    deliver(world.source, 'Sent Items', 'sent');
    give('Sent Items/2023', 'Sent Items/2023/May');
    world.destination.createMailbox('Sent', '\\sent');
    expect(await carry()).toEqual({
      Sent: ['sent'],
      'Sent/2023': ['Sent Items/2023'],
      'Sent/2023/May': ['Sent Items/2023/May'],
    });
  });

  test('a neighbour that has the name of the role is not mixed with it', async () => {
    start();
    world.source.createMailbox('Sent Items', '\\sent');
    deliver(world.source, 'Sent Items', 'role');
    give('Sent');
    world.destination.createMailbox('Sent', '\\sent');
    expect(await carry()).toEqual({ Sent: ['role'], Sent_2: ['Sent'] });
  });

  test('a role is given where the mailbox is created', async () => {
    start();
    world.source.createMailbox('Papierkorb', '\\trash');
    deliver(world.source, 'Papierkorb', 'gone');
    expect(await carry()).toEqual({ Papierkorb: ['gone'] });
    expect(world.destination.snapshot().mailboxes['Papierkorb']?.specialUse).toBe('\\trash');
  });

  test('of two mailboxes with one role the first gets it', async () => {
    start();
    for (const name of ['Gesendet', 'Sent']) {
      world.source.createMailbox(name, '\\sent');
      deliver(world.source, name, name);
    }
    expect(await carry()).toEqual({ Gesendet: ['Gesendet'], Sent: ['Sent'] });
    const { mailboxes } = world.destination.snapshot();
    expect(mailboxes['Gesendet']?.specialUse).toBe('\\sent');
    expect(mailboxes['Sent']?.specialUse).toBeNull();
  });

  test('two mailboxes of one role at the destination decide nothing', async () => {
    start();
    world.source.createMailbox('Sent Items', '\\sent');
    deliver(world.source, 'Sent Items', 'sent');
    world.destination.createMailbox('Sent', '\\sent');
    world.destination.createMailbox('Gesendet', '\\sent');
    expect(await carry()).toEqual({ 'Sent Items': ['sent'] });
  });

  test('a view of mail that lies elsewhere is no place to put its mail into', async () => {
    start();
    world.source.createMailbox('Starred', '\\flagged');
    deliver(world.source, 'Starred', 'star');
    world.destination.createMailbox('Important', '\\flagged');
    expect(await carry()).toEqual({ Starred: ['star'] });
  });
});

test('mailboxes of other people and shared ones stay behind', async () => {
  start({
    other: [{ prefix: 'Users/', delimiter: '/' }],
    shared: [{ prefix: 'Public/', delimiter: '/' }],
  });
  give('INBOX', 'Users/bob', 'Public/news', 'Publication');
  expect(await mapping()).toEqual({ INBOX: 'INBOX', Publication: 'Publication' });
});
