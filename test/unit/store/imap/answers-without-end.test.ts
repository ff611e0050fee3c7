import { describe, expect, it } from 'vitest';
import type { MailferryError } from '../../../../src/errors.js';
import { ask } from '../../../../src/store/imap/answers.js';
import { parseStatusLine, type StatusLine } from '../../../../src/store/imap/wire/status-line.js';
import { parseUntagged, type Untagged } from '../../../../src/store/imap/wire/untagged.js';
import { openBox, quiet, scripted } from './session-parts.js';

function response(line: string | Buffer): Untagged {
  const read = parseUntagged([{ text: Buffer.from(line) }]);
  if (!read) throw new Error('no response');
  return read;
}

function status(line: string): StatusLine {
  const read = parseStatusLine([{ text: Buffer.from(line) }]);
  if (!read) throw new Error('no status');
  return read;
}

/** How `ask` ends, whose command is answered by one and the same response again and again. */
async function asking(row: Untagged, times: number): Promise<string> {
  const connection: Parameters<typeof ask>[0] = {
    execute: async (_parts, handlers) => {
      for (let told = 0; told < times; told++) await handlers?.onUntagged(row);
      return status('F1 OK done');
    },
  };
  return await ask(connection, ['LIST "" "*"'], ['LIST'], quiet).then(
    ({ untagged }) => `${untagged.length} rows`,
    (error: unknown) => (error as MailferryError).code,
  );
}

describe('an answer that is collected', () => {
  it('may name more mailboxes than any account has', async () => {
    expect(await asking(response('* LIST () "/" some/mailbox'), 200_000)).toBe('200000 rows');
  });

  it('is not taken without an end, neither of many rows nor of long ones', async () => {
    expect(await asking(response('* LIST () "/" some/mailbox'), 1_000_000)).toBe('PROTOCOL_ERROR');
    const long = response(Buffer.concat([Buffer.from('* LIST () "/" '), Buffer.alloc(8_000_000, 'x')]));
    expect(await asking(long, 40)).toBe('PROTOCOL_ERROR');
  });
});

describe('what a search found', () => {
  it.each([
    ['* ESEARCH (TAG "F2") UID ALL 1:4294967295'],
    ['* ESEARCH (TAG "F2") UID ALL 7,100:20000000'],
    [`* SEARCH${' 1'.repeat(10_000_001)}`],
  ])('is not believed to be more than a mailbox holds', async (row) => {
    const { session } = scripted(
      openBox(() => [row, '%T OK done']),
      { features: { esearch: row.includes('ESEARCH') } },
    );
    const box = await session.open('Box', 'examine', quiet);
    await expect(box.uids(quiet)).rejects.toMatchObject({ code: 'COMMAND_REFUSED', scope: 'mailbox' });
  });

  it('may be millions', async () => {
    const { session } = scripted(
      openBox(() => ['* ESEARCH (TAG "%T") UID ALL 1:5000000,4290000000:4294967295', '%T OK done']),
      { features: { esearch: true } },
    );
    const box = await session.open('Box', 'examine', quiet);
    expect((await box.uids(quiet)).size).toBe(9_967_296);
  });
});
