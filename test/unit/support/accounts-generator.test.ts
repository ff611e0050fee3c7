import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  DIFFICULT_SHAPE_NAMES,
  type GeneratedAccount,
  type GeneratedMessage,
  type GenerateOptions,
  generateAccount,
  KEYWORDS,
  SHAPE_NAMES,
} from '../../support/accounts/index.js';

const SMALL: GenerateOptions = { seed: 'unit', messages: 300, maxSizeBytes: 200_000 };

function messagesOf(account: GeneratedAccount): GeneratedMessage[] {
  return account.mailboxes.flatMap((mailbox) => mailbox.messages);
}

function digest(message: GeneratedMessage): string {
  return createHash('sha256').update(message.body()).digest('hex');
}

function summary(account: GeneratedAccount): unknown {
  return account.mailboxes.map(({ path, subscribed, messages }) => ({
    path,
    subscribed,
    messages: messages.map((message) => [digest(message), message.internalDate, message.flags]),
  }));
}

describe('the generator', () => {
  test('makes the same account from the same seed, octet for octet', () => {
    expect(summary(generateAccount(SMALL))).toEqual(summary(generateAccount(SMALL)));
  });

  test('makes no message of one seed with another seed', () => {
    const other = new Set(messagesOf(generateAccount({ ...SMALL, seed: 'other' })).map(digest));
    const shared = messagesOf(generateAccount(SMALL)).filter((message) => other.has(digest(message)));
    expect(shared).toEqual([]);
  });

  // Change the digest together with the generator: it shows that nothing depends on machine or process.
  test('makes this very account from this seed', () => {
    const hash = createHash('sha256').update(JSON.stringify(summary(generateAccount(SMALL))));
    expect(hash.digest('hex').slice(0, 16)).toBe('c32ee485ea18d256');
  });

  test.each([1, 7, 300, 1234])('makes exactly %i messages', (messages) => {
    expect(messagesOf(generateAccount({ ...SMALL, messages }))).toHaveLength(messages);
  });

  test.each([1, 2, 16, 500])('makes exactly %i mailboxes with names of their own', (mailboxes) => {
    const paths = generateAccount({ ...SMALL, mailboxes }).mailboxes.map(({ path }) => path.join('\0'));
    expect(new Set(paths).size).toBe(mailboxes);
    expect(paths[0]).toBe('INBOX');
  });

  test('spreads evenly when asked', () => {
    const account = generateAccount({ seed: 3, messages: 2000, mailboxes: 500, spread: 'even' });
    expect(new Set(account.mailboxes.map(({ messages }) => messages.length))).toEqual(new Set([4]));
  });

  test('makes the octets of 100,000 messages only when they are asked for', () => {
    const before = process.memoryUsage().heapUsed;
    const account = generateAccount({ seed: 4, messages: 100_000 });
    expect(messagesOf(account)).toHaveLength(100_000);
    // The bodies would be some 2.7 GB.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  });

  test('keeps to the size limit and comes close to the total that is asked for', () => {
    const account = generateAccount({ seed: 5, messages: 400, maxSizeBytes: 50_000, totalBytes: 4_000_000 });
    const sizes = messagesOf(account).map((message) => message.body().length);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(Math.max(...sizes)).toBeLessThan(50_000 * 1.05);
    expect(total).toBeGreaterThan(4_000_000 * 0.85);
    expect(total).toBeLessThan(4_000_000 * 1.15);
  });

  test('has a few large messages among many small ones', () => {
    const sizes = messagesOf(generateAccount({ seed: 6, messages: 1000 })).map(
      (message) => message.content.recipe.sizeBytes,
    );
    expect(sizes.filter((size) => size > 256 * 1024).length).toBeGreaterThan(0);
    expect(sizes.filter((size) => size < 20_000).length).toBeGreaterThan(700);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20 * 1024 * 1024);
  });
});

describe('the well-behaved profile', () => {
  const account = generateAccount({ ...SMALL, mailboxes: 19 });
  const messages = messagesOf(account);

  test('has every shape of body', () => {
    expect(new Set(messages.map((message) => message.content.recipe.shape))).toEqual(new Set(SHAPE_NAMES));
  });

  test('makes well-formed messages that no server has a reason to change', () => {
    for (const message of messages) {
      const text = message.body().toString('latin1');
      expect(text.includes('\0')).toBe(false);
      expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
      expect(text.endsWith('\r\n')).toBe(true);
      const lines = text.split('\r\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
      const header = text.slice(0, text.indexOf('\r\n\r\n'));
      expect(header).toMatch(/^[\t -~\r\n]+$/);
      const fields = header.replace(/\r\n[ \t]+(?=\S)/g, ' ').split('\r\n');
      for (const field of fields) expect(field).toMatch(/^[!-9;-~]+: \S/);
    }
  });

  test('breaks no quoted-printable escape in two and keeps its lines short', () => {
    const quoted = messages.filter(({ content }) => content.recipe.shape === 'quoted-printable');
    expect(quoted.length).toBeGreaterThan(0);
    for (const message of quoted) {
      const body = message.body().toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n');
      for (const line of body.split('\r\n')) {
        expect(line).toMatch(/^(?:[ -<>-~]|=[0-9A-F]{2})*=?$/);
        expect(line.length).toBeLessThanOrEqual(76);
      }
    }
  });

  test('has 8-bit bodies, a line of the greatest length, and lines that look like the end of mail', () => {
    const bodies = messages.map((message) => message.body().toString('latin1'));
    expect(bodies.some((body) => /[\x80-\xff]/.test(body))).toBe(true);
    expect(bodies.some((body) => body.split('\r\n').some((line) => line.length === 998))).toBe(true);
    expect(bodies.some((body) => body.includes('\r\nFrom '))).toBe(true);
    expect(bodies.some((body) => body.includes('\r\n.\r\n'))).toBe(true);
    expect(bodies.some((body) => body.includes('=?utf-8?B?') || body.includes('=?utf-8?Q?'))).toBe(true);
    expect(bodies.some((body) => body.includes('Content-Transfer-Encoding: base64'))).toBe(true);
  });

  test('has messages without Message-ID, without Date, without Subject and without all of them', () => {
    const lacking = (field: string) =>
      messages.filter((message) => !new RegExp(`^${field}:`, 'im').test(headerOf(message)));
    const [noId, noDate, noSubject] = [lacking('Message-ID'), lacking('Date'), lacking('Subject')];
    for (const list of [noId, noDate, noSubject]) {
      expect(list.length).toBeGreaterThan(0);
      expect(list.length).toBeLessThan(messages.length / 5);
    }
    expect(noId.some((message) => noDate.includes(message) && noSubject.includes(message))).toBe(true);
  });

  test('has threads whose References name messages of the account', () => {
    const ids = new Set(messages.map(({ content }) => content.messageId));
    const references = messages.flatMap(
      (message) => /^References:((?: <[^>]+>|\r\n)+)/im.exec(headerOf(message))?.[1]?.match(/<[^>]+>/g) ?? [],
    );
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((id) => !ids.has(id))).toEqual([]);
  });

  test('has true duplicates in one mailbox, with the same date and with another', () => {
    const [sameDate, otherDate] = [new Set<string>(), new Set<string>()];
    for (const mailbox of account.mailboxes) {
      const dates = new Map<string, number>();
      for (const message of mailbox.messages) {
        const key = digest(message);
        const date = dates.get(key);
        if (date !== undefined) (date === message.epochSeconds ? sameDate : otherDate).add(key);
        dates.set(key, message.epochSeconds);
      }
    }
    expect(sameDate.size).toBeGreaterThan(0);
    expect(otherDate.size).toBeGreaterThan(0);
  });

  test('has the same message in several mailboxes', () => {
    const where = new Map<string, Set<string>>();
    for (const { path, messages: inside } of account.mailboxes) {
      for (const message of inside) {
        const names = where.get(digest(message)) ?? new Set();
        where.set(digest(message), names.add(path.join('/')));
      }
    }
    expect([...where.values()].filter((names) => names.size > 1).length).toBeGreaterThan(3);
  });

  test('has different messages with one Message-ID, Date and From', () => {
    const bodies = new Map<string, Set<string>>();
    for (const message of messages) {
      const known = bodies.get(identityOf(message)) ?? new Set();
      bodies.set(identityOf(message), known.add(digest(message)));
    }
    const twins = [...bodies.values()].filter((digests) => digests.size > 1);
    expect(twins.length).toBeGreaterThan(0);
  });

  test('sets every system flag and few enough keywords for Maildir', () => {
    const flags = new Set(messages.flatMap((message) => message.flags));
    for (const flag of ['\\Seen', '\\Answered', '\\Flagged', '\\Draft', '\\Deleted', ...KEYWORDS]) {
      expect(flags).toContain(flag);
    }
    expect([...flags].filter((flag) => !flag.startsWith('\\')).length).toBeLessThanOrEqual(26);
    expect(messages.some((message) => message.flags.length === 0)).toBe(true);
  });

  test('leaves out what is switched off', () => {
    const plain = generateAccount({ ...SMALL, keywords: false, deleted: false, duplicates: false });
    const flags = new Set(messagesOf(plain).flatMap((message) => message.flags));
    expect([...flags].sort()).toEqual(['\\Answered', '\\Draft', '\\Flagged', '\\Seen']);
    expect(new Set(messagesOf(plain).map(digest)).size).toBe(SMALL.messages);
    expect(new Set(messagesOf(plain).map(({ content }) => content.messageId ?? content)).size).toBe(
      SMALL.messages,
    );
  });

  test('has internal dates of different zones between 1995 and 2026', () => {
    const zones = new Set(messages.map((message) => message.internalDate.slice(-5)));
    expect(zones.size).toBeGreaterThan(5);
    const years = messages.map((message) => new Date(message.epochSeconds * 1000).getUTCFullYear());
    expect(Math.min(...years)).toBeGreaterThanOrEqual(1995);
    expect(Math.max(...years)).toBeLessThanOrEqual(2026);
    const edges = messagesOf(generateAccount({ ...SMALL, edgeDates: true }));
    expect(edges.map((message) => message.epochSeconds)).toContain(0);
    expect(edges.map((message) => message.epochSeconds)).toContain(Date.UTC(2037, 11, 31, 23, 59, 59) / 1000);
  });

  test('has nested mailboxes after their parents, one empty, some unsubscribed, no delimiter in a segment', () => {
    const known = new Set<string>();
    for (const { path } of account.mailboxes) {
      if (path.length > 1) expect(known).toContain(path.slice(0, -1).join('\0'));
      known.add(path.join('\0'));
      for (const segment of path) expect(segment).not.toMatch(/[/.\p{Cc}]/u);
    }
    expect(account.mailboxes.some(({ messages: inside }) => inside.length === 0)).toBe(true);
    expect(account.mailboxes.some(({ subscribed }) => !subscribed)).toBe(true);
    expect(Math.max(...account.mailboxes.map(({ path }) => path.length))).toBe(4);
  });
});

test('the difficult profile has every kind of broken message and stays reproducible', () => {
  const options: GenerateOptions = { seed: 'hard', messages: 1500, maxSizeBytes: 5000, difficult: true };
  const account = generateAccount(options);
  const kinds = new Set(messagesOf(account).map(({ content }) => content.recipe.difficult));
  for (const kind of DIFFICULT_SHAPE_NAMES) expect(kinds).toContain(kind);
  const bodies = messagesOf(account).map((message) => message.body());
  expect(bodies.some((body) => body.length === 0)).toBe(true);
  expect(bodies.some((body) => body.includes(0))).toBe(true);
  expect(bodies.some((body) => /(^|[^\r])\n/.test(body.toString('latin1')))).toBe(true);
  expect(messagesOf(generateAccount(options)).map(digest)).toEqual(messagesOf(account).map(digest));
});

function headerOf(message: GeneratedMessage): string {
  return (
    message
      .body()
      .toString('latin1')
      .split('\r\n\r\n', 1)[0]
      ?.replace(/\r\n[ \t]/g, ' ') ?? ''
  );
}

function identityOf(message: GeneratedMessage): string {
  const field = (name: string) => new RegExp(`^${name}:.*`, 'im').exec(headerOf(message))?.[0] ?? '';
  return field('Message-ID') === ''
    ? digest(message)
    : `${field('Message-ID')}${field('Date')}${field('From')}`;
}
