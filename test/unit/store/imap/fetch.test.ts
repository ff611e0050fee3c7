import { describe, expect, it } from 'vitest';
import type { MessageHeaders } from '../../../../src/model/message.js';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { BodySink, OpenMailbox, StoreFeatures } from '../../../../src/store/mail-store.js';
import { openBox, quiet, type ScriptedSession, SELECTED, scripted } from './session-parts.js';

type Rule = (command: string) => readonly string[];

async function box(
  rule: Rule,
  features: Partial<StoreFeatures> = {},
): Promise<ScriptedSession & { box: OpenMailbox }> {
  const made = scripted(openBox(rule), { features });
  return { ...made, box: await made.session.open('Box', 'select', quiet) };
}

/** Keeps bodies by UID as latin1 text, with the sizes announced. */
class Keeper implements BodySink {
  readonly bodies: [uid: number, sizeBytes: number, text: string][] = [];

  start(uid: number, sizeBytes: number): undefined {
    this.bodies.push([uid, sizeBytes, '']);
  }

  chunk(data: Buffer): undefined {
    const last = this.bodies.at(-1);
    if (last) last[2] += data.toString('latin1');
  }

  end(): undefined {
    const last = this.bodies.at(-1);
    if (last) last[2] += '|';
  }
}

async function bodies(rows: readonly string[], uids = UidSet.range(1, 9)): Promise<Keeper['bodies']> {
  const keeper = new Keeper();
  await (await box(() => [...rows, '%T OK done'])).box.bodies(uids, keeper, quiet);
  return keeper.bodies;
}

describe('bodies', () => {
  it('are streamed by the length of their literals', async () => {
    const rows = [
      '* 1 FETCH (UID 3 BODY[] {5}\r\na\r\n)b)',
      '* 2 FETCH (FLAGS (\\Seen) UID 4 BODY[] {0}\r\n)',
      '* 3 FETCH (MODSEQ (7) UID 5 BODY[] ~{1}\r\n\0 FLAGS ())',
    ];
    expect(await bodies(rows)).toEqual([
      [3, 5, 'a\r\n)b|'],
      [4, 0, '|'],
      [5, 1, '\0|'],
    ]);
  });

  it('may be quoted, empty or not there', async () => {
    const rows = [
      '* 1 FETCH (UID 3 BODY[] "a \\"b\\"")',
      '* 2 FETCH (UID 4 BODY[] "")',
      '* 3 FETCH (BODY[] "late" UID 5)',
      '* 4 FETCH (UID 6 BODY[] NIL)',
    ];
    expect(await bodies(rows)).toEqual([
      [3, 5, 'a "b"|'],
      [4, 0, '|'],
      [5, 4, 'late|'],
    ]);
  });

  it('are found behind other literals', async () => {
    const rows = ['* 1 FETCH (UID 3 X-NOTE {3}\r\na)b BODY[] {2}\r\nok)'];
    expect(await bodies(rows)).toEqual([[3, 2, 'ok|']]);
  });

  it('of messages nobody asked for are read and dropped', async () => {
    const rows = [
      '* 1 FETCH (UID 3 BODY[] {1}\r\na)',
      '* 2 FETCH (UID 10 BODY[] {1}\r\nb)',
      '* 3 FETCH (UID 11 BODY[] "c")',
      '* 4 FETCH (FLAGS (\\Seen))',
      '* 9 EXISTS',
    ];
    expect(await bodies(rows)).toEqual([[3, 1, 'a|']]);
  });

  it('are asked for without setting \\Seen, in lines a server takes', async () => {
    const { box: open, commands } = await box(() => ['%T OK done']);
    const scattered = UidSet.from(Array.from({ length: 3000 }, (_, index) => 1_000_000 + 2 * index));
    await open.bodies(scattered, new Keeper(), quiet);
    const fetches = commands.slice(1);
    expect(fetches.length).toBeGreaterThan(1);
    for (const command of fetches) {
      expect(command).toMatch(/^UID FETCH [\d,:]+ \(UID BODY\.PEEK\[\]\)$/);
      expect(command.length).toBeLessThan(8000);
    }
  });

  it('that are named after the fact are asked for again one by one', async () => {
    const rule: Rule = (command) => {
      const [first, last] = /^UID FETCH (\d+)(?::(\d+))?/.exec(command)?.slice(1).map(Number) ?? [];
      const rows = [];
      for (let uid = first ?? 1; uid <= (last || (first ?? 0)); uid++)
        rows.push(`* ${uid} FETCH (BODY[] {1}\r\n${uid} UID ${uid})`);
      return [...rows, '%T OK done'];
    };
    const { box: open, quirks } = await box(rule);
    const failing = open.bodies(UidSet.range(3, 5), new Keeper(), quiet);
    await expect(failing).rejects.toMatchObject({ code: 'PROTOCOL_ERROR', retry: 'now' });
    expect(quirks.uidAfterBody).toBe(true);
    const again = scripted(openBox(rule), { quirks });
    const keeper = new Keeper();
    await (await again.session.open('Box', 'select', quiet)).bodies(UidSet.range(3, 5), keeper, quiet);
    expect(keeper.bodies).toEqual([
      [3, 1, '3|'],
      [4, 1, '4|'],
      [5, 1, '5|'],
    ]);
  });

  it('asked for one by one are not mixed up with those the server names', async () => {
    const made = scripted(
      openBox(() => ['* 9 FETCH (UID 9 BODY[] {1}\r\n9)', '* 3 FETCH (BODY[] {1}\r\n3 UID 3)', '%T OK done']),
      { quirks: { selectLacksUidNext: false, plainListOnly: false, uidAfterBody: true } },
    );
    const keeper = new Keeper();
    await (await made.session.open('Box', 'select', quiet)).bodies(UidSet.of(3), keeper, quiet);
    expect(keeper.bodies).toEqual([[3, 1, '3|']]);
  });

  it('give up with what the receiver threw, and the connection is dead', async () => {
    for (const step of ['start', 'chunk', 'end'] as const) {
      const reason = new TypeError('full');
      const keeper = new Keeper();
      const sink: BodySink = {
        start: (uid, size) => (step === 'start' ? Promise.reject(reason) : keeper.start(uid, size)),
        chunk: (data) => (step === 'chunk' ? Promise.reject(reason) : keeper.chunk(data)),
        end: () => (step === 'end' ? Promise.reject(reason) : keeper.end()),
      };
      const made = await box(() => ['* 1 FETCH (UID 3 BODY[] {1}\r\na)', '%T OK done']);
      await expect(made.box.bodies(UidSet.of(3), sink, quiet)).rejects.toBe(reason);
      expect(made.connection.failure).toMatchObject({ code: 'CONNECTION_LOST' });
    }
  });

  it('that some server will not hand out are left out', async () => {
    const keeper = new Keeper();
    const { box: open } = await box(() => ['* 1 FETCH (UID 3 BODY[] {1}\r\na)', '%T NO some are gone']);
    await open.bodies(UidSet.range(3, 4), keeper, quiet);
    expect(keeper.bodies).toEqual([[3, 1, 'a|']]);
    const { box: refused } = await box(() => ['%T BAD no']);
    await expect(refused.bodies(UidSet.of(3), keeper, quiet)).rejects.toMatchObject({ scope: 'mailbox' });
  });
});

const ROW = 'FLAGS (\\Seen \\Recent) INTERNALDATE " 7-Feb-1994 21:52:25 -0800" RFC822.SIZE 44';

describe('metadata', () => {
  it('comes sorted, without \\Recent, and only of what was asked for and is whole', async () => {
    const { box: open } = await box(() => [
      `* 2 FETCH (UID 4 ${ROW})`,
      `* 1 FETCH (${ROW} UID 3)`,
      `* 8 FETCH (UID 8 ${ROW})`,
      '* 4 FETCH (UID 5 FLAGS (\\Seen))',
      '* 5 FETCH (UID 6 FLAGS () INTERNALDATE NIL RFC822.SIZE 1)',
      '* 6 FETCH (UID 7',
      '%T OK done',
    ]);
    const internalDate = ' 7-Feb-1994 21:52:25 -0800';
    expect(await open.metadata(UidSet.range(3, 7), quiet)).toEqual([
      { uid: 3, flags: ['\\Seen'], internalDate, sizeBytes: 44 },
      { uid: 4, flags: ['\\Seen'], internalDate, sizeBytes: 44 },
    ]);
  });

  it('with header fields comes as the octets sent', async () => {
    const section = 'BODY[HEADER.FIELDS (MESSAGE-ID DATE)]';
    const { box: open, commands } = await box(() => [
      `* 1 FETCH (UID 3 ${ROW} ${section} {9}\r\nA: \xfcb)\r\n\r\n)`.replace('{9}', '{10}'),
      `* 2 FETCH (UID 4 ${ROW} BODY[HEADER.FIELDS ("MESSAGE-ID" "DATE")] "")`,
      `* 3 FETCH (UID 5 ${ROW} ${section} NIL)`,
      '* 4 FETCH (FLAGS (\\Seen))',
      `* 5 FETCH (UID 6 ${ROW})`,
      '%T OK done',
    ]);
    const rows: MessageHeaders[] = [];
    await open.headers(UidSet.range(3, 6), ['MESSAGE-ID', 'DATE'], (row) => rows.push(row), quiet);
    expect(rows.map(({ uid, header }) => [uid, header.toString('latin1')])).toEqual([
      [3, 'A: \xfcb)\r\n\r\n'],
      [4, ''],
      [5, ''],
    ]);
    expect(commands[1]).toContain('BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE)]');
  });
});

describe('flags', () => {
  const qresync = { condstore: true, qresync: true };

  it('come of the messages asked for', async () => {
    const { box: open, commands } = await box(() => [
      '* 1 FETCH (UID 3 FLAGS (\\Seen Work))',
      '* 2 FETCH (UID 4 FLAGS ())',
      '* 9 FETCH (UID 99 FLAGS (\\Seen))',
      '%T OK done',
    ]);
    const { rows, flags, vanished, complete } = await open.flags({ within: UidSet.range(1, 9) }, quiet);
    expect([`${rows}`, flags.toDeltas(), vanished, complete]).toEqual([
      '3:4',
      { '\\Seen': [3, 0], Work: [3, 0] },
      null,
      true,
    ]);
    expect(commands[1]).toBe('UID FETCH 1:9 (UID FLAGS)');
  });

  it('are not read from rows with a mod-sequence alone', async () => {
    const { box: open } = await box(() => ['* 1 FETCH (UID 3 MODSEQ (12))', '%T OK done'], qresync);
    const { rows, complete } = await open.flags({ within: UidSet.of(3), changedSince: 5n }, quiet);
    expect([rows.isEmpty, complete]).toEqual([true, true]);
  });

  it('come with what vanished, in any form, within what was asked', async () => {
    const { box: open, commands } = await box(
      () => [
        '* VANISHED (EARLIER) 1:2,8:4294967295',
        '* VANISHED 5',
        '* 3 FETCH (UID 6 FLAGS (\\Seen) MODSEQ (9))',
        '%T OK done',
      ],
      qresync,
    );
    const report = await open.flags({ within: UidSet.range(2, 9), changedSince: 5n }, quiet);
    expect([`${report.rows}`, `${report.vanished}`, report.complete]).toEqual(['6', '2,5,8:9', true]);
    expect(commands[1]).toBe('UID FETCH 2:9 (UID FLAGS) (CHANGEDSINCE 5 VANISHED)');
  });

  it('do not ask for what vanished where the server cannot tell', async () => {
    const { box: open, commands } = await box(() => ['%T OK done'], { condstore: true });
    const report = await open.flags({ within: UidSet.of(1), changedSince: 5n }, quiet);
    expect(report.vanished).toBeNull();
    expect(commands[1]).toBe('UID FETCH 1 (UID FLAGS) (CHANGEDSINCE 5)');
  });

  it.each([
    ['* VANISHED (EARLIER) 1:*'],
    ['* VANISHED (EARLIER)'],
    ['* VANISHED x'],
    ['* 1 FETCH (UID 3 FLAGS (\\Seen)'],
    ['* 1 FETCH'],
  ])('are not complete after %j', async (line) => {
    const { box: open } = await box(() => [line, '%T OK done'], qresync);
    expect((await open.flags({ within: UidSet.range(1, 9), changedSince: 5n }, quiet)).complete).toBe(false);
  });

  it('are not complete when a full listing has a row without UID', async () => {
    const { box: open } = await box(() => ['* 1 FETCH (FLAGS (\\Seen))', '%T OK done']);
    expect((await open.flags({ within: UidSet.range(1, 9) }, quiet)).complete).toBe(false);
  });

  it('are not complete when the server says no in the end', async () => {
    const { box: open } = await box(() => [
      '* 1 FETCH (UID 3 FLAGS (\\Seen))',
      '%T NO [SERVERBUG] some failed',
    ]);
    const { rows, complete } = await open.flags({ within: UidSet.range(1, 9) }, quiet);
    expect([`${rows}`, complete]).toEqual(['3', false]);
  });
});

describe('a server that answers several commands before it tags the first', () => {
  /** Rows to the first command, and with those to the second the tags of both. */
  function late(first: readonly string[], second: readonly string[]): Rule {
    let asked = 0;
    return () => (asked++ === 0 ? first : [...second, 'F2 OK done', '%T OK done']);
  }
  const metadataRow = '* 1 FETCH (UID 1 FLAGS () INTERNALDATE " 1-Feb-2003 04:05:06 +0000" RFC822.SIZE 9)';

  it('keeps no flags, and nothing that vanished, from whoever asked last', async () => {
    const rows = ['* VANISHED (EARLIER) 4', '* 2 FETCH (UID 2 FLAGS (\\Seen) MODSEQ (9))'];
    const { box: open } = await box(late([metadataRow], rows), { condstore: true, qresync: true });
    const [metadata, report] = await Promise.all([
      open.metadata(UidSet.of(1), quiet),
      open.flags({ within: UidSet.range(1, 9), changedSince: 5n }, quiet),
    ]);
    expect(metadata.map(({ uid }) => uid)).toEqual([1]);
    expect(report.rows.has(2)).toBe(true);
    expect([...report.flags.uidsOf('\\Seen').uids()]).toEqual([2]);
    expect([...(report.vanished ?? UidSet.empty).uids()]).toEqual([4]);
  });

  it('hands over each body once', async () => {
    const keeper = new Keeper();
    const rows = ['* 2 FETCH (UID 2 BODY[] {3}\r\nabc)', '* 3 FETCH (UID 3 BODY[] "d")'];
    const { box: open } = await box(late([metadataRow], rows));
    await Promise.all([open.metadata(UidSet.of(1), quiet), open.bodies(UidSet.range(2, 3), keeper, quiet)]);
    expect(keeper.bodies).toEqual([
      [2, 3, 'abc|'],
      [3, 1, 'd|'],
    ]);
  });
});

describe('searching', () => {
  it.each<[string[], string]>([
    [['* SEARCH'], ''],
    [['* SEARCH 3 1 2'], '1:3'],
    [['* SEARCH 3 1 (MODSEQ 917162500)'], '1,3'],
    [['* SEARCH 1 2', '* SEARCH 9 '], '1:2,9'],
    [['* ESEARCH (TAG "F2") UID ALL 1:5,7'], '1:5,7'],
    [['* ESEARCH (TAG "F2") UID ALL 5:1 MODSEQ 12'], '1:5'],
    [['* ESEARCH (TAG "F2") UID'], ''],
    [['* ESEARCH'], ''],
  ])('reads %j', async (rows, uids) => {
    for (const esearch of [false, true]) {
      const { box: open, commands } = await box(() => [...rows, '%T OK done'], { esearch });
      expect(`${await open.uids(quiet)}`).toBe(uids);
      expect(commands[1]).toBe(esearch ? 'UID SEARCH RETURN (ALL) ALL' : 'UID SEARCH ALL');
    }
  });

  it.each([
    ['* SEARCH 1 x'],
    ['* SEARCH 1:5'],
    ['* SEARCH 0'],
    ['* SEARCH 4294967296'],
    ['* ESEARCH (TAG "F2") UID ALL 1:*'],
    ['* ESEARCH (TAG "F2") UID ALL'],
    ['* ESEARCH (TAG "F2" UID ALL 5'],
  ])('does not guess at %j', async (row) => {
    const { box: open } = await box(() => [row, '%T OK done']);
    await expect(open.uids(quiet)).rejects.toBeInstanceOf(Error);
  });

  it('asks which of some exist, in lines a server takes, and asks nothing about none', async () => {
    const { box: open, commands } = await box((command) => {
      const first = /UID (\d+)/.exec(command.slice(4))?.[1];
      return [`* SEARCH ${first} 99999999`, '%T OK done'];
    });
    const some = UidSet.from(Array.from({ length: 2000 }, (_, index) => 1_000_000 + 2 * index));
    const found = await open.existing(some, quiet);
    expect(found.subtract(some).isEmpty).toBe(true);
    expect(found.size).toBe(commands.length - 1);
    expect(found.size).toBeGreaterThan(1);
    expect((await open.existing(UidSet.empty, quiet)).isEmpty).toBe(true);
    expect(found.size).toBe(commands.length - 1);
  });

  it('tells a refusal', async () => {
    const { box: open } = await box(() => ['%T NO [SERVERBUG] x']);
    await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'SERVER_BUSY', at: { mailbox: 'Box' } });
  });
});

describe('changing flags', () => {
  it('sends deltas without asking for an echo', async () => {
    const { box: open, commands } = await box(() => ['%T OK done']);
    await open.storeFlags(UidSet.of(1, 2, 5), 'add', ['\\Seen', 'Work'], quiet);
    await open.storeFlags(UidSet.of(7), 'remove', ['Work', 'not an atom'], quiet);
    await open.storeFlags(UidSet.of(7), 'remove', ['\\Recent'], quiet);
    expect(commands.slice(1)).toEqual([
      'UID STORE 1:2,5 +FLAGS.SILENT (\\Seen Work)',
      'UID STORE 7 -FLAGS.SILENT (Work)',
    ]);
  });

  it('fails when any part of it is refused', async () => {
    let asked = 0;
    const { box: open } = await box(() => (++asked === 2 ? ['%T NO [LIMIT] x'] : ['%T OK done']));
    const some = UidSet.from(Array.from({ length: 2000 }, (_, index) => 1_000_000 + 2 * index));
    const failing = open.storeFlags(some, 'add', ['\\Seen'], quiet);
    await expect(failing).rejects.toMatchObject({ scope: 'mailbox', responseCode: 'LIMIT' });
  });

  it('is not tried in a mailbox opened for reading', async () => {
    const { session, commands } = scripted(() => SELECTED);
    const open = await session.open('Box', 'examine', quiet);
    await expect(open.storeFlags(UidSet.of(1), 'add', ['\\Seen'], quiet)).rejects.toMatchObject({
      scope: 'mailbox',
    });
    await expect(open.expunge(UidSet.of(1), quiet)).rejects.toMatchObject({ scope: 'mailbox' });
    expect(commands).toEqual(['EXAMINE "Box"']);
  });
});
