import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTestFolder } from '../test-folder.js';
import type { TestCertificate } from './make-certificate.js';

export interface CertificateFiles {
  readonly certFile: string;
  readonly keyFile: string;
  remove(): void;
}

/** Puts certificate and key where a server can read them. */
export function writeCertificate({ cert, key }: TestCertificate): CertificateFiles {
  const folder = makeTestFolder('certificate');
  const certFile = join(folder, 'cert.pem');
  const keyFile = join(folder, 'key.pem');
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  return { certFile, keyFile, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
