import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { OpenMailbox, StoreFeatures } from '../../../../src/store/mail-store.js';
import { openBox, quiet, SELECTED, scripted } from './session-parts.js';

const UIDS = UidSet.of(1, 2, 5);
const STORE = 'UID STORE 1:2,5 +FLAGS.SILENT (\\Deleted)';
const EXPUNGE = 'UID EXPUNGE 1:2,5';

interface Opened {
  readonly box: OpenMailbox;
  readonly sent: () => string[];
}

async function box(
  rule: (command: string) => readonly string[],
  features: Partial<StoreFeatures> = {},
): Promise<Opened> {
  const { session, commands } = scripted(openBox(rule), { features: { uidplus: true, ...features } });
  return { box: await session.open('Box', 'select', quiet), sent: () => commands.slice(1) };
}

describe('removing', () => {
  it('names every message, and believes what the server tells to have gone', async () => {
    const { box: open, sent } = await box((command) => {
      return command.startsWith('UID EXPUNGE') ? ['* VANISHED 1:2,5', '%T OK done'] : ['%T OK done'];
    });
    await open.expunge(UIDS, quiet);
    expect(sent()).toEqual([STORE, EXPUNGE]);
  });

  it('asks for what the server does not tell to have gone', async () => {
    const { box: open, sent } = await box((command) => {
      return command.startsWith('UID SEARCH') ? ['* SEARCH', '%T OK done'] : ['%T OK done'];
    });
    await open.expunge(UIDS, quiet);
    expect(sent()).toEqual([STORE, EXPUNGE, 'UID SEARCH UID 1:2,5']);
  });

  it('removes once more what is still there although the server said OK', async () => {
    let removals = 0;
    const { box: open, sent } = await box((command) => {
      if (command.startsWith('UID EXPUNGE') && removals++ === 0) return ['* VANISHED 1', '%T OK done'];
      if (!command.startsWith('UID SEARCH')) return ['%T OK done'];
      return [removals < 2 ? '* SEARCH 2 5' : '* SEARCH', '%T OK done'];
    });
    await open.expunge(UIDS, quiet);
    const again = ['UID STORE 2,5 +FLAGS.SILENT (\\Deleted)', 'UID EXPUNGE 2,5', 'UID SEARCH UID 2,5'];
    expect(sent()).toEqual([STORE, EXPUNGE, 'UID SEARCH UID 2,5', ...again]);
  });

  it('fails where the server says that it removed what it still has', async () => {
    const { box: open } = await box((command) => {
      return command.startsWith('UID SEARCH') ? ['* SEARCH 5', '%T OK done'] : ['%T OK done'];
    });
    await expect(open.expunge(UIDS, quiet)).rejects.toMatchObject({
      code: 'COMMAND_REFUSED',
      scope: 'mailbox',
      retry: 'later',
      message: 'the server said twice that it removed a message and has it still',
    });
  });

  it('fails where the flag or the removal is refused', async () => {
    for (const refused of ['UID STORE', 'UID EXPUNGE']) {
      const { box: open, sent } = await box((command) => {
        return [command.startsWith(refused) ? '%T NO no' : '%T OK done'];
      });
      await expect(open.expunge(UIDS, quiet)).rejects.toMatchObject({ scope: 'mailbox' });
      expect(sent()).toEqual([STORE, EXPUNGE]);
    }
  });

  it('is not tried without UIDPLUS, nor in a mailbox opened for reading', async () => {
    const without = await box(() => ['%T OK done'], { uidplus: false });
    await expect(without.box.expunge(UIDS, quiet)).rejects.toMatchObject({ code: 'COMMAND_REFUSED' });
    const { session, commands } = scripted(() => SELECTED, { features: { uidplus: true } });
    const open = await session.open('Box', 'examine', quiet);
    await expect(open.expunge(UIDS, quiet)).rejects.toMatchObject({ scope: 'mailbox' });
    expect([...without.sent(), ...commands]).toEqual(['EXAMINE "Box"']);
  });
});
