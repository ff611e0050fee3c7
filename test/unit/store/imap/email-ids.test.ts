import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { OpenMailbox } from '../../../../src/store/mail-store.js';
import { openBox, quiet, scripted } from './session-parts.js';

async function boxWith(
  rule: (command: string) => readonly string[],
  emailId = true,
): Promise<{ readonly open: OpenMailbox; readonly commands: string[] }> {
  const { session, commands } = scripted(openBox(rule), { features: { emailId } });
  const open = await session.open('Box', 'examine', quiet);
  commands.length = 0;
  return { open, commands };
}

describe('EMAILID of messages', () => {
  it('is read from each row that has a sound one', async () => {
    const { open, commands } = await boxWith(() => [
      '* 1 FETCH (UID 4 EMAILID (M6d99_a-c))',
      '* 2 FETCH (EMAILID (Mb) UID 5)',
      '* 3 FETCH (UID 6 EMAILID NIL)',
      '* 4 FETCH (UID 7 EMAILID (NIL))',
      '* 5 FETCH (UID 8 EMAILID ("not an id"))',
      '* 6 FETCH (UID 9 FLAGS (\\Seen))',
      '* 7 FETCH (UID 99 EMAILID (Munasked))',
      '%T OK done',
    ]);
    const ids = await open.emailIds(UidSet.range(4, 9), quiet);
    expect([...ids]).toEqual([
      [4, 'M6d99_a-c'],
      [5, 'Mb'],
    ]);
    expect(commands).toEqual(['UID FETCH 4:9 (UID EMAILID)']);
  });

  it('is asked of nobody when there is nothing to ask about', async () => {
    const { open, commands } = await boxWith(() => ['%T OK done']);
    expect((await open.emailIds(UidSet.empty, quiet)).size).toBe(0);
    expect((await open.withEmailIds([], quiet)).size).toBe(0);
    expect(commands).toEqual([]);
  });

  it('is not asked for where it is not offered', async () => {
    const { open, commands } = await boxWith(() => ['%T OK done'], false);
    const refused = { code: 'COMMAND_REFUSED', scope: 'mailbox', at: { mailbox: 'Box' } };
    await expect(open.emailIds(UidSet.of(1), quiet)).rejects.toMatchObject(refused);
    await expect(open.withEmailIds(['M1'], quiet)).rejects.toMatchObject(refused);
    expect(commands).toEqual([]);
  });
});

describe('messages by EMAILID', () => {
  it('are searched for, and told apart by a FETCH', async () => {
    const { open, commands } = await boxWith((command) =>
      command.startsWith('UID SEARCH')
        ? ['* SEARCH 2 3 5 8', '%T OK done']
        : [
            '* 1 FETCH (UID 2 EMAILID (Ma))',
            '* 2 FETCH (UID 3 EMAILID (Mb))',
            '* 3 FETCH (UID 5 EMAILID (Ma))',
            '* 4 FETCH (UID 8 EMAILID (Mother))',
            '%T OK done',
          ],
    );
    const found = await open.withEmailIds(['Ma', 'Mb', 'Mc', 'Ma'], quiet);
    expect([...found].map(([id, uids]) => [id, uids.toString()])).toEqual([
      ['Ma', '2,5'],
      ['Mb', '3'],
    ]);
    expect(commands).toEqual([
      'UID SEARCH OR EMAILID Ma OR EMAILID Mb EMAILID Mc',
      'UID FETCH 2:3,5,8 (UID EMAILID)',
    ]);
  });

  it('are asked for in several commands when they are many, and never by what is no id', async () => {
    const ids = Array.from({ length: 120 }, (_, index) => `M${index}`);
    const { open, commands } = await boxWith(() => ['* SEARCH', '%T OK done']);
    const bad = ['', 'a b', 'x\r\nA1 DELETE y', '(', '"', 'ü', 'M'.repeat(256)];
    expect((await open.withEmailIds([...bad, ...ids], quiet)).size).toBe(0);
    expect(commands).toHaveLength(3);
    const asked = commands.flatMap((command) => command.match(/(?<=EMAILID )\S+/g) ?? []);
    expect(asked).toEqual(ids);
  });
});
