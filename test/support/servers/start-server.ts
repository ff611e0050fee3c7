import { startCourier } from './courier.js';
import { startCyrus } from './cyrus.js';
import { startDovecot } from './dovecot.js';
import type { MailAccount, MailServer, ServerKind } from './mail-server.js';

export const SERVER_KINDS: readonly ServerKind[] = ['dovecot', 'cyrus', 'courier'];

const START = { dovecot: startDovecot, cyrus: startCyrus, courier: startCourier };

/** Starts one more server of a kind as it comes; what only one kind can be told, its own function takes. */
export function startServer(
  kind: ServerKind,
  options: { readonly users: readonly MailAccount[] },
): Promise<MailServer> {
  return START[kind](options);
}

/** Somebody of each name, with a password made of it. */
export function usersNamed(names: readonly string[]): MailAccount[] {
  return names.map((name) => ({ name, password: `pass ${name}` }));
}
