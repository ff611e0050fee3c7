import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import {
  isWriteOperation,
  MemoryServer,
  type MemoryServerOptions,
  type Verdict,
} from '../../../../src/store/memory.js';
import { lease, quiet } from './client.js';

const UNAVAILABLE = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' };

/** A server with mailboxes of these names and one message in each, and a session on it. */
async function stage(names: readonly string[], options: MemoryServerOptions = {}) {
  const server = new MemoryServer(options);
  for (const name of names) {
    server.createMailbox(name);
    server.deliver(name, { body: `Subject: ${name}\r\n\r\n`, flags: ['\\Seen', 'Work'] });
  }
  const store = server.store();
  return { server, store, session: await lease(store) };
}

function mailboxes(server: MemoryServer): string[] {
  return Object.keys(server.snapshot().mailboxes);
}

describe('RENAME at the in-memory server', () => {
  it('keeps everything but the name, with all below it', async () => {
    const { server, session } = await stage(['a', 'a/b', 'ab']);
    const before = server.snapshot().mailboxes;
    await session.rename('a', 'z/y', quiet);
    const after = server.snapshot().mailboxes;
    expect(Object.keys(after)).toEqual(['INBOX', 'ab', 'z/y', 'z/y/b']);
    expect([after['z/y'], after['z/y/b'], after['ab']]).toEqual([before['a'], before['a/b'], before['ab']]);
  });

  it('of INBOX moves its messages into a new mailbox and leaves INBOX empty', async () => {
    const { server, session } = await stage(['INBOX/below']);
    for (const body of ['one', 'two']) server.deliver('INBOX', { body, flags: ['\\Flagged'] });
    const { INBOX: before } = server.snapshot().mailboxes;
    await session.rename('inbox', 'Old', quiet);
    const { INBOX: inbox, Old: old, 'INBOX/below': below } = server.snapshot().mailboxes;
    expect(inbox).toMatchObject({ messages: [], uidValidity: before?.uidValidity, uidNext: before?.uidNext });
    expect(old?.messages.map(({ digest }) => digest)).toEqual(before?.messages.map(({ digest }) => digest));
    expect(old?.messages.map(({ flags }) => flags)).toEqual([['\\Flagged'], ['\\Flagged']]);
    expect(old?.uidValidity).not.toBe(before?.uidValidity);
    expect(below?.messages).toHaveLength(1);
  });

  it('renames a level that only has others below it', async () => {
    const { server, session } = await stage(['a/b']);
    await session.rename('a', 'z', quiet);
    expect(mailboxes(server)).toEqual(['INBOX', 'z/b']);
  });

  it.each([
    ['a mailbox that is not there', 'nowhere', 'z'],
    ['a name that is taken', 'a', 'c'],
    ['INBOX for a new name', 'a', 'Inbox'],
    ['a name that has others below it', 'a', 'd'],
    ['a name below itself', 'a', 'a/x'],
    ['a name no mailbox can have', 'a', 'z//y'],
  ])('is refused for %s, and changes nothing', async (_what, from, to) => {
    const { server, session } = await stage(['a', 'a/b', 'c', 'd/e']);
    const before = server.snapshot();
    await expect(session.rename(from, to, quiet)).rejects.toMatchObject(UNAVAILABLE);
    expect(server.snapshot()).toEqual(before);
  });

  it('leaves subscriptions as they are', async () => {
    const { server, session } = await stage(['a']);
    server.subscribe('a');
    await session.rename('a', 'z', quiet);
    expect(server.snapshot().subscriptions).toEqual(['a']);
  });
});

describe('DELETE at the in-memory server', () => {
  it('removes one mailbox, and leaves what lies below and the subscription', async () => {
    const { server, session } = await stage(['a', 'a/b']);
    server.subscribe('a');
    expect(await session.remove('a', quiet)).toBe(true);
    expect(mailboxes(server)).toEqual(['INBOX', 'a/b']);
    expect(server.snapshot().subscriptions).toEqual(['a']);
    expect(await session.remove('a', quiet)).toBe(false);
    const listed = (await session.list(quiet)).mailboxes.find(({ name }) => name === 'a');
    expect(listed?.attributes).toContain('\\noselect');
  });

  it('breaks other sessions that have it open', async () => {
    const { store, session } = await stage(['a']);
    const other = await lease(store);
    const open = await other.open('a', 'select', quiet);
    await session.remove('a', quiet);
    await expect(open.uids(quiet)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  });

  it('refuses INBOX', async () => {
    const { session } = await stage([]);
    await expect(session.remove('inbox', quiet)).rejects.toMatchObject(UNAVAILABLE);
  });

  it('lets a mailbox of that name be made anew, told apart from the old one', async () => {
    const { server, session } = await stage(['a']);
    const { a: before } = server.snapshot().mailboxes;
    await session.remove('a', quiet);
    await session.create('a', null, quiet);
    const { a: after } = server.snapshot().mailboxes;
    expect(after?.uidValidity).not.toBe(before?.uidValidity);
    expect(after?.mailboxId).not.toBe(before?.mailboxId);
  });
});

describe('asking whether a mailbox is there', () => {
  it('knows exact names, and INBOX in any case', async () => {
    const { session } = await stage(['Abc', 'd/e'], { caseInsensitiveNames: true });
    const asked = ['Abc', 'abc', 'inbox', 'd', 'd/e', 'A*'];
    const answers = await Promise.all(asked.map((name) => session.isThere(name, quiet)));
    expect(answers).toEqual([true, false, true, false, true, false]);
  });

  it('can be made to answer that it is not', async () => {
    const { server, session } = await stage(['a']);
    server.onOperation = () => ({ omit: { mailboxes: ['a'] }, complete: true });
    expect(await session.isThere('a', quiet)).toBe(false);
  });
});

describe('faults of RENAME, DELETE and COPY', () => {
  const REFUSAL = { code: 'COMMAND_REFUSED', scope: 'mailbox', retry: 'never', message: 'no' } as const;
  const LOST = 'CONNECTION_LOST';

  /** Does one of them under a verdict; tells the code of the error, and whether it was done by then. */
  async function underVerdict(kind: 'rename' | 'remove' | 'copy', verdict: Verdict) {
    const { server, store, session } = await stage(['a', 'b']);
    const open = await session.open('a', 'examine', quiet);
    const isDone = (): boolean => {
      const { a, b } = server.snapshot().mailboxes;
      return kind === 'copy' ? b?.messages.length === 2 : a === undefined;
    };
    server.onOperation = (operation) => (operation.kind === kind ? verdict : 'go');
    const acts = {
      rename: () => session.rename('a', 'z', quiet),
      remove: () => session.remove('a', quiet),
      copy: () => open.copyTo(UidSet.of(1), 'b', quiet),
    };
    const code = await acts[kind]().then(
      () => null,
      (error: { code: string }) => error.code,
    );
    return { server, store, code, isDone };
  }

  const KINDS = ['rename', 'remove', 'copy'] as const;

  it.each(
    KINDS.flatMap((kind) => [
      { kind, verdict: 'go', code: null, done: true } as const,
      { kind, verdict: 'fail-before', code: LOST, done: false } as const,
      { kind, verdict: 'fail-after', code: LOST, done: true } as const,
      { kind, verdict: 'silent-after', code: 'SERVER_SILENT', done: true } as const,
      { kind, verdict: { refuse: REFUSAL }, code: 'COMMAND_REFUSED', done: false } as const,
    ]),
  )('$kind, $verdict: $code, done: $done', async ({ kind, verdict, code, done }) => {
    const made = await underVerdict(kind, verdict);
    expect([made.code, made.isDone()]).toEqual([code, done]);
  });

  it.each(KINDS)('%s may land late', async (kind) => {
    const { server, code, isDone } = await underVerdict(kind, { late: 'on-demand' });
    expect([code, isDone()]).toEqual([LOST, false]);
    server.landLate();
    expect(isDone()).toBe(true);
  });

  it.each(KINDS)('%s is logged as a write, with both names', async (kind) => {
    const { server } = await underVerdict(kind, 'go');
    const to = { rename: { to: 'z' }, remove: {}, copy: { to: 'b', uids: UidSet.of(1) } }[kind];
    expect(server.writes).toHaveLength(1);
    expect(server.writes[0]).toMatchObject({ kind, mailbox: 'a', ...to });
  });

  it('counts no question as a write', () => {
    for (const kind of ['is-there', 'email-ids', 'search'] as const)
      expect(isWriteOperation({ kind })).toBe(false);
  });
});
