import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { StoreFacts } from '../mail-store.js';
import { featuresOf, literalModeOf } from './features.js';
import { guardLogin, NO_PASSWORD_YET, noPasswordLogin } from './login-commands.js';
import { brokenOff, loginError } from './login-errors.js';
import { LoginSecret } from './login-secret.js';
import { maskedTrace, traceLogger } from './login-trace.js';
import type { ImapAccountOptions } from './options.js';
import { ServerWords } from './server-words.js';
import { startSession } from './session-start.js';
import { clientTransport, startTlsRule } from './transport/client-transport.js';
import { connectFailed, loginTooLong, whereOf } from './transport/failures.js';
import { openTransport, type Transport } from './transport/open-transport.js';
import { tlsFactsOf } from './transport/tls-facts.js';
import { Connection } from './wire/connection.js';
import { interrupted } from './wire/failures.js';

/** A login is a handful of answers; a server that keeps talking but never comes to an end is not waited for. */
const DEADLINE_FACTOR = 2;

export interface LoggedIn {
  readonly connection: Connection;
  readonly facts: StoreFacts;
}

/**
 * Connects, secures and logs in, the latter through imapflow, then takes the sockets over: from here on our own reader
 * and writer speak the protocol, because bodies must pass in slices and nothing may fail silently. The password is
 * asked for only when the server is trusted and wants one.
 * `words` are those of the account, of whichever connection.
 * Throws the errors of {@link loginError} and of the transport; INTERRUPTED when the signal is aborted.
 */
export async function login(
  options: ImapAccountOptions,
  id: number,
  signal: AbortSignal,
  words: ServerWords = new ServerWords(options.onNotice),
): Promise<LoggedIn> {
  if (signal.aborted) throw interrupted(options.account);
  const secret = new LoginSecret(options, words);
  try {
    const loading = import('imapflow');
    const transport = await openTransport(options, signal);
    return await enter(await loading, transport, { options, id, words, secret, signal });
  } catch (error) {
    if (signal.aborted) throw interrupted(options.account);
    const failure = secret.maskError(loginError(error, options));
    if (failure.responseCode === 'ALERT' && failure.serverText && isTrusted(options))
      words.alert(failure.serverText);
    throw failure;
  }
}

interface Attempt {
  readonly options: ImapAccountOptions;
  readonly id: number;
  readonly words: ServerWords;
  readonly secret: LoginSecret;
  readonly signal: AbortSignal;
}

/** Runs the login on a transport that the server has greeted on; nothing of it stays open when this throws. */
async function enter(
  { ImapFlow: Client }: typeof import('imapflow'),
  transport: Transport,
  attempt: Attempt,
): Promise<LoggedIn> {
  const { options, id, words, secret, signal } = attempt;
  const client = new Client(clientOptions(options, id, transport, words));
  guardLogin(client, options, secret);
  let late = false;
  const close = (): void => {
    client.close();
    transport.stream.destroy();
  };
  const deadline = setTimeout(() => {
    late = true;
    close();
  }, DEADLINE_FACTOR * options.timeoutMs);
  // Without a listener an error before or after the hand-over would end the process.
  client.on('error', () => undefined);
  client.on('alert', ({ message }) => {
    if (isTrusted(options, client.secureConnection)) words.alert(message);
  });
  signal.addEventListener('abort', close, { once: true });
  try {
    signal.throwIfAborted();
    if (transport.stream.destroyed)
      throw connectFailed(options, `${whereOf(options)} hung up after its greeting`);
    await client.connect();
    return await takeOver(client, attempt);
  } catch (error) {
    const failure = late
      ? loginTooLong(options, DEADLINE_FACTOR * options.timeoutMs)
      : failureOf(error, client, attempt);
    close();
    throw failure;
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', close);
  }
}

/** imapflow calls it a refusal as well when it finds no way to log in, or nobody to log in to any more. */
function failureOf(error: unknown, client: ImapFlow, { options, secret }: Attempt): unknown {
  const refused = error instanceof Error && 'authenticationFailed' in error && error.authenticationFailed;
  if (!refused || secret.asked) return error;
  if (client.state !== client.states.LOGOUT) return noPasswordLogin(client, options);
  return connectFailed(options, `${whereOf(options)} hung up before the login`);
}

/** What is said before TLS where TLS is due may be anybody's words. */
function isTrusted({ security, tunnel }: ImapAccountOptions, isSecure = false): boolean {
  return security !== 'starttls' || tunnel !== undefined || isSecure;
}

function clientOptions(
  options: ImapAccountOptions,
  id: number,
  transport: Transport,
  words: ServerWords,
): ImapFlowOptions {
  const admin = options.admin === undefined ? {} : { authzid: options.user, loginMethod: 'AUTH=PLAIN' };
  return {
    host: options.host,
    port: options.port,
    secure: options.security === 'tls',
    ...startTlsRule(options),
    transport: clientTransport(transport),
    auth: { user: options.admin ?? options.user, pass: NO_PASSWORD_YET, ...admin },
    logger: options.trace ? traceLogger(options.trace, id, words) : false,
    greetingTimeout: options.timeoutMs,
    socketTimeout: options.timeoutMs,
    disableAutoIdle: true,
    disableAutoEnable: true,
    disableIMAP4rev2: true,
    disableCompression: true,
    maxLineLength: 256 * 1024,
    maxLiteralSize: 256 * 1024,
    maxResponseSize: 1024 * 1024,
    maxResponseTokens: 50_000,
  } as ImapFlowOptions;
}

async function takeOver(client: ImapFlow, { options, id, words, signal }: Attempt): Promise<LoggedIn> {
  const capabilities = capabilitySet(client);
  const streams = client.unbind();
  // What ended in between would never be told to listeners that come now.
  if (streams.socket.destroyed || streams.socket.readableEnded) {
    throw connectFailed(options, `${whereOf(options)} hung up right after the login`);
  }
  const connection = new Connection(streams as ConstructorParameters<typeof Connection>[0], {
    id,
    account: options.account,
    literalMode: literalModeOf(capabilities),
    timeoutMs: options.timeoutMs,
    words,
    trace: options.trace && maskedTrace(options.trace, words),
  });
  const started = await startSession(connection, capabilities, signal).catch((error: unknown) => {
    // A goodbye that came in one piece with the answer to the login was read by imapflow, and is kept there.
    throw brokenOff(error, client.byeReason);
  });
  const { namespaces, enabled } = started;
  const software = started.software && words.mask(started.software);
  const features = featuresOf(capabilities, enabled, software);
  const tls = tlsFactsOf(streams.socket);
  return { connection, facts: { ...namespaces, features, software, tls, capabilities: [...capabilities] } };
}

function capabilitySet(client: ImapFlow): Set<string> {
  const names = new Set<string>();
  for (const [name, value] of client.capabilities as Map<string, boolean | number>) {
    names.add((typeof value === 'number' ? `${name}=${value}` : name).toUpperCase());
  }
  return names;
}
