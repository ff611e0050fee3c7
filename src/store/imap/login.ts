import { isUtf8 } from 'node:buffer';
import { Socket } from 'node:net';
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { Namespace } from '../../model/mailbox.js';
import type { StoreFacts } from '../mail-store.js';
import { featuresOf, literalModeOf } from './features.js';
import { loginError } from './login-errors.js';
import type { ImapAccountOptions, TraceEvent } from './options.js';
import { Connection } from './wire/connection.js';
import { interrupted } from './wire/failures.js';

const CONNECT_TIMEOUT_MS = 30_000;

export interface LoggedIn {
  readonly connection: Connection;
  readonly facts: StoreFacts;
}

/**
 * Connects, secures and logs in through imapflow, then takes the sockets over: from here on our own reader and
 * writer speak the protocol, because bodies must pass in slices and nothing may fail silently.
 * Throws the errors of {@link loginError}; INTERRUPTED when the signal is aborted.
 */
export async function login(options: ImapAccountOptions, id: number, signal: AbortSignal): Promise<LoggedIn> {
  if (signal.aborted) throw interrupted(options.account);
  const { ImapFlow: Client } = await import('imapflow');
  const client = new Client(clientOptions(options, id, await options.password()));
  // Without a listener an error before or after the hand-over would end the process.
  client.on('error', () => undefined);
  const abort = (): void => client.close();
  signal.addEventListener('abort', abort, { once: true });
  try {
    await client.connect();
    return await takeOver(client, options, id, signal);
  } catch (error) {
    client.close();
    throw signal.aborted ? interrupted(options.account) : loginError(error, options);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function clientOptions(options: ImapAccountOptions, id: number, password: string): ImapFlowOptions {
  const admin = options.admin === undefined ? {} : { authzid: options.user, loginMethod: 'AUTH=PLAIN' };
  return {
    host: options.host,
    port: options.port,
    secure: options.security === 'tls',
    doSTARTTLS: options.security === 'starttls',
    auth: { user: options.admin ?? options.user, pass: password, ...admin },
    tls: { ...(options.ca === undefined ? {} : { ca: options.ca }), minVersion: 'TLSv1.2' },
    clientInfo: { name: 'mailferry' },
    logger: options.trace ? traceLogger(options.trace, id) : false,
    connectionTimeout: Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs),
    greetingTimeout: Math.min(CONNECT_TIMEOUT_MS, options.timeoutMs),
    socketTimeout: options.timeoutMs,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableIMAP4rev2: true,
    disableCompression: true,
    maxLineLength: 1024 * 1024,
    maxLiteralSize: 1024 * 1024,
    maxResponseSize: 4 * 1024 * 1024,
  } as ImapFlowOptions;
}

async function takeOver(
  client: ImapFlow,
  options: ImapAccountOptions,
  id: number,
  signal: AbortSignal,
): Promise<LoggedIn> {
  const capabilities = capabilitySet(client);
  const software = softwareOf(client);
  const namespaces = namespacesOf(client);
  const streams = client.unbind();
  const { socket } = streams as { socket: unknown };
  // Many small writes would otherwise wait for acknowledgements of the one before (Nagle).
  if (socket instanceof Socket) socket.setNoDelay(true);
  const connection = new Connection(streams as ConstructorParameters<typeof Connection>[0], {
    id,
    account: options.account,
    literalMode: literalModeOf(capabilities),
    timeoutMs: options.timeoutMs,
    trace: options.trace,
  });
  const enabled = await enable(connection, capabilities, signal);
  const features = featuresOf(capabilities, enabled, software);
  return { connection, facts: { ...namespaces, features, software, capabilities: [...capabilities] } };
}

/** ENABLE (RFC 5161); returns what the server confirmed. */
async function enable(
  connection: Connection,
  capabilities: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Set<string>> {
  const wanted = ['CONDSTORE', 'QRESYNC'].filter((name) => capabilities.has(name));
  const enabled = new Set<string>();
  if (wanted.length === 0) return enabled;
  // A server with CONDSTORE but without ENABLE turns it on by the first use of it (RFC 7162, section 3.1).
  if (!capabilities.has('ENABLE')) return new Set(wanted.filter((name) => name === 'CONDSTORE'));
  const onUntagged = ({ rest }: { rest(): string }): undefined => {
    for (const name of rest().trim().toUpperCase().split(' ')) enabled.add(name);
  };
  const command = `ENABLE ${wanted.join(' ')}`;
  const status = await connection.execute([command], { accepts: new Set(['ENABLED']), onUntagged }, signal);
  return status.status === 'OK' ? enabled : new Set();
}

function capabilitySet(client: ImapFlow): Set<string> {
  const names = new Set<string>();
  for (const [name, value] of client.capabilities as Map<string, boolean | number>) {
    names.add((typeof value === 'number' ? `${name}=${value}` : name).toUpperCase());
  }
  return names;
}

function softwareOf(client: ImapFlow): string | null {
  const info = client.serverInfo as Readonly<Record<string, unknown>> | null;
  const words = [info?.['name'], info?.['version']].filter((word) => typeof word === 'string');
  return words.length === 0 ? null : words.join(' ').slice(0, 200);
}

function namespacesOf(client: ImapFlow): Pick<StoreFacts, 'personal' | 'other' | 'shared'> {
  const found = client.namespaces as Readonly<Record<string, unknown>> | undefined;
  const read = (kind: string): Namespace[] => {
    const list = found?.[kind];
    if (!Array.isArray(list)) return [];
    return list.map((entry: { prefix?: unknown; delimiter?: unknown }) => ({
      prefix: wireText(typeof entry.prefix === 'string' ? entry.prefix : ''),
      delimiter: typeof entry.delimiter === 'string' && entry.delimiter !== '' ? entry.delimiter : null,
    }));
  };
  return { personal: read('personal'), other: read('other'), shared: read('shared') };
}

/** Octets as latin1, the form of all names on the wire. */
function wireText(text: string): string {
  const octets = Buffer.from(text, 'utf8');
  return isUtf8(octets) && /^[\x20-\x7e]*$/.test(text) ? text : octets.toString('latin1');
}

/** imapflow's own log of the login, with what it hides kept hidden. */
function traceLogger(trace: (event: TraceEvent) => void, id: number): object {
  const write = (entry: { src?: string; msg?: unknown }): void => {
    if (entry.src !== 's' && entry.src !== 'c') return;
    const direction = entry.src === 's' ? 'received' : 'sent';
    trace({ connection: id, direction, text: String(entry.msg).trimEnd(), data: false });
  };
  const ignore = (): void => undefined;
  return { trace: ignore, debug: write, info: ignore, warn: ignore, error: ignore };
}
