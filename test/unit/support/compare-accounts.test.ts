import { describe, expect, test } from 'vitest';
import { generateAccount } from '../../support/accounts/index.js';
import { describeMessage } from '../../support/compare/describe-message.js';
import {
  type AccountImage,
  assertSameAccounts,
  type CompareOptions,
  compareAccounts,
  expectedImage,
  type MailboxImage,
  type MessageImage,
  multisetReport,
} from '../../support/compare/index.js';

const ACCOUNT = generateAccount({ seed: 'compare', messages: 120, mailboxes: 6, maxSizeBytes: 20_000 });
const IMAGE = expectedImage(ACCOUNT);

/** The image with its first mailbox put through `edit`; UIDs are given anew. */
function edited(edit: (messages: MessageImage[]) => MessageImage[], image = IMAGE): AccountImage {
  const mailboxes = image.mailboxes.map((mailbox, index) =>
    index === 0 ? withMessages(mailbox, edit([...mailbox.messages])) : mailbox,
  );
  return { mailboxes };
}

function withMessages(mailbox: MailboxImage, messages: readonly MessageImage[]): MailboxImage {
  return { ...mailbox, messages: messages.map((message, index) => ({ ...message, uid: index + 1 })) };
}

function simple(text: string, flags: readonly string[] = [], epochSeconds = 1_000_000_000): MessageImage {
  const header = `Message-ID: <${text}@example.org>\r\n\r\n`;
  return describeMessage(0, Buffer.from(`${header}${text}\r\n`), flags, { epochSeconds, raw: 'some day' });
}

function boxOf(...messages: readonly MessageImage[]): AccountImage {
  const identity = { path: ['box'], rawName: 'box', selectable: true, subscribed: true, uidValidity: 1 };
  return { mailboxes: [withMessages({ ...identity, messages: [] }, messages)] };
}

function differences(expected: AccountImage, actual: AccountImage, options?: CompareOptions): string[] {
  return compareAccounts(expected, actual, options);
}

describe('comparing accounts', () => {
  test('finds no difference between an account and itself, generated or read', () => {
    expect(compareAccounts(ACCOUNT, IMAGE)).toEqual([]);
    expect(() => assertSameAccounts(ACCOUNT, ACCOUNT)).not.toThrow();
  });

  test('names a lost message once and what follows it not at all', () => {
    const found = differences(
      IMAGE,
      edited((messages) => messages.toSpliced(5, 1)),
    );
    expect(found).toHaveLength(2);
    expect(found[0]).toBe('INBOX: holds 52 messages where 53 are expected');
    expect(found[1]).toMatch(/^INBOX: message .* is lost$/);
  });

  test('tells a doubled message from an unknown one', () => {
    const [a, b, c] = [simple('a'), simple('b'), simple('c')];
    expect(differences(boxOf(a, b), boxOf(a, b, b))).toEqual([
      'box: holds 3 messages where 2 are expected',
      expect.stringMatching(/<b@example.org> .* is there once too often$/),
    ]);
    expect(differences(boxOf(a, b), boxOf(a, b, c))[1]).toMatch(/<c@example.org> .* is not expected$/);
    expect(differences(boxOf(a, b), boxOf(a, b, c), { ignoreExtraMessages: true })).toEqual([]);
  });

  test('misses a true duplicate that was merged into one', () => {
    const a = simple('a');
    expect(differences(boxOf(a, a), boxOf(a))[1]).toMatch(/is lost$/);
  });

  test('names a changed byte as a changed body', () => {
    const other: MessageImage = { ...simple('b'), sha256: 'f'.repeat(64) };
    expect(differences(boxOf(simple('a'), simple('b')), boxOf(simple('a'), other))).toEqual([
      expect.stringMatching(
        /<b@example.org> .* has other octets: 34 bytes instead of 34, SHA-256 ffffffffffff/,
      ),
    ]);
  });

  test('names flags that are missing and flags that are too many', () => {
    const before = boxOf(simple('a', ['\\Seen', '$x']));
    const after = boxOf(simple('a', ['\\Seen', '\\Flagged']));
    expect(differences(before, after)).toEqual([
      expect.stringMatching(/lacks \$x and has \\flagged too much$/),
    ]);
    expect(differences(before, after, { ignoreFlags: ['$X', '\\FLAGGED'] })).toEqual([]);
  });

  test('compares keywords without regard to case', () => {
    const [one, other] = [boxOf(simple('a', ['$Forwarded'])), boxOf(simple('a', ['$FORWARDED']))];
    expect(differences(one, other)).toEqual([]);
  });

  test('notices one second in an internal date', () => {
    const [one, other] = [boxOf(simple('a', [], 100)), boxOf(simple('a', [], 101))];
    expect(differences(one, other)).toEqual([
      expect.stringMatching(/has an internal date 1 s from some day$/),
    ]);
    expect(differences(one, other, { ignoreDates: true })).toEqual([]);
  });

  test('notices two messages that changed places', () => {
    const [a, b, c] = [simple('a'), simple('b'), simple('c')];
    const found = differences(boxOf(a, b, c), boxOf(a, c, b));
    expect(found).toEqual([
      expect.stringMatching(/the order differs: message <c@example.org> .* too early$/),
    ]);
    expect(differences(boxOf(a, b, c), boxOf(a, c, b), { ignoreOrder: true })).toEqual([]);
  });

  test('pairs twins by place while the order holds, else so that the fewest differ', () => {
    const [seen, flagged, other] = [simple('a', ['\\Seen']), simple('a', ['\\Flagged']), simple('b')];
    expect(differences(boxOf(seen, flagged), boxOf(flagged, seen))).toEqual([
      expect.stringMatching(/uid 1, .* lacks \\seen and has \\flagged too much$/),
      expect.stringMatching(/uid 2, .* lacks \\flagged and has \\seen too much$/),
    ]);
    expect(differences(boxOf(seen, flagged, other), boxOf(flagged, other))).toEqual([
      'box: holds 2 messages where 3 are expected',
      expect.stringMatching(/<a@example.org> .* is lost$/),
    ]);
  });

  test('names missing and unexpected mailboxes and subscriptions', () => {
    const [inbox, sent, ...others] = IMAGE.mailboxes;
    if (inbox === undefined || sent === undefined) throw new Error('two mailboxes are needed');
    const renamed = { ...sent, path: ['Gone elsewhere'] };
    const actual = { mailboxes: [{ ...inbox, subscribed: false }, renamed, ...others] };
    const count = sent.messages.length;
    expect(differences(IMAGE, actual)).toEqual([
      'INBOX: is not subscribed, the other way round than expected',
      `Sent: the mailbox is missing, with ${count} messages`,
      `Gone elsewhere: nobody expects this mailbox, with ${count} messages`,
    ]);
    const nameMap = (path: readonly string[]) => (path[0] === 'Sent' ? ['Gone elsewhere'] : path);
    expect(differences(IMAGE, actual, { nameMap, ignoreSubscriptions: true })).toEqual([]);
  });

  test('names a subscription that has no mailbox', () => {
    const orphan: AccountImage = { ...boxOf(), orphanSubscriptions: [['gone', 'child']] };
    expect(differences(boxOf(), orphan)).toEqual(['gone > child: is subscribed without a mailbox']);
    expect(differences(orphan, boxOf())).toEqual([
      'gone > child: is not subscribed, the other way round than expected',
    ]);
    expect(differences(orphan, orphan)).toEqual([]);
    expect(differences(boxOf(), orphan, { ignoreSubscriptions: true })).toEqual([]);
  });

  test('lets extra mailboxes pass when asked, all or only the empty ones', () => {
    const extra = (messages: readonly MessageImage[]): AccountImage => ({
      mailboxes: [
        ...boxOf().mailboxes,
        ...boxOf(...messages).mailboxes.map((box) => ({ ...box, path: ['more'] })),
      ],
    });
    expect(differences(boxOf(), extra([]), { ignoreExtraMailboxes: 'empty' })).toEqual([]);
    expect(differences(boxOf(), extra([simple('a')]), { ignoreExtraMailboxes: 'empty' })).toHaveLength(1);
    expect(differences(boxOf(), extra([simple('a')]), { ignoreExtraMailboxes: 'all' })).toEqual([]);
  });

  test('caps a long list and says how much it leaves out', () => {
    const found = differences(
      IMAGE,
      edited((messages) => messages.map((message) => ({ ...message, flags: ['odd'] }))),
      { atMost: 10 },
    );
    expect(found).toHaveLength(11);
    expect(found[10]).toBe('and 43 more differences');
    expect(() => assertSameAccounts(IMAGE, boxOf())).toThrow(/^the accounts differ:\n {2}INBOX: the mailbox/);
  });
});

describe('the multiset report', () => {
  const [a, b, c] = [simple('a'), simple('b'), simple('c')];
  const two = (left: AccountImage, right: AccountImage): AccountImage => ({
    mailboxes: [...left.mailboxes, ...right.mailboxes.map((box) => ({ ...box, path: ['other'] }))],
  });

  test('says which message is lost, doubled or unknown', () => {
    const report = multisetReport(boxOf(a, a, b), boxOf(a, b, b, c));
    expect(report.lost).toEqual([
      {
        sha256: a.sha256,
        label: '<a@example.org>',
        expectedCount: 2,
        actualCount: 1,
        expectedIn: ['box', 'box'],
        actualIn: ['box'],
      },
    ]);
    expect(report.doubled.map(({ label, actualCount }) => [label, actualCount])).toEqual([
      ['<b@example.org>', 2],
    ]);
    expect(report.unknown.map(({ label }) => label)).toEqual(['<c@example.org>']);
  });

  test('counts a moved message as lost and unknown, unless it counts over the whole account', () => {
    const [before, after] = [two(boxOf(a), boxOf(b)), two(boxOf(), boxOf(a, b))];
    expect(multisetReport(before, after).lost).toHaveLength(1);
    expect(multisetReport(before, after, { acrossMailboxes: true })).toEqual({
      lost: [],
      doubled: [],
      unknown: [],
    });
  });
});
