import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';
import type { ImapAccountOptions } from '../../../../../src/store/imap/options.js';
import { Conversation } from '../../../../support/scripted-imap/index.js';

export interface PlayedServer {
  readonly port: number;
  /** Lines that came in, in the clear or through TLS. */
  readonly heard: readonly string[];
  /** The SNI of each TLS handshake that got so far. */
  readonly names: readonly (string | false)[];
  readonly connections: number;
  /** Resolves at the first connection. */
  readonly connected: Promise<void>;
  /** Resolves when a connection has been closed from the other end. */
  readonly abandoned: Promise<void>;
  close(): Promise<void>;
}

export interface Play {
  /** When TLS starts: with the first octet or after STARTTLS; never when absent. */
  readonly tls?: 'implicit' | 'starttls';
  readonly secure?: SecureContextOptions;
  readonly greeting?: string;
  readonly capabilities?: string;
  /** The answer to a command, `%T` for its tag; null for the usual one. */
  readonly answer?: (command: string) => string | null;
  /** Takes the stream over instead of all that. */
  readonly raw?: (socket: Socket) => void;
}

/** An IMAP server on 127.0.0.1 that takes anybody in, with TLS as a test wants it. */
export async function playServer(play: Play): Promise<PlayedServer> {
  const state = { heard: [] as string[], names: [] as (string | false)[], connections: 0 };
  const sockets = new Set<Socket>();
  let tellConnected!: () => void;
  let tellAbandoned!: () => void;
  const connected = new Promise<void>((resolve) => {
    tellConnected = resolve;
  });
  const abandoned = new Promise<void>((resolve) => {
    tellAbandoned = resolve;
  });
  const server = createServer((socket) => {
    state.connections += 1;
    tellConnected();
    socket.on('close', tellAbandoned);
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (play.raw)
      play.raw(socket.resume()); // Only who reads is told of a close.
    else talk(socket, play, state).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    heard: state.heard,
    names: state.names,
    connected,
    abandoned,
    get connections() {
      return state.connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

interface State {
  readonly heard: string[];
  readonly names: (string | false)[];
}

async function talk(socket: Socket, play: Play, state: State): Promise<void> {
  const greeting = `${play.greeting ?? '* OK ready'}\r\n`;
  if (play.tls === 'implicit') {
    const stream = secured(socket, play, state);
    await once(stream, 'secure');
    const conversation = new Conversation(stream);
    conversation.send(greeting);
    return serve(conversation, play, state, true);
  }
  const clear = new Conversation(socket);
  clear.send(greeting);
  await serve(clear, play, state, play.tls === undefined);
  socket.removeAllListeners('data');
  return serve(new Conversation(secured(socket, play, state)), play, state, true);
}

function secured(socket: Socket, play: Play, { names }: State): TLSSocket {
  const secure = new TLSSocket(socket, {
    isServer: true,
    secureContext: createSecureContext(play.secure),
    SNICallback: (name, done) => {
      names.push(name);
      done(null, undefined);
    },
  });
  // Not destroyed: the alert that says why has to reach the client.
  return secure.on('error', () => socket.end());
}

/** Answers until the client has gone or wants TLS. */
async function serve(
  conversation: Conversation,
  play: Play,
  { heard }: State,
  final: boolean,
): Promise<void> {
  const extra = final ? (play.capabilities ?? 'AUTH=PLAIN') : 'STARTTLS LOGINDISABLED';
  for (;;) {
    const text = await conversation.line();
    const send = (answer: string): void => conversation.send(answer);
    heard.push(text);
    const [tag = '', ...rest] = text.split(' ');
    const command = rest.join(' ');
    const own = play.answer?.(command) ?? null;
    if (own !== null) send(own.replaceAll('%T', tag));
    else if (command === 'STARTTLS' && !final) {
      send(`${tag} OK go\r\n`);
      return;
    } else if (command.startsWith('AUTHENTICATE')) {
      send('+ \r\n');
      heard.push(await conversation.line());
      send(`${tag} OK in\r\n`);
    } else if (command === 'CAPABILITY') send(`* CAPABILITY IMAP4rev1 ${extra}\r\n${tag} OK done\r\n`);
    else if (command === 'LOGOUT') conversation.end();
    else send(`${tag} OK done\r\n`);
  }
}

export function accountOn(port: number, more: Partial<ImapAccountOptions> = {}): ImapAccountOptions {
  return {
    account: 'ann@localhost',
    host: 'localhost',
    port,
    security: 'none',
    user: 'ann',
    password: async () => 'secret of ann',
    connections: 1,
    timeoutMs: 10_000,
    ...more,
  };
}
