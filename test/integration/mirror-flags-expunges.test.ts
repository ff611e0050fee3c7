import { describe, expect, test } from 'vitest';
import {
  flagsIn,
  labels,
  MIRROR_PAIRS,
  type MirrorPair,
  mirrored,
  mirrorServers,
  type Person,
} from '../support/mirror/index.js';

const servers = mirrorServers(['flags', 'keyword', 'expunges', 'guard']);

/** A keyword that one side of a pair takes and the other refuses; two Dovecots have the same rules. */
const KEPT_BY_ONE: readonly (readonly [MirrorPair, keeper: 'a' | 'b', keyword: string])[] = [
  [['dovecot', 'cyrus'], 'b', 'odd]keyword'],
  [['cyrus', 'courier'], 'a', 'odd[keyword'],
];

describe.concurrent.each(MIRROR_PAIRS)('between %s and %s', (...pair) => {
  test('B: flags set and taken away on either side are so on both', async () => {
    await mirrored(servers.logins(pair, 'flags'), { INBOX: 8 }, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.flag('INBOX', 'inbox.5', '+\\Seen', '+Mine');
          await person.flag('INBOX', 'inbox.3', '+\\Answered');
          await person.flag('INBOX', 'inbox.7', '+\\Flagged', '-\\Seen');
          await person.flag('INBOX', 'inbox.1', '+$Label1');
          await person.flag('INBOX', 'inbox.2', '+Passing', '-Passing');
          await person.flag('INBOX', 'inbox.4', '+\\Deleted');
        },
        b: async (person) => {
          await person.flag('INBOX', 'inbox.5', '+\\Flagged', '+Theirs');
          await person.flag('INBOX', 'inbox.3', '-\\Flagged', '-Work');
          await person.flag('INBOX', 'inbox.7', '+\\Flagged', '-\\Seen');
          await person.flag('INBOX', 'inbox.6', '+$Label2');
          await person.flag('INBOX', 'inbox.8', '+\\Deleted');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary).toMatchObject({ messages: { copied: 0, moved: 0, removed: 0 }, conflicts: [] });
      await mirror.expectBoth({ INBOX: labels('inbox', 1, 8) });
      const wanted = {
        1: ['$Label1', '\\Seen'],
        2: ['\\Answered', '\\Seen'],
        3: ['\\Answered'],
        4: ['\\Deleted', '\\Draft'],
        5: ['\\Flagged', '\\Seen', 'Mine', 'Theirs'],
        6: ['$Label2', '\\Seen'],
        7: ['\\Answered', '\\Flagged'],
        8: ['\\Deleted', '\\Flagged', 'Work'],
      };
      for (const image of await mirror.stage.images()) {
        const found = Object.keys(wanted).map((number) => [
          number,
          flagsIn(image, 'INBOX', `inbox.${number}`),
        ]);
        expect(Object.fromEntries(found)).toEqual(wanted);
      }

      // Each flag is taken away on the side that did not set it.
      await mirror.edit({
        a: (person) => person.flag('INBOX', 'inbox.8', '-\\Deleted'),
        b: async (person) => {
          await person.flag('INBOX', 'inbox.1', '-$Label1');
          await person.flag('INBOX', 'inbox.4', '-\\Deleted', '-\\Draft');
        },
      });
      await mirror.settle();
      await mirror.expectBoth({ INBOX: labels('inbox', 1, 8) });
      for (const image of await mirror.stage.images()) {
        expect(flagsIn(image, 'INBOX', 'inbox.1')).toEqual(['\\Seen']);
        expect(flagsIn(image, 'INBOX', 'inbox.4')).toEqual([]);
        expect(flagsIn(image, 'INBOX', 'inbox.8')).toEqual(['\\Flagged', 'Work']);
      }
    });
  });

  test('C: expunged on either side is gone on both, whatever else became of it', async () => {
    await mirrored(servers.logins(pair, 'expunges'), { INBOX: 12, Work: 4 }, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.remove('INBOX', 'inbox.2', 'inbox.3', 'inbox.7');
          await person.flag('INBOX', 'inbox.4', '+Mine');
          await person.flag('INBOX', 'inbox.9', '+\\Deleted');
          // The highest UID of the side where it was first ...
          await person.remove('Work', 'work.4');
        },
        b: async (person) => {
          await person.remove('INBOX', 'inbox.4', 'inbox.5', 'inbox.7');
          await person.flag('INBOX', 'inbox.3', '+\\Answered');
          // ... and of the side that it was carried to.
          await person.remove('INBOX', 'inbox.12');
          await person.remove('Work', 'work.1');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary.messages).toMatchObject({ copied: 0, removed: 7 });
      expect(summary.conflicts).toMatchObject([{ mailbox: 'INBOX', kind: 'gone-and-changed', messages: 2 }]);
      const left = ['inbox.1', 'inbox.6', ...labels('inbox', 8, 11)];
      await mirror.expectBoth({ INBOX: left, Work: ['work.2', 'work.3'] });

      // What comes after the highest UID is new, and a small mailbox may be emptied.
      await mirror.edit({
        a: (person) => person.deliver('Work', 'work.5'),
        b: async (person) => {
          await person.deliver('INBOX', 'inbox.13');
          await person.remove('Work', 'work.2', 'work.3');
        },
      });
      await mirror.settle();
      await mirror.expectBoth({ INBOX: [...left, 'inbox.13'], Work: ['work.5'] });
    });
  });

  test('C: a mailbox that is emptied on one side waits for a person, and then goes', async () => {
    const start = { INBOX: 60, Many: 25, Lots: 25 };
    await mirrored(servers.logins(pair, 'guard'), start, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.remove('Many', ...labels('many', 1, 25));
          await person.deliver('INBOX', 'inbox.61');
        },
        b: async (person) => {
          await person.remove('Lots', ...labels('lots', 1, 25));
          await person.deliver('Lots', 'lots.26');
        },
      });
      for (const copied of [2, 0]) {
        const held = await mirror.stage.mirror();
        expect(held.summary, held.stderr).toMatchObject({
          exitCode: 6,
          problems: ['Many', 'Lots'].map((mailbox) => ({ code: 'REMOVALS_HELD', mailbox })),
          messages: { copied, removed: 0 },
        });
      }
      const [a, b] = await mirror.mail();
      expect(a).toEqual({
        INBOX: labels('inbox', 1, 61).sort(),
        Many: [],
        Lots: labels('lots', 1, 26).sort(),
      });
      expect(b).toEqual({
        INBOX: labels('inbox', 1, 61).sort(),
        Many: labels('many', 1, 25).sort(),
        Lots: ['lots.26'],
      });
      // Each side loses 25.
      const { summary } = await mirror.settle('--max-delete', '25');
      expect(summary.messages).toMatchObject({ copied: 0, removed: 50 });
      await mirror.expectBoth({ INBOX: labels('inbox', 1, 61), Many: [], Lots: ['lots.26'] });
    });
  });
});

describe.concurrent.each(KEPT_BY_ONE)('between %s, of which %s alone keeps it', (pair, keeper, keyword) => {
  test('B: a keyword stays where it can be kept, and is not taken away by the side that cannot', async () => {
    const other = keeper === 'a' ? 'b' : 'a';
    await mirrored(servers.logins(pair, 'keyword'), { INBOX: 4 }, async (mirror) => {
      const expectKept = async (label: string, ...flags: readonly string[]): Promise<void> => {
        const found = await mirror.flags('INBOX', label);
        const [kept, without] = keeper === 'a' ? found : found.toReversed();
        expect(kept).toEqual([...flags, keyword].sort());
        expect(without).toEqual([...flags].sort());
      };
      await mirror.edit({
        [keeper]: async (person: Person) => {
          await person.flag('INBOX', 'inbox.1', `+${keyword}`, '+\\Flagged');
          await person.deliver('INBOX', 'inbox.5');
          await person.flag('INBOX', 'inbox.5', `+${keyword}`, '+fine');
        },
      });
      const { stderr } = await mirror.settle();
      expect(stderr).toContain(`cannot keep ${keyword}`);
      await mirror.expectBoth({ INBOX: labels('inbox', 1, 5) }, { ignoreFlags: [keyword] });
      await expectKept('inbox.1', '\\Flagged', '\\Seen');
      await expectKept('inbox.5', 'fine');

      await mirror.edit({
        [other]: async (person: Person) => {
          await person.flag('INBOX', 'inbox.1', '-\\Flagged', '+\\Answered');
          await person.flag('INBOX', 'inbox.5', '+\\Seen');
        },
        [keeper]: (person: Person) => person.flag('INBOX', 'inbox.5', '-fine'),
      });
      await mirror.settle();
      await mirror.expectBoth({ INBOX: labels('inbox', 1, 5) }, { ignoreFlags: [keyword] });
      await expectKept('inbox.1', '\\Answered', '\\Seen');
      await expectKept('inbox.5', '\\Seen');
    });
  });
});
