import { describe, expect, test } from 'vitest';
import {
  conflictsIn,
  labels,
  type Mail,
  MIRROR_PAIRS,
  mirrored,
  mirrorServers,
  type Person,
} from '../support/mirror/index.js';

const servers = mirrorServers(['made', 'deleted', 'kept', 'renamed', 'both', 'parent']);
const TREE = { INBOX: 12, A: 3, 'A/one': 3, 'A/one/deep': 3, B: 3, C: 3, D: 3 };
const MAIL = {
  INBOX: labels('inbox', 1, 12),
  A: labels('a', 1, 3),
  'A/one': labels('a-one', 1, 3),
  'A/one/deep': labels('a-one-deep', 1, 3),
  B: labels('b', 1, 3),
  C: labels('c', 1, 3),
  D: labels('d', 1, 3),
};

function sorted(mail: Mail): Mail {
  return Object.fromEntries(Object.entries(mail).map(([name, held]) => [name, [...held].sort()]));
}

describe.concurrent.each(MIRROR_PAIRS)('between %s and %s', (...pair) => {
  const isCourier = pair[1] === 'courier';

  test('F: mailboxes made on either side are on both, those of one name are one, and subscriptions follow', async () => {
    await mirrored(servers.logins(pair, 'made'), TREE, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          for (const name of ['A/two', 'Early', 'Early/below', 'Both', 'Empty']) await person.make(name);
          await person.deliver('Early/below', 'early.1');
          await person.deliver('Both', 'both.1', 'both.2');
          await person.editor.tree('UNSUBSCRIBE', 'B');
          await person.editor.tree('UNSUBSCRIBE', 'Empty');
        },
        b: async (person) => {
          for (const name of ['A/three', 'Late', 'Both', 'Both/below']) await person.make(name);
          await person.deliver('A/three', 'three.1');
          await person.deliver('Both', 'both.2', 'both.3');
          await person.editor.tree('UNSUBSCRIBE', 'C');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary).toMatchObject({ messages: { copied: 4, paired: 1, removed: 0 }, conflicts: [] });
      await mirror.expectBoth({
        ...MAIL,
        'A/two': [],
        'A/three': ['three.1'],
        Early: [],
        'Early/below': ['early.1'],
        Late: [],
        Both: labels('both', 1, 3),
        'Both/below': [],
        Empty: [],
      });
      for (const image of await mirror.stage.images()) {
        const unsubscribed = image.mailboxes.filter(({ subscribed }) => !subscribed);
        const names = unsubscribed.map(({ path }) => path.join('/'));
        expect(
          names.filter((name) => ['B', 'C', 'D', 'Early', 'Empty', 'Late'].includes(name)).sort(),
        ).toEqual(['B', 'C', 'Empty']);
      }
    });
  });

  test('F: mailboxes deleted on either side are gone on both', async () => {
    await mirrored(servers.logins(pair, 'deleted'), TREE, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.drop('B');
          await person.drop('D');
        },
        b: async (person) => {
          await person.drop('A/one/deep');
          await person.drop('D');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary).toMatchObject({ messages: { copied: 0 }, mailboxes: { created: 0 }, conflicts: [] });
      const { 'A/one/deep': _deep, B: _b, D: _d, ...left } = MAIL;
      await mirror.expectBoth(left);
    });
  });

  test('F: a mailbox deleted on one side to which mail came on the other is kept with all of it, and told', async () => {
    await mirrored(servers.logins(pair, 'kept'), TREE, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.drop('B');
          await person.deliver('C', 'c.4');
        },
        b: async (person) => {
          await person.drop('C');
          await person.deliver('B', 'b.4');
        },
      });
      const { summary } = await mirror.settle();
      expect(conflictsIn(summary)).toEqual(['B deleted-and-changed', 'C deleted-and-changed']);
      expect(summary.messages).toMatchObject({ copied: 8, removed: 0 });
      await mirror.expectBoth({ ...MAIL, B: labels('b', 1, 4), C: labels('c', 1, 4) });
    });
  });

  test('F: a mailbox renamed on either side is so on both, with all below, and mail that came meanwhile', async () => {
    await mirrored(servers.logins(pair, 'renamed'), TREE, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.rename('A', 'Z');
          await person.rename('B', 'Better');
        },
        b: async (person) => {
          await person.rename('C', 'D/C');
          await person.deliver('D/C', 'c.4');
          await person.deliver('B', 'b.4');
        },
      });
      const { summary } = await mirror.settle();
      expect(summary).toMatchObject({ messages: { copied: 2 }, conflicts: [] });
      // Courier numbers a renamed mailbox anew: D/C is new and C is gone. Its mail travels by COPY.
      expect(summary.mailboxes).toMatchObject(
        isCourier ? { renamed: 2, created: 1, removed: 1 } : { renamed: 3, created: 0, removed: 0 },
      );
      expect(summary.messages.moved).toBe(isCourier ? 3 : 0);
      await mirror.expectBoth({
        INBOX: MAIL.INBOX,
        Z: MAIL.A,
        'Z/one': MAIL['A/one'],
        'Z/one/deep': MAIL['A/one/deep'],
        Better: labels('b', 1, 4),
        'D/C': labels('c', 1, 4),
        D: MAIL.D,
      });
    });
  });

  test('F: of two names that a mailbox got on each side the first in order wins, and is told', async () => {
    await mirrored(servers.logins(pair, 'both'), TREE, async (mirror) => {
      await mirror.edit({
        a: async (person) => {
          await person.rename('B', 'Better');
          await person.rename('D', 'Same');
        },
        b: async (person) => {
          await person.rename('B', 'Mine');
          await person.rename('D', 'Same');
        },
      });
      const { summary } = await mirror.settle();
      const { B, D, ...rest } = MAIL;
      if (isCourier) {
        // Numbered anew they cannot be known for what they were: deleted there and renamed here, all of it is kept.
        expect(conflictsIn(summary)).toEqual(['Better deleted-and-changed', 'Same deleted-and-changed']);
        await mirror.expectBoth({ ...rest, Better: B, Mine: B, Same: D });
      } else {
        expect(conflictsIn(summary)).toEqual(['Better renamed-both']);
        expect(summary.messages.copied).toBe(0);
        await mirror.expectBoth({ ...rest, Better: B, Same: D });
      }
    });
  });

  test('F: a parent is deleted before what lies below it', async () => {
    const deleter = pair[1] === 'cyrus' ? 'a' : 'b';
    await mirrored(servers.logins(pair, 'parent'), TREE, async (mirror) => {
      await mirror.edit({ [deleter]: (person: Person) => person.drop('A') });
      const { A: _a, 'A/one': _one, 'A/one/deep': _deep, ...left } = MAIL;
      if (pair.includes('cyrus')) {
        // Cyrus deletes nothing that has inferiors: it is emptied there, and told as long as it stays.
        for (const removed of [3, 0]) {
          const { summary, stderr } = await mirror.stage.mirror();
          const problems = [{ code: 'MAILBOX_KEPT', mailbox: 'A' }];
          expect(summary, stderr).toMatchObject({ exitCode: 2, problems, messages: { removed } });
        }
        expect(await mirror.counts('A')).toEqual(deleter === 'a' ? [null, 0] : [0, null]);
      } else {
        const { summary } = await mirror.settle();
        expect(summary).toMatchObject({ messages: { removed: 3 }, mailboxes: { removed: 1, created: 0 } });
        expect(await mirror.counts('A')).toEqual([null, null]);
        await mirror.expectRest();
      }
      // Dovecot may list a parent that it says is none when asked for it.
      const others = await mirror.mail({ only: (path) => path.join('/') !== 'A' });
      const { A: _, ...rest } = MAIL;
      expect(others).toEqual([sorted(rest), sorted(rest)]);
      await mirror.edit({
        [deleter]: async (person: Person) => {
          await person.drop('A/one/deep');
          await person.drop('A/one');
        },
      });
      await mirror.settle();
      expect(await mirror.counts('A')).toEqual([null, null]);
      await mirror.expectBoth(left, { ignoreExtraMailboxes: 'empty' });
    });
  });
});
