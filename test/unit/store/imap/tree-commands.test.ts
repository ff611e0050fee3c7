import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import { quiet, type ScriptedOptions, type ScriptedSession, SELECTED, scripted } from './session-parts.js';

const UNAVAILABLE = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' };

interface Tree {
  /** Names LIST shows as mailboxes. */
  readonly mailboxes?: readonly string[];
  /** Names LIST shows as levels that cannot be selected. */
  readonly levels?: readonly string[];
  /** Names LIST shows and STATUS denies. */
  readonly ghosts?: readonly string[];
  /** Names STATUS knows and LIST does not show. */
  readonly hidden?: readonly string[];
  /** Answers to anything else, first to last; OK when there are no more. */
  readonly answers?: readonly string[];
}

/** A server that LISTs and tells STATUS as told. */
function treeOf(tree: Tree, options: ScriptedOptions = {}): ScriptedSession {
  const { mailboxes = [], levels = [], ghosts = [], hidden = [], answers = [] } = tree;
  const left = [...answers];
  return scripted((command) => {
    const name = /"([^"]*)"(?: \(UIDVALIDITY\))?$/.exec(command)?.[1] ?? '';
    if (command.startsWith('SELECT')) return SELECTED;
    if (command.startsWith('EXAMINE')) return ['%T NO no such mailbox'];
    if (command.startsWith('LIST') && [...mailboxes, ...ghosts].includes(name))
      return [`* LIST (\\HasNoChildren) "/" "${name}"`, '%T OK done'];
    if (command.startsWith('LIST') && levels.includes(name))
      return [`* LIST (\\Noselect) "/" "${name}"`, '%T OK done'];
    if (command.startsWith('LIST')) return ['%T OK done'];
    if (command.startsWith('STATUS') && [...mailboxes, ...hidden].includes(name))
      return [`* STATUS "${name}" (UIDVALIDITY 7)`, '%T OK done'];
    if (command.startsWith('STATUS')) return ["%T NO Mailbox doesn't exist"];
    return [`%T ${left.shift() ?? 'OK done'}`];
  }, options);
}

/** Commands that are no questions. */
function changes({ commands }: ScriptedSession): string[] {
  return commands.filter((command) => !/^(?:LIST|STATUS)/.test(command));
}

describe('asking whether a mailbox is there', () => {
  it.each<[string, Tree, boolean]>([
    ['it is listed', { mailboxes: ['Box'] }, true],
    ['nothing is listed', {}, false],
    ['it is a level that cannot be selected', { levels: ['Box'], hidden: ['Box'] }, false],
    ['it is listed, but STATUS says that it does not exist', { ghosts: ['Box'] }, false],
    ['it is not listed, but STATUS knows it', { hidden: ['Box'] }, true],
  ])('believes what it is told when %s', async (_what, tree, isThere) => {
    const made = treeOf(tree);
    expect(await made.session.isThere('Box', quiet)).toBe(isThere);
    expect(made.commands).toEqual(['LIST "" "Box"', 'STATUS "Box" (UIDVALIDITY)']);
  });

  it.each([
    ['another name that matches as a pattern', 'a%', ['* LIST () "/" ab'], 'NO no', false],
    ['the name in another case', 'box', ['* LIST () "/" Box'], 'OK done', false],
    ['INBOX in any case', 'inbox', ['* LIST () "/" Inbox'], 'OK done', true],
    ['a mailbox that cannot tell its status now', 'a', ['* LIST () "/" a'], 'NO [SERVERBUG] no', true],
    ['one that LIST calls nonexistent', 'a', ['* LIST (\\NonExistent) "/" a'], 'NO no', false],
    ['the exact name among others', 'a*', ['* LIST () "/" ab', '* LIST () "/" "a*"'], 'OK done', true],
  ])('is not misled by %s', async (_what, name, rows, status, isThere) => {
    const { session } = scripted((command) =>
      command.startsWith('LIST') ? [...rows, '%T OK done'] : [`%T ${status}`],
    );
    expect(await session.isThere(name, quiet)).toBe(isThere);
  });

  it.each([
    ['a refusal', ['%T NO [UNAVAILABLE] no'], 'SERVER_BUSY'],
    ['a line that cannot be read', ['* LIST what is this', '%T OK done'], 'COMMAND_REFUSED'],
  ])('takes %s for no answer', async (_what, answer, code) => {
    const { session } = scripted((command) => (command.startsWith('LIST') ? answer : ['%T NO no']));
    await expect(session.isThere('Box', quiet)).rejects.toMatchObject({ code, at: { mailbox: 'Box' } });
  });
});

describe('renaming', () => {
  it('sends RENAME after it has looked at both names', async () => {
    const made = treeOf({ mailboxes: ['Old'] });
    await made.session.rename('Old', 'New', quiet);
    expect(changes(made)).toEqual(['RENAME "Old" "New"']);
  });

  it('renames a level that only has others below it', async () => {
    const made = treeOf({ levels: ['Old'] });
    await made.session.rename('Old', 'New', quiet);
    expect(changes(made)).toHaveLength(1);
  });

  it.each<[string, Tree, string, string]>([
    ['the mailbox is not there', {}, 'Old', 'New'],
    ['the new name is taken', { mailboxes: ['Old', 'New'] }, 'Old', 'New'],
    ['the new name is a level', { mailboxes: ['Old'], levels: ['New'] }, 'Old', 'New'],
    ['only STATUS knows the new name', { mailboxes: ['Old'], hidden: ['New'] }, 'Old', 'New'],
    ['it is INBOX', { mailboxes: ['INBOX'] }, 'inbox', 'New'],
  ])('sends nothing when %s', async (_what, tree, from, to) => {
    const made = treeOf(tree);
    await expect(made.session.rename(from, to, quiet)).rejects.toMatchObject(UNAVAILABLE);
    expect(changes(made)).toEqual([]);
  });

  it.each([
    ['NO [ALREADYEXISTS] no', 'MAILBOX_UNAVAILABLE'],
    ['NO no', 'MAILBOX_UNAVAILABLE'],
    ['NO [INUSE] no', 'SERVER_BUSY'],
  ])('fails by %s as %s', async (answer, code) => {
    const { session } = treeOf({ mailboxes: ['Old'], answers: [answer] });
    const place = { account: 'ann@example.net', mailbox: 'Old' };
    await expect(session.rename('Old', 'New', quiet)).rejects.toMatchObject({ code, at: place });
  });
});

describe('deleting a mailbox', () => {
  it('asks nothing when the server has done it', async () => {
    const made = treeOf({ mailboxes: ['Box'] });
    expect(await made.session.remove('Box', quiet)).toBe(true);
    expect(made.commands).toEqual(['DELETE "Box"']);
  });

  it.each<[string, Tree]>([
    ['the server says so', { mailboxes: ['Box'], answers: ['NO [NONEXISTENT] no'] }],
    ['nothing of that name is listed', { answers: ['NO no'] }],
    ['it is a level that cannot be selected', { levels: ['Box'], answers: ['NO [HASCHILDREN] no'] }],
  ])('is done when it is not there: %s', async (_what, tree) => {
    expect(await treeOf(tree).session.remove('Box', quiet)).toBe(false);
  });

  it.each([
    ['NO [HASCHILDREN] no', 'MAILBOX_UNAVAILABLE'],
    ['NO [NOPERM] no', 'MAILBOX_UNAVAILABLE'],
    ['NO [INUSE] no', 'SERVER_BUSY'],
    ['BAD what', 'MAILBOX_UNAVAILABLE'],
  ])('fails by %s as %s while it is there', async (answer, code) => {
    const { session } = treeOf({ mailboxes: ['Box'], answers: [answer] });
    await expect(session.remove('Box', quiet)).rejects.toMatchObject({ code, at: { mailbox: 'Box' } });
  });

  it('never sends DELETE for INBOX', async () => {
    const made = treeOf({ mailboxes: ['INBOX'] });
    for (const name of ['INBOX', 'inBox'])
      await expect(made.session.remove(name, quiet)).rejects.toMatchObject(UNAVAILABLE);
    expect(made.commands).toEqual([]);
  });
});

describe('the open mailbox, before it is renamed or deleted', () => {
  const tree = { mailboxes: ['a', 'a/b', 'ab'] };

  it.each([
    ['UNSELECT where there is one', ['UNSELECT'], 'UNSELECT'],
    ['an EXAMINE that fails', [], 'EXAMINE ""'],
  ])('is left by %s', async (_what, capabilities, command) => {
    const made = treeOf(tree, { facts: { capabilities } });
    const open = await made.session.open('a/b', 'select', quiet);
    await made.session.rename('a', 'z', quiet);
    expect(changes(made)).toEqual(['SELECT "a/b"', command, 'RENAME "a" "z"']);
    await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'INTERNAL' });
    await made.session.open('a', 'select', quiet);
    await made.session.remove('a', quiet);
    expect(changes(made).slice(-2)).toEqual([command, 'DELETE "a"']);
  });

  it('stays open when another one is meant', async () => {
    const made = treeOf(tree);
    const open = await made.session.open('ab', 'select', quiet);
    await made.session.remove('a', quiet);
    expect(changes(made)).toEqual(['SELECT "ab"', 'DELETE "a"']);
    await open.storeFlags(UidSet.of(1), 'add', ['\\Seen'], quiet);
    expect(changes(made).at(-1)).toBe('UID STORE 1 +FLAGS.SILENT (\\Seen)');
  });
});
