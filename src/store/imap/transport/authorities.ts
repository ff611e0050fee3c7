import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';

/** Where systems keep the authorities they trust, in one PEM file. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/ssl/cert.pem', // Alpine, macOS, BSD
];

/** TLS 1.0 and 1.1 are not to be negotiated any more (RFC 8996, section 3; for mail RFC 8997). */
const MIN_VERSION = 'TLSv1.2';

let ofTheSystem: Promise<SecureContext> | undefined;

/**
 * The authorities a connection trusts: those of `ca` (PEM) alone when given, else those of the system, else, on a
 * system without a list of its own, those that come with Node. Throws when one of `ca` cannot be read.
 */
export async function authorities(ca: string | undefined): Promise<SecureContext> {
  if (ca !== undefined) {
    // createSecureContext passes over what it cannot read, and the connection then fails for another reason.
    const certificates = ca.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
    for (const certificate of certificates) new X509Certificate(certificate);
    if (certificates.length === 0) throw new Error('there is no certificate in it');
    return createSecureContext({ ca, minVersion: MIN_VERSION });
  }
  // Reading some 150 certificates takes tens of milliseconds: once is enough.
  ofTheSystem ??= systemAuthorities();
  return ofTheSystem;
}

async function systemAuthorities(): Promise<SecureContext> {
  for (const file of SYSTEM_BUNDLES) {
    const ca = await readFile(file, 'latin1').catch(() => '');
    if (!ca.includes('-----BEGIN CERTIFICATE-----')) continue;
    try {
      return createSecureContext({ ca, minVersion: MIN_VERSION });
    } catch {
      // A damaged list is no list.
    }
  }
  return createSecureContext({ minVersion: MIN_VERSION });
}
