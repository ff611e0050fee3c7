import type { ImapAccountOptions } from '../store/imap/options.js';
import type { AccountRole } from './account-role.js';
import { describeRole, optionPrefix } from './account-role.js';
import type { AccountUrl } from './account-url.js';
import { displayName, isLoopback, parseAccountUrl } from './account-url.js';
import { readOptionFile } from './read-file.js';
import type { SecretEnvironment } from './secret.js';
import { secretOf } from './secret.js';
import { usageError } from './usage-error.js';

/** What the options say about one account, as typed. */
export interface AccountSettings {
  readonly role: AccountRole;
  readonly url: string;
  readonly passwordFile?: string;
  readonly passwordCommand?: string;
  readonly admin?: string;
  readonly caFile?: string;
  readonly fingerprint?: string;
  readonly tunnel?: string;
  readonly insecure: boolean;
  readonly connections: number;
  readonly timeoutMs: number;
}

export interface Account {
  readonly role: AccountRole;
  readonly url: AccountUrl;
  readonly options: ImapAccountOptions;
}

/** Turns what was typed into what a store is made of. Reads the file of authorities, no secret. Throws USAGE. */
export async function resolveAccount(
  settings: AccountSettings,
  environment: SecretEnvironment,
): Promise<Account> {
  const { role } = settings;
  const url = parseAccountUrl(settings.url, role);
  const account = displayName(url);
  refuseClearText(url, settings);
  refuseTrustWithoutTls(url, settings);
  const trust = { ...(await readCa(settings)), ...readFingerprint(settings) };
  const options: ImapAccountOptions = {
    account,
    host: url.host,
    port: url.port,
    security: url.security,
    user: url.user,
    password: secretOf(secretSource(settings, account), environment),
    ...trust,
    ...(settings.admin === undefined ? {} : { admin: notEmpty(settings.admin, role, 'admin') }),
    ...(settings.tunnel === undefined ? {} : { tunnel: notEmpty(settings.tunnel, role, 'tunnel') }),
    connections: settings.connections,
    timeoutMs: settings.timeoutMs,
  };
  return { role, url, options };
}

function secretSource(settings: AccountSettings, account: string): Parameters<typeof secretOf>[0] {
  const { role, passwordFile, passwordCommand } = settings;
  return {
    role,
    account: settings.admin === undefined ? account : `${settings.admin} (for ${account})`,
    ...(passwordFile === undefined ? {} : { file: passwordFile }),
    ...(passwordCommand === undefined ? {} : { command: passwordCommand }),
  };
}

function refuseClearText(url: AccountUrl, settings: AccountSettings): void {
  // Inside a tunnel the octets are the tunnel's to protect.
  if (url.security !== 'none' || settings.insecure || settings.tunnel !== undefined) return;
  if (isLoopback(url.host)) return;
  throw usageError(
    `the ${describeRole(settings.role)} asks for clear text ("?tls=none") to ${url.host}, which is another machine; ` +
      'wanted encryption, or clear text to this machine only',
    'use imaps:// or imap:// without ?tls=none; if mail and password may be read on the way, add --insecure',
  );
}

function refuseTrustWithoutTls(url: AccountUrl, settings: AccountSettings): void {
  const prefix = optionPrefix(settings.role);
  const given =
    settings.caFile !== undefined ? 'ca' : settings.fingerprint !== undefined ? 'fingerprint' : null;
  if (given === null || url.security !== 'none') return;
  throw usageError(
    `${prefix}${given} is given for a connection in clear text ("?tls=none"); wanted one of them`,
    `take ?tls=none or ${prefix}${given} out`,
  );
}

async function readCa(settings: AccountSettings): Promise<{ ca?: string }> {
  if (settings.caFile === undefined) return {};
  const option = `${optionPrefix(settings.role)}ca`;
  const ca = await readOptionFile(settings.caFile, option);
  if (ca.includes('-----BEGIN CERTIFICATE-----')) return { ca };
  throw usageError(
    `${option} names "${settings.caFile}", which holds no certificate; wanted PEM (-----BEGIN CERTIFICATE-----)`,
    'convert it: openssl x509 -inform der -in FILE -out FILE.pem',
  );
}

function readFingerprint(settings: AccountSettings): { fingerprint?: string } {
  if (settings.fingerprint === undefined) return {};
  const hex = settings.fingerprint
    .replace(/^sha-?256[:=]/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return { fingerprint: hex };
  throw usageError(
    `${optionPrefix(settings.role)}fingerprint is "${settings.fingerprint}"; wanted SHA-256 as 64 hex digits`,
    'print it: openssl s_client -connect HOST:993 </dev/null | openssl x509 -noout -fingerprint -sha256',
  );
}

function notEmpty(value: string, role: AccountRole, option: string): string {
  if (value.trim() !== '') return value;
  throw usageError(`${optionPrefix(role)}${option} is empty; wanted a value`, 'take it out or fill it');
}

/** Refuses one account given twice. */
export function refuseSameAccount(source: AccountUrl, destination: AccountUrl): void {
  const same =
    source.host === destination.host &&
    source.port === destination.port &&
    source.user === destination.user &&
    source.prefix === destination.prefix;
  if (!same) return;
  throw usageError(`both are the same account, ${displayName(source)}; wanted two`, 'check both URLs');
}
