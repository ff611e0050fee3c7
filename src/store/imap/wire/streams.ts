import type { Duplex, Readable, Writable } from 'node:stream';
import type { ConnectionStreams } from './connection-parts.js';

const FAREWELL_MS = 1000;

interface StreamEvents {
  data(chunk: Buffer): void;
  /** More may be written again. */
  drain(): void;
  lost(why: string, cause?: Error): void;
}

/** Each of them once: mostly they are one. */
export function allOf(streams: ConnectionStreams): ReadonlySet<Duplex | Readable | Writable> {
  return new Set([streams.readSocket, streams.writeSocket, streams.socket]);
}

export function listenTo(streams: ConnectionStreams, on: StreamEvents): void {
  const { readSocket, writeSocket } = streams;
  readSocket.on('data', on.data);
  readSocket.on('end', () => on.lost('the server closed it'));
  writeSocket.on('drain', on.drain);
  for (const stream of allOf(streams)) {
    stream.on('error', (error: Error) => on.lost(error.message, error));
    stream.on('close', () => on.lost('it was closed'));
  }
  readSocket.resume();
}

/** LOGOUT (RFC 3501, section 6.1.3); the socket ends with the answer, or without it a little later. */
export function farewell({ writeSocket, socket }: ConnectionStreams): void {
  writeSocket.end('Z LOGOUT\r\n');
  const timer = setTimeout(() => socket.destroy(), FAREWELL_MS).unref();
  socket.once('end', () => socket.destroy()).once('close', () => clearTimeout(timer));
  socket.resume();
}
