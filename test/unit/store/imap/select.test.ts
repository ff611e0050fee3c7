import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { FlagsReport } from '../../../../src/store/mail-store.js';
import { quiet, SELECTED, scripted } from './session-parts.js';

describe('opening a mailbox', () => {
  it('tells what the server said of it', async () => {
    const { session, commands } = scripted(() => SELECTED);
    const { snapshot } = await session.open('Box', 'select', quiet);
    expect(snapshot).toEqual({
      name: 'Box',
      messages: 3,
      uidValidity: 7,
      uidNext: 10,
      highestModseq: null,
      mailboxId: null,
      readOnly: false,
      permanentFlags: ['\\Seen', '\\*'],
    });
    expect(commands).toEqual(['SELECT "Box"']);
  });

  it('reads a mod-sequence without words behind it, and of 63 bits', async () => {
    const { session } = scripted(() => ['* OK [HIGHESTMODSEQ 9223372036854775807]', ...SELECTED]);
    expect((await session.open('Box', 'examine', quiet)).snapshot).toMatchObject({
      highestModseq: 9223372036854775807n,
      readOnly: true,
      permanentFlags: [],
    });
  });

  it.each([['* OK [NOMODSEQ] none'], ['* OK [HIGHESTMODSEQ 0] none'], ['* OK nothing']])(
    'knows of no mod-sequences by %s',
    async (line) => {
      const { session } = scripted(() => [line, ...SELECTED]);
      expect((await session.open('Box', 'select', quiet)).snapshot.highestModseq).toBeNull();
    },
  );

  it('takes nothing over from the mailbox that is closed by it', async () => {
    const before = ['* 99 EXISTS', '* OK [HIGHESTMODSEQ 4711] old', '* OK [MAILBOXID (old)] old'];
    const { session } = scripted(() => [...before, '* OK [CLOSED] closed', ...SELECTED], {
      features: { objectId: true },
    });
    const { snapshot } = await session.open('Box', 'select', quiet);
    expect(snapshot).toMatchObject({ messages: 3, highestModseq: null, mailboxId: null });
  });

  it('believes the last of several counts', async () => {
    const { session } = scripted(() => ['* 1 EXISTS', '* 2 EXISTS', ...SELECTED]);
    expect((await session.open('Box', 'select', quiet)).snapshot.messages).toBe(3);
  });

  it('passes over a count that is no number of 32 bits', async () => {
    for (const count of ['4294967296', '9'.repeat(400)]) {
      const { session } = scripted(() => [...SELECTED.slice(0, -1), `* ${count} EXISTS`, '%T OK done']);
      expect((await session.open('Box', 'select', quiet)).snapshot.messages).toBe(3);
    }
  });

  it('takes FLAGS where the server has no PERMANENTFLAGS', async () => {
    const { session } = scripted(() => SELECTED.filter((line) => !line.includes('PERMANENT')));
    const { snapshot } = await session.open('Box', 'select', quiet);
    expect(snapshot.permanentFlags).toEqual(['\\Seen', '\\Answered']);
  });

  it('knows that a mailbox selected for writing may be read-only all the same', async () => {
    const { session } = scripted(() => [...SELECTED.slice(0, -1), '%T OK [READ-ONLY] done']);
    const { snapshot } = await session.open('Box', 'select', quiet);
    expect(snapshot).toMatchObject({ readOnly: true, permanentFlags: [] });
  });

  it('asks STATUS first where SELECT lacks UIDNEXT, from then on for every mailbox', async () => {
    const without = SELECTED.filter((line) => !line.includes('UIDNEXT'));
    const { session, commands } = scripted((command) => {
      if (command.startsWith('STATUS'))
        return ['* STATUS "Box" (MESSAGES 3 UIDNEXT 12 UIDVALIDITY 7)', '%T OK done'];
      return without;
    });
    expect((await session.open('Box', 'select', quiet)).snapshot.uidNext).toBe(12);
    expect((await session.open('Box', 'select', quiet)).snapshot.uidNext).toBe(12);
    const status = 'STATUS "Box" (MESSAGES UIDNEXT UIDVALIDITY)';
    expect(commands).toEqual(['SELECT "Box"', status, 'SELECT "Box"', status, 'SELECT "Box"']);
  });

  it('goes on without UIDNEXT where STATUS lacks it too', async () => {
    const without = SELECTED.filter((line) => !line.includes('UIDNEXT'));
    const { session } = scripted((command) =>
      command.startsWith('STATUS') ? ['* STATUS Box (MESSAGES 3 UIDVALIDITY 7)', '%T OK done'] : without,
    );
    expect((await session.open('Box', 'select', quiet)).snapshot.uidNext).toBeNull();
  });

  it.each([
    [['%T NO [NONEXISTENT] gone'], 'MAILBOX_UNAVAILABLE'],
    [['%T NO [INUSE] later'], 'SERVER_BUSY'],
    [['* 3 EXISTS', '%T OK done'], 'COMMAND_REFUSED'],
    [['* OK [UIDVALIDITY 7] x', '%T OK done'], 'COMMAND_REFUSED'],
  ])('fails by %j', async (answer, code) => {
    const { session } = scripted(() => answer);
    const place = { account: 'ann@example.net', mailbox: 'Box' };
    await expect(session.open('Box', 'select', quiet)).rejects.toMatchObject({
      code,
      scope: 'mailbox',
      at: place,
    });
  });

  it('makes the mailbox opened before unusable, even when it fails', async () => {
    const { session } = scripted((command) => (command.includes('Gone') ? ['%T NO gone'] : SELECTED));
    const box = await session.open('Box', 'select', quiet);
    await expect(session.open('Gone', 'select', quiet)).rejects.toThrow();
    await expect(box.uids(quiet)).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('sends 8-bit names as they are', async () => {
    const { session, commands } = scripted(() => SELECTED);
    await session.open('B\xfccher "x"', 'examine', quiet);
    expect(commands).toEqual(['EXAMINE {10+}\r\nB\xfccher "x"'.replace('{10+}', '{10+}')]);
  });
});

describe('what a server says before it has opened the next mailbox', () => {
  it('tells nothing to what is asked of that one', async () => {
    // The answer to what was asked of Box comes only now, and UIDs of both mailboxes are alike.
    const late = [
      '* 1 FETCH (UID 2 FLAGS (\\Deleted))',
      '* VANISHED (EARLIER) 1',
      'F2 OK done',
      ...SELECTED.slice(0, -1),
      'F3 OK [READ-WRITE] done',
      '* 2 FETCH (UID 2 FLAGS (\\Seen))',
      '%T OK done',
    ];
    const answers = [SELECTED, [], [], late];
    const { session } = scripted(() => answers.shift() ?? []);
    const box = await session.open('Box', 'select', quiet);
    const unheard = box.flags({ within: UidSet.of(2) }, quiet);
    let flags: Promise<FlagsReport> | undefined;
    await session.open('Other', 'select', quiet, (reads) => {
      flags = reads.flags({ within: UidSet.of(2) }, quiet);
    });
    expect((await flags)?.flags.names()).toEqual(['\\Seen']);
    expect((await unheard).flags.names()).toEqual(['\\Deleted']);
  });
});
