import { afterEach, describe, expect, it } from 'vitest';
import type { MailferryError } from '../../../../src/errors.js';
import { login } from '../../../../src/store/imap/login.js';
import { loginError } from '../../../../src/store/imap/login-errors.js';
import { accountOn, type PlayedServer, playServer } from './transport/played-server.js';

const servers: PlayedServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** What a login throws that is answered so. */
async function refusedBy(answer: string): Promise<unknown> {
  const server = await playServer({
    capabilities: 'SASL-IR AUTH=PLAIN',
    answer: (command) => (/^(?:LOGIN|AUTHENTICATE)/.test(command) ? `${answer}\r\n` : null),
  });
  servers.push(server);
  const entering = login(accountOn(server.port), 1, new AbortController().signal);
  return await entering.catch((thrown: unknown) => thrown);
}

describe('a login that is refused for the moment', () => {
  it.each([
    '%T NO [OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)',
    '%T NO [ALERT] Account exceeded command or bandwidth limits. (Failure)',
    '%T NO [THROTTLED] slow down',
    '%T NO [LIMIT] LOGIN Rate limit hit.',
    '%T NO [UNAVAILABLE] Temporary authentication failure.',
    '%T NO Temporary authentication failure',
    '%T NO Server Unavailable. 15',
    '%T NO internal server error',
    '%T BAD internal server error',
    '%T BAD Request is throttled. Suggested Backoff Time: 2 milliseconds',
    '%T NO Request is throttled. Suggested Backoff Time: 2 milliseconds',
    '%T NO [AUTHENTICATIONFAILED] Too many login failures, try again later',
    '* BYE Account exceeded command or bandwidth limits.',
  ])('is a busy server (%s)', async (answer) => {
    expect(await refusedBy(answer)).toMatchObject({ code: 'SERVER_BUSY', scope: 'account', retry: 'later' });
  });

  it('that has refused the password says so, and is not asked again at once', async () => {
    const refused = await refusedBy('%T NO [AUTHENTICATIONFAILED] Invalid credentials, try again later');
    expect(refused).toMatchObject({ code: 'SERVER_BUSY', responseCode: 'AUTHENTICATIONFAILED' });
  });

  it('is tried again after as long as the server asks, less what was waited', () => {
    const throttled = (throttleReset: number): MailferryError => {
      const failure = { code: 'ETHROTTLE', throttleReset, throttleWaited: 500 };
      return loginError(Object.assign(new Error('Command failed'), failure), accountOn(143));
    };
    expect(throttled(1500)).toMatchObject({ code: 'SERVER_BUSY', retryAfterMs: 1000 });
    expect(throttled(86_400_000)).toMatchObject({ code: 'SERVER_BUSY', retryAfterMs: 299_500 });
  });
});

describe('a login that is refused for good', () => {
  it.each([
    '%T NO [AUTHENTICATIONFAILED] Authentication failed.',
    '%T NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)',
    '%T NO [ALERT] Application-specific password required',
    '%T NO LOGIN failed.',
    '%T NO Invalid login or password, please try again',
    '%T NO [AUTHORIZATIONFAILED] Incorrect username or password. (#AUTH012)',
  ])('is a wrong password (%s)', async (answer) => {
    expect(await refusedBy(answer)).toMatchObject({ code: 'AUTH_FAILED', retry: 'never' });
  });
});
