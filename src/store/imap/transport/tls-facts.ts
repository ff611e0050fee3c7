import type { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { TlsFacts } from '../../mail-store.js';

/** Node gives the certificate at the handshake and forgets it later. */
const known = new WeakMap<object, TlsFacts>();

/** Notes how a connection is secured, once its certificate is trusted. */
export function noteTls(socket: TLSSocket, certificate: X509Certificate | undefined): void {
  known.set(socket, {
    protocol: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().standardName,
    certificate: certificate ? describe(certificate) : null,
  });
}

/** How a connection is secured, for people; null for clear text. All text of a certificate is hostile input. */
export function tlsFactsOf(socket: object): TlsFacts | null {
  return known.get(socket) ?? null;
}

function describe(certificate: X509Certificate): NonNullable<TlsFacts['certificate']> {
  return {
    names: certificate.subjectAltName ?? certificate.subject,
    issuer: certificate.issuer.replaceAll('\n', ', '),
    validTo: new Date(certificate.validTo).toISOString(),
    sha256: certificate.fingerprint256,
  };
}
