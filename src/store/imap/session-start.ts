import type { Namespace } from '../../model/mailbox.js';
import type { StoreFacts } from '../mail-store.js';
import { ask } from './answers.js';
import { readRow } from './list.js';
import type { Connection } from './wire/connection.js';
import { type Token, textOf } from './wire/tokens.js';

type Namespaces = Pick<StoreFacts, 'personal' | 'other' | 'shared'>;

/** What a server tells of itself once somebody is logged in. */
export interface SessionStart {
  readonly namespaces: Namespaces;
  /** What the server confirmed by `* ENABLED`. */
  readonly enabled: ReadonlySet<string>;
  readonly software: string | null;
}

/** Exchange takes a login to a mailbox that it cannot open, and says so at the next command. */
const NOT_CONNECTED = /User is authenticated but not connected/i;
const LONGEST_NAME = 200;

/** ID, NAMESPACE and ENABLE in one round trip. Throws what breaks the connection; a server may refuse each of them. */
export async function startSession(
  connection: Connection,
  capabilities: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<SessionStart> {
  const [software, namespaces, enabled] = await Promise.all([
    identify(connection, capabilities, signal),
    askNamespaces(connection, capabilities, signal),
    enable(connection, capabilities, signal),
  ]);
  return { software, namespaces, enabled };
}

/** ID (RFC 2971), with our name alone. */
async function identify(
  connection: Connection,
  capabilities: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<string | null> {
  if (!capabilities.has('ID')) return null;
  const { untagged } = await ask(connection, ['ID ("name" "mailferry")'], ['ID'], signal);
  const fields = untagged.at(-1)?.tokens()?.[0];
  const told = new Map<string, string>();
  if (isList(fields)) {
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const value = textOf(fields[at + 1]);
      if (value !== null) told.set(textOf(fields[at])?.toLowerCase().trim() ?? '', value);
    }
  }
  const words = [told.get('name'), told.get('version')].filter((word) => word !== undefined);
  return words.length === 0 ? null : words.join(' ').slice(0, LONGEST_NAME);
}

/** NAMESPACE (RFC 2342); a server without it, or without an answer, tells of its root. */
async function askNamespaces(
  connection: Connection,
  capabilities: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Namespaces> {
  // IMAP4rev2 has it built in (RFC 9051, appendix E).
  const isKnown = capabilities.has('NAMESPACE') || capabilities.has('IMAP4REV2');
  if (!isKnown) return { personal: await askRoot(connection, signal), other: [], shared: [] };
  const { status, untagged } = await ask(connection, ['NAMESPACE'], ['NAMESPACE'], signal);
  if (NOT_CONNECTED.test(status.text))
    throw Object.assign(new Error(status.text), { authenticationFailed: true, responseText: status.text });
  const tokens = untagged.at(-1)?.tokens();
  const personal = readNamespaces(tokens?.[0]);
  return {
    personal: personal.length > 0 ? personal : await askRoot(connection, signal),
    other: readNamespaces(tokens?.[1]),
    shared: readNamespaces(tokens?.[2]),
  };
}

/** Delimiter and name of the root (RFC 3501, section 6.3.8). */
async function askRoot(connection: Connection, signal: AbortSignal): Promise<Namespace[]> {
  const { untagged } = await ask(connection, ['LIST "" ""'], ['LIST'], signal);
  const row = readRow(untagged.at(-1)?.tokens() ?? null);
  if (!row) return [];
  const { name, delimiter } = row;
  return [namespaceOf(delimiter !== null && name.startsWith(delimiter) ? name.slice(1) : name, delimiter)];
}

function readNamespaces(list: Token | undefined): Namespace[] {
  if (!isList(list)) return [];
  return list.flatMap((entry) => {
    const prefix = isList(entry) ? textOf(entry[0]) : null;
    return isList(entry) && prefix !== null ? [namespaceOf(prefix, textOf(entry[1]) || null)] : [];
  });
}

/** Some servers leave the delimiter out of the prefix. */
function namespaceOf(prefix: string, delimiter: string | null): Namespace {
  const whole = delimiter === null || prefix === '' || prefix.endsWith(delimiter);
  return { prefix: whole ? prefix : prefix + delimiter, delimiter };
}

/** ENABLE (RFC 5161). */
async function enable(
  connection: Connection,
  capabilities: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const wanted = ['CONDSTORE', 'QRESYNC'].filter((name) => capabilities.has(name));
  if (wanted.length === 0) return new Set();
  // A server with CONDSTORE but without ENABLE turns it on by the first use of it (RFC 7162, section 3.1).
  if (!capabilities.has('ENABLE')) return new Set(wanted.filter((name) => name === 'CONDSTORE'));
  const { status, untagged } = await ask(connection, [`ENABLE ${wanted.join(' ')}`], ['ENABLED'], signal);
  if (status.status !== 'OK') return new Set();
  return new Set(untagged.flatMap((response) => response.rest().trim().toUpperCase().split(' ')));
}

function isList(token: Token | undefined): token is readonly Token[] {
  return Array.isArray(token);
}
