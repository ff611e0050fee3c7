import type { ImapFlow } from 'imapflow';
import { MailferryError } from '../../errors.js';
import { authenticatePlain } from './login-plain.js';
import type { LoginSecret } from './login-secret.js';
import type { ImapAccountOptions } from './options.js';

type Command = (client: ImapFlow, ...given: unknown[]) => Promise<unknown>;

/** Stands for the password until it is asked for; imapflow wants to have one from the start. */
export const NO_PASSWORD_YET = 'asked for at the login';

/**
 * Puts the password in at the moment it goes out, and keeps imapflow from the one login that would be wrong: without
 * SASL PLAIN it takes to LOGIN, which knows no authorization identity and would open the admin's own account. It is
 * done as soon as somebody is logged in.
 */
export function guardLogin(client: ImapFlow, options: ImapAccountOptions, secret: LoginSecret): void {
  const holder = client as unknown as { commands: Map<string, Command> };
  const commands = new Map(holder.commands);
  const authenticate = commandOf(commands, 'AUTHENTICATE');
  const login = commandOf(commands, 'LOGIN');
  commands.set('AUTHENTICATE', async (connection, user, given) => {
    if (options.admin !== undefined && !connection.capabilities.has('AUTH=PLAIN'))
      throw noAdminLogin(options);
    const { authzid } = given as { authzid?: string };
    const password = await secret.reveal();
    if (connection.capabilities.has('AUTH=PLAIN') && connection.capabilities.has('SASL-IR'))
      return authenticatePlain(connection, { user: String(user), password, authzid });
    return authenticate(connection, user, { ...(given as object), password });
  });
  commands.set('LOGIN', async (connection, user) => {
    if (options.admin !== undefined) throw noAdminLogin(options);
    return login(connection, user, await secret.reveal());
  });
  // A round trip each, ID even twice; we ask for both at once as soon as the connection is ours.
  for (const later of ['ID', 'NAMESPACE']) commands.set(later, async () => undefined);
  holder.commands = commands;
}

function commandOf(commands: ReadonlyMap<string, Command>, name: string): Command {
  const command = commands.get(name);
  if (!command) throw new Error(`imapflow has no command ${name}`);
  return command;
}

function noAdminLogin({ account, host, user, admin }: ImapAccountOptions): MailferryError {
  return new MailferryError({
    code: 'AUTH_FAILED',
    scope: 'account',
    retry: 'never',
    message: `${host} offers no SASL PLAIN, without which "${admin}" cannot log in for "${user}"`,
    at: { account },
    hint: 'where the server has master users by name (Dovecot: USER*MASTER), give that as the user name, without an admin',
  });
}

/** The server knows no login that takes a password (LOGINDISABLED, RFC 3501, section 6.2.3). Nothing was sent. */
export function noPasswordLogin(client: ImapFlow, options: ImapAccountOptions): MailferryError {
  const offered = [...client.capabilities.keys()].filter((name) => /^AUTH=/i.test(name));
  const clear = options.security === 'none';
  return new MailferryError({
    code: clear ? 'TLS_UNAVAILABLE' : 'AUTH_FAILED',
    scope: 'account',
    retry: 'never',
    message: clear
      ? `${options.host} takes no password in clear text (LOGINDISABLED)`
      : `${options.host} takes no password; it offers ${offered.join(' ') || 'no way to log in'}`,
    at: { account: options.account },
    hint: clear
      ? 'take ?tls=none out of the account URL: imap:// then starts TLS first, imaps:// has it from the first octet'
      : 'switch a login by password on at the server (AUTH=PLAIN, AUTH=LOGIN or LOGIN)',
  });
}
