import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { ImapAccountOptions } from '../options.js';
import { certificateFault } from './certificate-fault.js';
import { noTlsInTime } from './failures.js';
import { noteTls } from './tls-facts.js';

/**
 * Starts TLS on a connected stream. `onTrusted` is called once the handshake is done and the certificate is found
 * good; until then the stream yields nothing and nothing may be written. Otherwise it ends with an error: TLS_UNTRUSTED,
 * CONNECT_FAILED when the handshake took longer than `timeoutMs`, or what Node and OpenSSL say about it.
 */
export function startTls(
  stream: Duplex,
  secureContext: SecureContext,
  options: ImapAccountOptions,
  timeoutMs: number,
  onTrusted: () => void,
): TLSSocket {
  const host = options.host.replace(/\.$/, '');
  const socket = tlsConnect({
    socket: stream,
    // The name the certificate is compared with; SNI is for names alone (RFC 6066, section 3).
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    secureContext,
    // Judged below instead, where the certificate can still be looked at: a pinned one needs no authority, and a
    // refused one has to be described. No octet passes in either direction before that.
    rejectUnauthorized: false,
  });
  // What happened below explains more than what TLS makes of it.
  stream.on('error', (error) => socket.destroy(error));
  const late = setTimeout(() => socket.destroy(noTlsInTime(options, timeoutMs)), timeoutMs);
  socket.once('close', () => {
    clearTimeout(late);
    stream.destroy();
  });
  socket.once('secureConnect', () => {
    const seen = { certificate: socket.getPeerX509Certificate(), fault: faultOf(socket) };
    const fault = certificateFault(seen, options);
    if (fault) {
      socket.destroy(fault);
      return;
    }
    clearTimeout(late);
    noteTls(socket, seen.certificate);
    onTrusted();
  });
  return socket;
}

/** Node declares an Error and keeps a code. */
function faultOf(socket: TLSSocket): string | null {
  if (socket.authorized) return null;
  const error: unknown = socket.authorizationError;
  if (typeof error === 'string') return error;
  return error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : 'unknown fault';
}
