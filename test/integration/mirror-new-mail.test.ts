import { describe, expect, test } from 'vitest';
import { onStage } from '../support/backup/index.js';
import {
  act,
  fillWith,
  flagsIn,
  labels,
  MIRROR_PAIRS,
  Mirrored,
  mirrored,
  mirrorServers,
} from '../support/mirror/index.js';

const servers = mirrorServers(['arrivals', 'moves', 'lost', 'replaced', 'emptied', 'first']);
const UID_OF_NEXT = '7';

describe.concurrent.each(MIRROR_PAIRS)('between %s and %s', (...pair) => {
  test('D: new mail of both sides is on both, each message as often as it was delivered', async () => {
    await mirrored(servers.logins(pair, 'arrivals'), { INBOX: 6, Work: 2 }, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.deliver('INBOX', 'inbox.7', 'both.20', 'twin.30', 'twin.30');
          expect(await person.uids('INBOX', 'inbox.7')).toBe(UID_OF_NEXT);
          await person.flag('INBOX', 'both.20', '+\\Seen');
        },
        b: async (person) => {
          await person.deliver('INBOX', 'inbox.17', 'twin.30', 'both.20');
          expect(await person.uids('INBOX', 'inbox.17')).toBe(UID_OF_NEXT);
          await person.flag('INBOX', 'both.20', '+\\Flagged');
          await person.deliver('Work', 'work.31', 'work.31');
        },
      });
      const { summary } = await mirror.settle();
      // Of the twins one is paired with the one of the other side.
      expect(summary.messages).toMatchObject({ copied: 5, paired: 2, removed: 0 });
      await mirror.expectBoth({
        INBOX: [...labels('inbox', 1, 7), 'inbox.17', 'both.20', 'twin.30', 'twin.30'],
        Work: [...labels('work', 1, 2), 'work.31', 'work.31'],
      });
      const flags = ['\\Flagged', '\\Seen'];
      expect(await mirror.flags('INBOX', 'both.20')).toEqual([flags, flags]);
      // One of them is a single message: gone on one side, gone on both.
      await mirror.edit({ b: (person) => person.remove('Work', 'work.31') });
      await mirror.settle();
      await mirror.expectBoth({
        INBOX: [...labels('inbox', 1, 7), 'inbox.17', 'both.20', 'twin.30', 'twin.30'],
        Work: labels('work', 1, 2),
      });
    });
  });

  test('D: what is moved and copied on either side is so on both', async () => {
    await mirrored(servers.logins(pair, 'moves'), { INBOX: 6, Work: 4, Other: 1 }, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.move('INBOX', 'Work', 'inbox.1', 'inbox.2', 'inbox.3');
          await person.flag('Work', 'inbox.3', '+\\Seen');
          await person.copy('INBOX', 'Work', 'inbox.4');
          await person.copy('Work', 'Other', 'work.3');
        },
        b: async (person) => {
          await person.move('INBOX', 'Other', 'inbox.2');
          await person.move('INBOX', 'Work', 'inbox.3');
          await person.move('Work', 'Other', 'work.1');
          await person.copy('INBOX', 'INBOX', 'inbox.5');
          await person.copy('Work', 'Other', 'work.2');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary.conflicts).toEqual([]);
      await mirror.expectBoth({
        INBOX: ['inbox.4', 'inbox.5', 'inbox.5', 'inbox.6'],
        // Moved to one place on both sides it is one there, moved to two places it is in both.
        Work: [...labels('inbox', 1, 4), 'work.2', 'work.3', 'work.4'],
        Other: ['inbox.2', 'other.1', 'work.1', 'work.2', 'work.3'],
      });
      const flags = ['\\Flagged', '\\Seen', 'Work'];
      expect(await mirror.flags('Work', 'inbox.3')).toEqual([flags, flags]);
    });
  });

  test('D: when the state is lost all is recognised, nothing doubled and nothing removed', async () => {
    await mirrored(servers.logins(pair, 'lost'), { INBOX: 8, Work: 0, 'Work/Deep': 4 }, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.deliver('INBOX', 'inbox.9', 'inbox.2');
          await person.flag('INBOX', 'inbox.4', '+Mine');
          await person.remove('Work/Deep', 'work-deep.1');
        },
        b: async (person) => {
          await person.deliver('INBOX', 'inbox.10');
          await person.flag('INBOX', 'inbox.4', '+\\Flagged');
        },
      });
      mirror.stage.forgetState();
      const { summary } = await mirror.settle();
      // Nobody knows any more that one was there on both sides.
      expect(summary.messages).toMatchObject({ copied: 4, paired: 8 + 3, removed: 0 });
      await mirror.expectBoth({
        INBOX: [...labels('inbox', 1, 10), 'inbox.2'],
        Work: [],
        'Work/Deep': labels('work-deep', 1, 4),
      });
      const flags = ['\\Draft', '\\Flagged', 'Mine'];
      expect(await mirror.flags('INBOX', 'inbox.4')).toEqual([flags, flags]);
    });
  });

  test('E: a mailbox replaced by its like on either side is recognised', async () => {
    await mirrored(servers.logins(pair, 'replaced'), { INBOX: 2, One: 5, Two: 5 }, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.replace('One', ...labels('one', 1, 6));
          await person.deliver('Two', 'two.6');
          await person.flag('Two', 'two.1', '+Mine');
        },
        b: async (person) => {
          await person.replace('Two', ...labels('two', 2, 5), 'two.1');
          await person.deliver('One', 'one.7');
          await person.flag('One', 'one.2', '+\\Flagged');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary.messages).toMatchObject({ copied: 3, removed: 0 });
      await mirror.expectBoth({
        INBOX: labels('inbox', 1, 2),
        One: labels('one', 1, 7),
        Two: labels('two', 1, 6),
      });
      for (const image of await mirror.stage.images()) {
        expect(flagsIn(image, 'Two', 'two.1')).toEqual(['\\Seen', 'Mine']);
        expect(flagsIn(image, 'One', 'one.2')).toEqual(['\\Answered', '\\Flagged', '\\Seen']);
      }
    });
  });

  test('E: an account that is suddenly empty takes nothing along, and may be put back', async () => {
    await mirrored(servers.logins(pair, 'emptied'), { INBOX: 6, Work: 4 }, async (mirror) => {
      const all = { INBOX: labels('inbox', 1, 6), Work: labels('work', 1, 4) };
      await mirror.edit({
        b: async (person) => {
          for (const [name, wanted] of Object.entries(all)) await person.remove(name, ...wanted);
        },
      });
      for (let runs = 1; runs <= 2; runs++) {
        const { summary, stderr } = await mirror.stage.mirror();
        expect(summary, stderr).toMatchObject({
          exitCode: 6,
          problems: ['INBOX', 'Work'].map((mailbox) => ({ code: 'REMOVALS_HELD', mailbox })),
          messages: { copied: 0, removed: 0 },
        });
        expect(await mirror.mail()).toEqual([all, { INBOX: [], Work: [] }]);
      }
      await mirror.edit({
        b: async (person) => {
          for (const [name, wanted] of Object.entries(all)) await person.deliver(name, ...wanted);
        },
      });
      await mirror.settle();
      await mirror.expectBoth(all);
    });
  });

  test('E: two accounts that were in use before become one, without a message twice', async () => {
    const [a, b] = servers.logins(pair, 'first');
    await fillWith(a, { INBOX: 6, Both: 3, Mine: 2 });
    await fillWith(b, { Both: 5, Theirs: 2 });
    await act(a, (person) => person.flag('Both', 'both.1', '+Mine'));
    await act(b, async (person) => {
      await person.deliver('INBOX', ...labels('inbox', 4, 8), 'inbox.5');
      await person.flag('Both', 'both.1', '+\\Flagged');
    });
    await onStage(a, b, async (stage) => {
      const mirror = new Mirrored(stage);
      const { summary } = await mirror.settle();
      expect(summary.messages).toMatchObject({ copied: 3 + 3 + 2 + 2 + 2, paired: 3 + 3, removed: 0 });
      await mirror.expectBoth({
        INBOX: [...labels('inbox', 1, 8), 'inbox.5'],
        Both: labels('both', 1, 5),
        Mine: labels('mine', 1, 2),
        Theirs: labels('theirs', 1, 2),
      });
      const flags = ['\\Flagged', '\\Seen', 'Mine'];
      expect(await mirror.flags('Both', 'both.1')).toEqual([flags, flags]);
    });
  });
});
