import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { OpenMailbox } from '../../../../src/store/mail-store.js';
import { openBox, quiet, scripted } from './session-parts.js';

/** The tags of what is asked after the mailbox was opened. */
const FIRST = 'F2';
const SECOND = 'F3';

interface Opened {
  readonly box: OpenMailbox;
  readonly sent: () => string[];
  readonly say: (...lines: readonly string[]) => void;
}

async function box(esearch: boolean, rule: (command: string) => readonly string[]): Promise<Opened> {
  const { session, commands, server } = scripted(openBox(rule), { features: { esearch } });
  return {
    box: await session.open('Box', 'examine', quiet),
    sent: () => commands.slice(1),
    say: (...lines) => server.send(lines.map((line) => `${line}\r\n`).join('')),
  };
}

function both(open: OpenMailbox): Promise<string[]> {
  const answers = [open.existing(UidSet.range(6, 9), quiet), open.uids(quiet)];
  return Promise.all(answers.map(async (answer) => (await answer).toString()));
}

describe('two searches in flight', () => {
  it('get the answer that names them, whichever is tagged first', async () => {
    const { box: open } = await box(true, (command) => {
      if (command !== 'UID SEARCH RETURN (ALL) ALL') return [];
      const answers = [`* ESEARCH (TAG "${FIRST}") UID ALL 6`, `* ESEARCH (TAG "${SECOND}") UID ALL 1:6`];
      return [...answers, `${FIRST} OK done`, `${SECOND} OK done`];
    });
    expect(await both(open)).toEqual(['6', '1:6']);
  });

  it('get nothing from an answer that names a command they are not', async () => {
    const { box: open } = await box(true, () => [
      '* ESEARCH (TAG "F99") UID ALL 1:7',
      '* ESEARCH (TAG "%T") UID',
      '%T OK done',
    ]);
    expect(await both(open)).toEqual(['', '']);
  });

  it('fail where nothing answers them, which says nothing of what is there', async () => {
    const { box: open } = await box(true, () => ['* ESEARCH (TAG "F99") UID ALL 1:7', '%T OK done']);
    await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'COMMAND_REFUSED', scope: 'mailbox' });
  });

  it('get an answer that names none in the order of sending', async () => {
    const { box: open } = await box(true, (command) => {
      return [`* ESEARCH UID ALL ${command.endsWith('RETURN (ALL) ALL') ? '1:6' : '6'}`, '%T OK done'];
    });
    expect(await both(open)).toEqual(['6', '1:6']);
  });

  it('are sent one after the other where answers name nothing', async () => {
    const {
      box: open,
      sent,
      say,
    } = await box(false, (command) => {
      if (command.startsWith('UID FETCH')) return ['%T OK done'];
      return command === 'UID SEARCH ALL' ? ['* SEARCH 1 2 3 4 5 6', '%T OK done'] : [];
    });
    const answers = both(open);
    await open.flags({ within: UidSet.of(1) }, quiet);
    expect(sent()).toEqual(['UID SEARCH UID 6:9', 'UID FETCH 1 (UID FLAGS)']);
    say('* SEARCH 6', `${FIRST} OK done`);
    expect(await answers).toEqual(['6', '1:6']);
  });

  it('are not kept back by one that was refused', async () => {
    const { box: open } = await box(false, (command) => {
      return command === 'UID SEARCH ALL' ? ['* SEARCH 1', '%T OK done'] : ['%T NO not now'];
    });
    const [refused, listed] = await Promise.allSettled([
      open.existing(UidSet.of(6), quiet),
      open.uids(quiet),
    ]);
    expect(refused.status).toBe('rejected');
    expect(listed).toMatchObject({ status: 'fulfilled' });
  });
});
