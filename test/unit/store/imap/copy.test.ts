import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { CopyResult } from '../../../../src/store/mail-store.js';
import { openBox, quiet, type ScriptedSession, scripted } from './session-parts.js';

async function copying(
  rule: (command: string) => readonly string[],
  uids: UidSet,
  to = 'To',
): Promise<ScriptedSession & { readonly copied: Promise<CopyResult> }> {
  const made = scripted(openBox(rule));
  const open = await made.session.open('Box', 'examine', quiet);
  const copied = open.copyTo(uids, to, quiet);
  copied.catch(() => undefined);
  return { ...made, copied };
}

/** What one COPY of 1:3 and 7 tells by this response code. */
async function told(code: string): Promise<CopyResult['assigned']> {
  const { copied } = await copying(() => [`%T OK [${code}] done`], UidSet.of(1, 2, 3, 7));
  return (await copied).assigned;
}

/** Takes more than one command. */
const LONG = UidSet.from(Array.from({ length: 1000 }, (_, index) => 1_000_000 + 2 * index));

function firstOf(command: string): number {
  return Number(/UID COPY (\d+)/.exec(command)?.[1]);
}

describe('COPYUID', () => {
  it.each([
    ['COPYUID 9 1:3,7 11:14', [1, 2, 3, 7], [11, 12, 13, 14]],
    ['COPYUID 9 7,1:2 3,20:21', [7, 1, 2], [3, 20, 21]],
    ['COPYUID 9 2 5', [2], [5]],
    ['COPYUID 9 3,2,1 9,8,7', [3, 2, 1], [9, 8, 7]],
    ['copyuid 4294967295 2:2 4294967295', [2], [4294967295]],
  ])('tells by %s', async (code, from, to) => {
    expect(await told(code)).toMatchObject({ from, to });
  });

  it.each([
    ['nothing at all', 'APPENDUID 9 1:3'],
    ['no numbers', 'COPYUID'],
    ['one set only', 'COPYUID 9 1:3'],
    ['sets of different sizes', 'COPYUID 9 1:3 11:12'],
    ['more than was asked for', 'COPYUID 9 1:3,7 11:15'],
    ['sets beyond all bounds', 'COPYUID 9 1:4294967295 1:4294967295'],
    ['a message nobody asked about', 'COPYUID 9 1,4 11,12'],
    ['a message twice', 'COPYUID 9 1,1 11,12'],
    ['a copy twice', 'COPYUID 9 1,2 11,11'],
    ['a range that runs down', 'COPYUID 9 3:1 11:13'],
    ['a range of copies that runs down', 'COPYUID 9 1:3 13:11'],
    ['UIDVALIDITY 0', 'COPYUID 0 1 11'],
    ['a UID 0', 'COPYUID 9 0 11'],
    ['an asterisk', 'COPYUID 9 1 *'],
    ['an empty part', 'COPYUID 9 1, 11,'],
    ['a number too large', 'COPYUID 9 1 4294967296'],
    ['words', 'COPYUID x y z'],
  ])('tells nothing by %s', async (_what, code) => {
    expect(await told(code)).toBeNull();
  });
});

describe('copying', () => {
  it('sends one command for a set that fits, and none for an empty one', async () => {
    const { copied, commands, session } = await copying(() => ['%T OK done'], UidSet.of(1, 2, 9), 'a "b"');
    expect(await copied).toEqual({ assigned: null });
    expect(commands).toEqual(['EXAMINE "Box"', 'UID COPY 1:2,9 "a \\"b\\""']);
    const open = await session.open('Box', 'examine', quiet);
    expect(await open.copyTo(UidSet.empty, 'To', quiet)).toEqual({ assigned: null });
    expect(commands).toHaveLength(3);
  });

  it('joins what several commands tell', async () => {
    const { copied, commands } = await copying(
      (command) => [`%T OK [COPYUID 9 ${firstOf(command)} ${firstOf(command) + 1}] done`],
      LONG,
    );
    const result = await copied;
    const firsts = commands.slice(1).map(firstOf);
    expect(firsts.length).toBeGreaterThan(1);
    const assigned = { uidValidity: 9, from: firsts, to: firsts.map((uid) => uid + 1) };
    expect(result).toEqual({ assigned });
  });

  it.each([
    ['one of several commands tells nothing', ['%T OK [COPYUID 9 1000000 5] done', '%T OK done']],
    ['the first tells nothing', ['%T OK done', '%T OK done']],
  ])('tells nothing when %s', async (_what, answers) => {
    let asked = 0;
    const { copied, commands } = await copying(() => [answers[asked++] ?? '%T OK done'], LONG);
    expect(await copied).toEqual({ assigned: null });
    expect(commands.length).toBeGreaterThan(2);
  });

  it('tells nothing when the mailbox was made anew between two commands', async () => {
    let asked = 0;
    const { copied } = await copying(
      (command) => [`%T OK [COPYUID ${++asked} ${firstOf(command)} ${asked}] done`],
      LONG,
    );
    expect(await copied).toEqual({ assigned: null });
  });

  it.each([
    ['NO [TRYCREATE] no', 'MAILBOX_UNAVAILABLE', 'mailbox'],
    ['NO [NONEXISTENT] no', 'MAILBOX_UNAVAILABLE', 'mailbox'],
    ['NO [NOPERM] no', 'MAILBOX_UNAVAILABLE', 'mailbox'],
    ['BAD what', 'MAILBOX_UNAVAILABLE', 'mailbox'],
    ['NO [OVERQUOTA] no', 'OVER_QUOTA', 'account'],
    ['NO Quota exceeded', 'OVER_QUOTA', 'account'],
    ['NO [INUSE] no', 'SERVER_BUSY', 'mailbox'],
    ['NO [EXPUNGEISSUED] some are gone', 'SERVER_BUSY', 'mailbox'],
  ])('fails by %s as %s, and the session lives', async (answer, code, scope) => {
    const { copied, session } = await copying(() => [`%T ${answer}`], UidSet.of(1));
    await expect(copied).rejects.toMatchObject({ code, scope, at: { mailbox: 'To' } });
    expect((await session.open('Box', 'examine', quiet)).snapshot.messages).toBe(3);
  });

  it('asks for no more once a command is refused', async () => {
    const { copied, commands } = await copying(() => ['%T NO [TRYCREATE] no'], LONG);
    await expect(copied).rejects.toMatchObject({ code: 'MAILBOX_UNAVAILABLE' });
    expect(commands).toHaveLength(2);
  });

  it('never says that nothing was stored when a later command is refused', async () => {
    let asked = 0;
    const { copied, commands, session } = await copying(
      () => (++asked === 1 ? ['%T OK done'] : ['%T NO [OVERQUOTA] full']),
      LONG,
    );
    await expect(copied).rejects.toMatchObject({ code: 'CONNECTION_LOST', scope: 'account', retry: 'now' });
    expect(commands).toHaveLength(3);
    await expect(session.isThere('Box', quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });
});
