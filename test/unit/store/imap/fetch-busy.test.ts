import { describe, expect, it } from 'vitest';
import { UidSet } from '../../../../src/model/uid-set.js';
import type { BodySink, OpenMailbox } from '../../../../src/store/mail-store.js';
import { openBox, quiet, scripted } from './session-parts.js';

const nobody: BodySink = { start: () => undefined, chunk: () => undefined, end: () => undefined };

async function answering(...lines: readonly string[]): Promise<OpenMailbox> {
  const { session } = scripted(openBox(() => lines));
  return await session.open('Box', 'examine', quiet);
}

const ASKED = [
  ['bodies', (box: OpenMailbox) => box.bodies(UidSet.of(1, 2), nobody, quiet)],
  ['metadata', (box: OpenMailbox) => box.metadata(UidSet.of(1, 2), quiet)],
  ['headers', (box: OpenMailbox) => box.headers(UidSet.of(1, 2), ['DATE'], () => undefined, quiet)],
  ['flags', (box: OpenMailbox) => box.flags({ within: UidSet.of(1, 2) }, quiet)],
] as const;

describe.each(ASKED)('a server that is too busy to hand out %s', (_what, ask) => {
  it.each([
    'NO Request is throttled. Suggested Backoff Time: 2000 milliseconds',
    'BAD Request is throttled. Suggested Backoff Time: 2000 milliseconds',
    'NO [THROTTLED] slow down',
    'NO [UNAVAILABLE] the backend is away',
    'NO [INUSE] somebody else has it',
    'NO [LIMIT] UID FETCH Rate limit hit.',
    'NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)',
    'NO Account exceeded command or bandwidth limits.',
    'NO Server Unavailable. 15',
    'BAD User is authenticated but not connected.',
  ])('says nothing of the messages (%s)', async (answer) => {
    const asked = ask(await answering(`%T ${answer}`));
    await expect(asked).rejects.toMatchObject({
      code: 'SERVER_BUSY',
      scope: 'mailbox',
      retry: 'later',
      at: { account: 'ann@example.net', mailbox: 'Box' },
    });
  });

  it('is left alone as long as it asks, within reason', async () => {
    const said = (ms: number) => `%T NO Request is throttled. Suggested Backoff Time: ${ms} milliseconds`;
    await expect(ask(await answering(said(2000)))).rejects.toMatchObject({ retryAfterMs: 2000 });
    await expect(ask(await answering(said(86_400_000)))).rejects.toMatchObject({ retryAfterMs: 300_000 });
  });
});

describe.each(ASKED)('a message of which %s cannot be read', (_what, ask) => {
  it.each([
    'NO some messages could not be fetched',
    'NO [SERVERBUG] Internal error occurred',
    'NO [EXPUNGEISSUED] some are gone',
    // Yahoo, each time it is asked for a message it cannot read.
    'NO [UNAVAILABLE] UID FETCH Server error - Please try again later',
    'NO [UNAVAILABLE] UID FETCH Server error while fetching messages',
    'NO UID FETCH Server error - Please try again later',
  ])('is told from a busy server (%s)', async (answer) => {
    await expect(ask(await answering(`%T ${answer}`))).resolves.not.toThrow();
  });
});
