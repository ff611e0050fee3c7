import type { Account } from '../config/account.js';
import { refuseSameAccount, resolveAccount } from '../config/account.js';
import { readMailboxPatterns } from '../config/mailbox-patterns.js';
import type { SecretEnvironment } from '../config/secret.js';
import { usageError } from '../config/usage-error.js';
import type { MailboxSelection } from '../index.js';
import { quoted } from './render/command-line.js';
import type { RunFlags, RunSettings } from './run-flags.js';
import { accountSettings, readRunSettings } from './run-flags.js';

/** Two accounts and the options that every verb with two accounts has, as typed. */
export interface CarryRequest {
  readonly first: string;
  readonly second: string;
  readonly flags: RunFlags;
}

/** One-way, the source is only read. */
export type Direction = 'one-way' | 'two-way';

/** From where to where (of a mirror: from the first account to the second), after all that was typed has been found good. */
export interface CarryRoute {
  readonly source: Account;
  readonly destination: Account;
  /** Whether the second account that was typed is the source. */
  readonly reversed: boolean;
  /** The accounts as they were typed: in this order they ask for passwords. */
  readonly typed: readonly [Account, Account];
  readonly selection: MailboxSelection;
  readonly settings: RunSettings;
}

/**
 * Options and secrets go by position: what starts with `source` belongs to the first account, also when mail goes the
 * other way round. Throws USAGE.
 */
export async function readRoute(request: CarryRequest, secrets: SecretEnvironment): Promise<CarryRoute> {
  const { flags } = request;
  const settings = readRunSettings(flags);
  const first = await wholeAccount(request.first, 'source', request, settings, secrets);
  const second = await wholeAccount(request.second, 'destination', request, settings, secrets);
  refuseSameAccount(first.url, second.url);
  const include = await readMailboxPatterns(flags.mailbox ?? [], '--mailbox');
  const exclude = await readMailboxPatterns(flags.exclude ?? [], '--exclude');
  const reversed = flags.reverse === true;
  const [source, destination] = reversed ? [second, first] : [first, second];
  return { source, destination, reversed, typed: [first, second], selection: { include, exclude }, settings };
}

async function wholeAccount(
  url: string,
  role: 'source' | 'destination',
  { flags }: CarryRequest,
  settings: RunSettings,
  secrets: SecretEnvironment,
): Promise<Account> {
  const resolved = await resolveAccount(accountSettings(role, url, flags, settings), secrets);
  if (resolved.url.prefix === '') return resolved;
  throw usageError(
    `the URL of ${resolved.options.account} ends in "/${resolved.url.prefix}"; wanted it without, because this version carries whole accounts only`,
    `take it out; to choose mailboxes use --mailbox ${quoted(resolved.url.prefix)}`,
  );
}
