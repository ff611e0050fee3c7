import { createServer, type Socket } from 'node:net';
import { Conversation } from './conversation.js';

export interface LoopbackServer {
  readonly port: number;
  /** One for each connection so far. */
  readonly conversations: readonly Conversation[];
  close(): Promise<void>;
}

/** A server on 127.0.0.1; `talk` plays each connection, and a client that goes ends its talk. */
export async function startLoopback(
  talk: (conversation: Conversation, index: number) => Promise<void>,
): Promise<LoopbackServer> {
  const conversations: Conversation[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    const conversation = new Conversation(socket);
    conversations.push(conversation);
    talk(conversation, conversations.length - 1).catch(() => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    port: address.port,
    conversations,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Plays a login by user name and password; other commands go to `answer`, see {@link Conversation.serve}. */
export async function playServer(
  conversation: Conversation,
  capabilities: string,
  answer: (command: string) => string | null = () => null,
): Promise<void> {
  conversation.send(`* OK [CAPABILITY IMAP4rev1 ${capabilities}] ready\r\n`);
  await conversation.serve((command) => {
    const own = answer(command);
    if (own !== null) return own;
    if (/^(?:LOGIN|AUTHENTICATE)/.test(command)) return `%T OK [CAPABILITY IMAP4rev1 ${capabilities}] in\r\n`;
    if (command === 'CAPABILITY') return `* CAPABILITY IMAP4rev1 ${capabilities}\r\n%T OK done\r\n`;
    if (command === 'NAMESPACE') return '* NAMESPACE (("" "/")) NIL NIL\r\n%T OK done\r\n';
    if (command.startsWith('ID ')) return '* ID ("name" "scripted")\r\n%T OK done\r\n';
    if (/^(?:NOOP|LOGOUT)/.test(command)) return '%T OK done\r\n';
    return '%T BAD what?\r\n';
  });
}
