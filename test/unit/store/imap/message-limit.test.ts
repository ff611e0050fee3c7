import { afterEach, describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import { doneWhole } from '../../../../src/store/imap/wire/message-limit.js';
import { parseStatusLine } from '../../../../src/store/imap/wire/status-line.js';
import type { OpenMailbox, StoreFeatures } from '../../../../src/store/mail-store.js';
import { endAll } from '../../../support/scripted-imap/index.js';
import { openBox, quiet, scripted } from './session-parts.js';

afterEach(endAll);

/** A mailbox with the UIDs 1 to 9 of a server that does two messages a command, from the highest UID down. */
async function limited(
  rule: (uids: readonly number[], command: string) => readonly string[],
  features: Partial<StoreFeatures> = {},
) {
  const { session, commands } = scripted(
    openBox((command) => {
      const asked = [...command.matchAll(/(?:UID(?: [A-Z]+)?|RETURN \(ALL\)) (\d+(?::\d+)?(?:,[\d:,]+)?)/g)];
      const sets = asked.map(([, set]) => UidSet.parse(set ?? '') ?? UidSet.empty);
      const wanted = sets.reduce((all, set) => all.intersect(set), UidSet.range(1, 9));
      const done = [...wanted.uids()].slice(-2);
      const code = wanted.size > 2 ? `[MESSAGELIMIT 2 ${done[0]}] ` : '';
      return [...rule(done, command), `%T OK ${code}done`];
    }),
    { features: { uidplus: true, ...features } },
  );
  const box = await session.open('Box', 'select', quiet);
  return { box, sent: () => commands.slice(1) };
}

describe('a server that does a part of a command and says where it stopped', () => {
  it('is asked for the rest of a search', async () => {
    const { box, sent } = await limited((uids) => [`* SEARCH ${uids.join(' ')}`]);
    expect(String(await box.existing(UidSet.range(1, 5), quiet))).toBe('1:5');
    expect(sent()).toEqual(['UID SEARCH UID 1:5', 'UID SEARCH UID 1:5 UID 1:3', 'UID SEARCH UID 1:5 UID 1']);
    expect(String(await box.uids(quiet))).toBe('1:9');
  });

  it('is asked for the rest of flags', async () => {
    const { box, sent } = await limited((uids) => uids.map((uid) => `* ${uid} FETCH (UID ${uid} FLAGS ())`));
    const report = await box.flags({ within: UidSet.of(1, 2, 3, 7) }, quiet);
    expect(report.complete).toBe(true);
    expect(sent()).toEqual(['UID FETCH 1:3,7 (UID FLAGS)', 'UID FETCH 1:2 (UID FLAGS)']);
  });

  it('is asked for the rest of bodies', async () => {
    const { box } = await limited((uids) =>
      uids.map((uid) => `* ${uid} FETCH (UID ${uid} BODY[] "x${uid}")`),
    );
    const bodies: string[] = [];
    const sink = {
      start: () => undefined,
      chunk: (data: Buffer) => void bodies.push(data.toString()),
      end: () => undefined,
    };
    await box.bodies(UidSet.range(1, 5), sink, quiet);
    expect(bodies).toEqual(['x4', 'x5', 'x2', 'x3', 'x1']);
  });

  it('is asked to change and remove the rest', async () => {
    const { box, sent } = await limited((uids, command) =>
      command.startsWith('UID EXPUNGE') ? [`* VANISHED ${uids.join(',')}`] : [],
    );
    await box.expunge(UidSet.range(6, 9), quiet);
    expect(sent()).toEqual([
      'UID STORE 6:9 +FLAGS.SILENT (\\Deleted)',
      'UID EXPUNGE 6:9',
      'UID STORE 6:7 +FLAGS.SILENT (\\Deleted)',
      'UID EXPUNGE 6:7',
    ]);
  });
});

describe('a part that cannot be gone on from', () => {
  async function box(answer: readonly string[]): Promise<OpenMailbox> {
    const { session } = scripted(openBox(() => answer));
    return await session.open('Box', 'examine', quiet);
  }

  it.each(['[MESSAGELIMIT 2]', '[MESSAGELIMIT 2 x]', '[MESSAGELIMIT 2 0]', '[MESSAGELIMIT 2 8]'])(
    'is no answer to a search (%s each time)',
    async (code) => {
      const open = await box(['* SEARCH 8 9', `%T OK ${code} only some`]);
      await expect(open.existing(UidSet.range(1, 9), quiet)).rejects.toMatchObject({ scope: 'mailbox' });
    },
  );

  it('is not taken for all flags', async () => {
    const open = await box(['* 9 FETCH (UID 9 FLAGS ())', '%T OK [MESSAGELIMIT 1] only some']);
    expect(await open.flags({ within: UidSet.range(1, 9) }, quiet)).toMatchObject({ complete: false });
  });

  it('is not asked for in another mailbox', async () => {
    const { session, commands } = scripted(
      openBox(() => ['* SEARCH 8 9', '%T OK [MESSAGELIMIT 2 8] only some']),
    );
    const first = await session.open('Box', 'examine', quiet);
    const found = first.existing(UidSet.range(1, 9), quiet);
    await Promise.all([
      expect(found).rejects.toMatchObject({ scope: 'mailbox' }),
      session.open('Other', 'examine', quiet),
    ]);
    expect(commands.filter((command) => command.startsWith('UID SEARCH'))).toEqual(['UID SEARCH UID 1:9']);
  });

  it('of a copy leaves nobody knowing what was copied', async () => {
    const open = await box(['%T OK [MESSAGELIMIT 2 8] only some']);
    await expect(open.copyTo(UidSet.range(1, 9), 'Other', quiet)).rejects.toMatchObject({
      code: 'CONNECTION_LOST',
    });
  });
});

describe('a part of a command', () => {
  const part = parseStatusLine([{ text: Buffer.from('F1 OK [MESSAGELIMIT 2 8] only some') }]);
  if (!part) throw new Error('no status');
  const never = () => {
    throw new Error('asked again');
  };
  const name = { literal: Buffer.from('x') };

  it.each([
    [['UID FETCH 1:* (UID FLAGS)']],
    [['UID STORE 3,5:* +FLAGS (\\Seen)']],
    [['UID EXPUNGE *']],
    [['UID SEARCH HEADER Message-ID ', name]],
    [['UID FETCH 1:9 ', name]],
  ])('that is not understood is no OK (%j)', async (command) => {
    expect(await doneWhole(command, part, never)).toMatchObject({ status: 'NO', code: 'MESSAGELIMIT' });
  });

  it('of a copy is left to who copies', async () => {
    expect(await doneWhole(['UID COPY 1:9 ', '"Other"'], part, never)).toBe(part);
  });
});
