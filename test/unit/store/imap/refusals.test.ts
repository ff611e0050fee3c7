import { describe, expect, it } from 'vitest';
import {
  appendRefusal,
  fetchRefusal,
  isNonexistent,
  mailboxRefusal,
  refusal,
  saysNonexistent,
} from '../../../../src/store/imap/errors.js';
import { connectionLost } from '../../../../src/store/imap/wire/failures.js';
import { parseStatusLine, type StatusLine } from '../../../../src/store/imap/wire/status-line.js';
import { quiet, scripted } from './session-parts.js';

function status(line: string): StatusLine {
  const read = parseStatusLine([{ text: Buffer.from(line) }]);
  if (!read) throw new Error(`no status: ${line}`);
  return read;
}

const BUSY = { code: 'SERVER_BUSY', scope: 'mailbox', retry: 'later' };

describe('a server that wants less of us', () => {
  it.each([
    'NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)',
    'NO [ALERT] Account exceeded command or bandwidth limits. (Failure)',
    'NO Request is throttled. Suggested Backoff Time: 1500 milliseconds',
    'NO [THROTTLED] slow down',
    'BAD User is authenticated but not connected.',
    'NO Server Unavailable. 15',
    'NO [SERVERBUG] Internal error',
  ])('is not full, and has nothing against the message (%s)', (answer) => {
    expect(refusal(status(`F1 ${answer}`), 'search', {})).toMatchObject(BUSY);
    expect(appendRefusal(status(`F1 ${answer}`), {})).toMatchObject(BUSY);
  });

  it('is left alone as long as it asks', () => {
    const answer = status('F1 BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds');
    expect(appendRefusal(answer, {})).toMatchObject({ retryAfterMs: 1500 });
    expect(refusal(answer, 'search', {}).located({ mailbox: 'Box' })).toMatchObject({ retryAfterMs: 1500 });
    expect(refusal(status('F1 NO [INUSE] later'), 'search', {}).retryAfterMs).toBeUndefined();
  });
});

describe('a session that the server ended', () => {
  const ended = (bye: string) => connectionLost('ann', 'the server closed it', status(bye));

  it.each([
    '* BYE [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)',
    '* BYE [THROTTLED] slow down',
    '* BYE [UNAVAILABLE] the backend is away',
    '* BYE Too many connections',
  ])('because it is busy is not taken up again at once (%s)', (bye) => {
    // A refusal would mean that nothing on its way was stored.
    expect(ended(bye)).toMatchObject({ code: 'CONNECTION_LOST', scope: 'account', retry: 'later' });
  });

  it('is taken up after as long as it asks', () => {
    const bye = '* BYE Request is throttled. Suggested Backoff Time: 1500 milliseconds';
    expect(ended(bye)).toMatchObject({ retry: 'later', retryAfterMs: 1500 });
  });

  it.each(['* BYE Session expired, please login again', '* BYE Disconnected for inactivity.'])(
    'for another reason is taken up at once (%s)',
    (bye) => {
      expect(ended(bye)).toMatchObject({ code: 'CONNECTION_LOST', retry: 'now' });
    },
  );
});

describe('a full account', () => {
  it.each([
    'NO [OVERQUOTA] no',
    'NO Quota exceeded (mailbox for user is full)',
    'NO [ALERT] Mailbox is full',
    'NO Over quota',
    'NO You exceeded your mail quota.',
    'NO The message exceeds the quota of this user',
    'NO Not enough disk space',
    'NO Not enough disk quota',
    'NO The user has exceeded the mailbox storage limit',
    'NO Disk quota exceeded',
    'NO Mailbox full',
    'NO Mailbox size limit exceeded',
    'NO Mailbox has reached its size limit',
    'NO Account has exceeded its size limit',
    'NO Mailbox is over its maximum allowed size',
    'NO Your account exceeded the maximum size. Delete some mail',
    'NO Quota has been met',
    'NO The mailbox is over its quota',
    'NO Message rejected: mailbox has exceeded its size limit',
  ])('is one by the words that servers use (%s)', (answer) => {
    const full = { code: 'OVER_QUOTA', scope: 'account', retry: 'never' };
    expect(appendRefusal(status(`F1 ${answer}`), {})).toMatchObject(full);
    expect(mailboxRefusal(status(`F1 ${answer}`), 'create the mailbox', {})).toMatchObject(full);
  });
});

describe('a mailbox whose name has the word quota in it', () => {
  it('and which is not there is no full account', () => {
    const answer = status("F1 NO Mailbox doesn't exist: Quota exceeded reports (0.001 + 0.000 secs).");
    const error = mailboxRefusal(answer, 'open the mailbox', { mailbox: 'Quota exceeded reports' });
    expect(error).toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'never' });
    expect(isNonexistent(answer)).toBe(true);
    expect(saysNonexistent(error)).toBe(true);
    expect(appendRefusal(answer, {})).toMatchObject({ code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox' });
  });

  it('stops nothing but itself', async () => {
    const { session } = scripted(() => ['%T NO No such mailbox "INBOX.Quotations"']);
    await expect(session.open('INBOX.Quotations', 'examine', quiet)).rejects.toMatchObject({
      code: 'MAILBOX_UNAVAILABLE',
      scope: 'mailbox',
    });
  });

  it.each(['NO Permission denied: shared/quota', 'NO Not allowed: "Mailbox is full"'])(
    'and into which nobody may write is none either (%s)',
    (answer) => {
      expect(appendRefusal(status(`F1 ${answer}`), {})).toMatchObject({ code: 'MESSAGE_REJECTED' });
    },
  );
});

describe('a message that is too large', () => {
  it.each([
    'NO [TOOBIG] no',
    'BAD Cannot upload message, TOOBIG',
    'NO Maximum size of appendable message has been exceeded.',
    'NO maximum message size exceeded',
    'NO Message too large',
    'NO The message size exceeds the limit',
    'NO [LIMIT] Message exceeds the size limit of the server',
    'NO Message size 123 exceeds storage limit',
    'NO Message exceeds storage size allowed for a single item',
    'NO Message size exceeds fixed limit',
    'NO message exceeds maximum size',
    'NO Message for this mailbox exceeds the maximum size',
  ])('is told from one that is rejected (%s)', (answer) => {
    expect(appendRefusal(status(`F1 ${answer}`), {})).toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
      scope: 'message',
      retry: 'never',
    });
  });
});

describe('a folder that is full', () => {
  it.each(['NO The maximum folder size limit was exceeded', 'NO Folder exceeds its maximum size'])(
    'stops nothing but itself, for the time being (%s)',
    (answer) => {
      const full = { code: 'MAILBOX_UNAVAILABLE', scope: 'mailbox', retry: 'later' };
      expect(appendRefusal(status(`F1 ${answer}`), {})).toMatchObject(full);
    },
  );
});

describe('a limit that one message runs into', () => {
  it('says nothing of the others', () => {
    const answer = status('F1 NO [LIMIT] At most 32 flags in one mailbox supported');
    const rejected = { code: 'MESSAGE_REJECTED', scope: 'message', retry: 'later' };
    expect(appendRefusal(answer, {})).toMatchObject(rejected);
  });

  it.each(['NO [LIMIT] APPEND Rate limit hit.', 'NO [LIMIT] Try again later'])(
    'is told from a server that wants less of us (%s)',
    (answer) => {
      expect(appendRefusal(status(`F1 ${answer}`), {})).toMatchObject(BUSY);
    },
  );
});

it('takes what has expired for a refusal that stands', () => {
  const answer = status('F1 NO [EXPIRED] the password is too old');
  expect(refusal(answer, 'search', {})).toMatchObject({ code: 'COMMAND_REFUSED', retry: 'never' });
});

it('does not take the name of a mailbox for the words of a busy server', () => {
  const quoted = status('F1 NO "Rate limit reports" has messages that cannot be read');
  expect(fetchRefusal(quoted, 'tell of messages', {})).toBeNull();
  const busy = status('F1 NO Rate limit hit in "Box"');
  expect(fetchRefusal(busy, 'tell of messages', {})).toMatchObject(BUSY);
});
