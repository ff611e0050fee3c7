import type { X509Certificate } from 'node:crypto';
import { MailferryError } from '../../../errors.js';
import { hostAndPort } from './failures.js';

const MOST_NAMES = 6;

/** What a TLS handshake showed. */
export interface SeenCertificate {
  /** Undefined when the server sent none. */
  readonly certificate: X509Certificate | undefined;
  /** OpenSSL's or Node's code of what is wrong with chain or name; null when nothing is. */
  readonly fault: string | null;
}

export interface WantedServer {
  readonly account: string;
  readonly host: string;
  readonly port: number;
  readonly fingerprint?: string;
}

/** Why the certificate is not to be trusted (TLS_UNTRUSTED), or null when it is. */
export function certificateFault(seen: SeenCertificate, wanted: WantedServer): MailferryError | null {
  const { certificate, fault } = seen;
  const where = hostAndPort(wanted);
  if (!certificate) return untrusted(wanted, `${where} sent no certificate`);
  const fingerprint = certificate.fingerprint256;
  if (wanted.fingerprint !== undefined) {
    if (plainHex(fingerprint) === plainHex(wanted.fingerprint)) return null;
    return untrusted(
      wanted,
      `the certificate of ${where} has the SHA-256 fingerprint ${fingerprint}; wanted the one that was given, ${withColons(wanted.fingerprint)}`,
      'ask whoever runs the server whether the one seen is right; if so give it as --fingerprint, ' +
        'if not somebody stands between',
    );
  }
  if (fault === null) return null;
  const what = describeFault(fault, certificate, wanted.host);
  return untrusted(
    wanted,
    `the certificate of ${where} is not trusted: ${what}; its SHA-256 fingerprint is ${fingerprint}`,
    'if it is right, trust it by --ca FILE or --fingerprint SHA256',
  );
}

function describeFault(fault: string, certificate: X509Certificate, host: string): string {
  const now = Date.now();
  switch (fault) {
    case 'CERT_HAS_EXPIRED':
      if (Date.parse(certificate.validTo) > now) return 'an authority above it has expired';
      return `it expired on ${day(certificate.validTo)}`;
    case 'CERT_NOT_YET_VALID':
      return `it is valid only from ${day(certificate.validFrom)} on, and this machine says it is ${day(now)}`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `it is for ${namesIn(certificate)} and not for ${host}`;
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `it is self-signed (${commonName(certificate.subject)})`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `its issuer ${commonName(certificate.issuer)} is no authority known here, or the server leaves out one between`;
    default:
      return fault;
  }
}

/** `DNS:a, IP Address:b` of the extension; without it the subject's common name, which counts for nothing. */
function namesIn({ subjectAltName, subject }: X509Certificate): string {
  if (!subjectAltName) return `${commonName(subject)} (as common name only)`;
  const names = subjectAltName.split(', ').map((name) => name.replace(/^(?:DNS|IP Address):/, ''));
  const rest = names.length - MOST_NAMES;
  return names.slice(0, MOST_NAMES).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function commonName(distinguishedName: string): string {
  const parts = distinguishedName.split('\n');
  const found = ['CN=', 'O='].map((kind) => parts.find((part) => part.startsWith(kind))?.slice(kind.length));
  return `"${found.find((name) => name) ?? parts.join(', ')}"`;
}

function day(instant: string | number): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? String(instant) : date.toISOString().slice(0, 10);
}

function plainHex(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase();
}

function withColons(fingerprint: string): string {
  return (plainHex(fingerprint).toUpperCase().match(/../g) ?? []).join(':');
}

function untrusted({ account }: WantedServer, message: string, hint?: string): MailferryError {
  return new MailferryError({
    code: 'TLS_UNTRUSTED',
    scope: 'account',
    retry: 'never',
    message,
    at: { account },
    ...(hint === undefined ? {} : { hint }),
  });
}
