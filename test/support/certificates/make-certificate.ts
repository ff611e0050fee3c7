import { createSign, generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  bitString,
  integer,
  octetString,
  oid,
  sequence,
  set,
  TRUE,
  tlv,
  utcTime,
  utf8String,
} from './der.js';

const DAY_MS = 24 * 3_600_000;
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = '2.5.4.3';
const BASIC_CONSTRAINTS = '2.5.29.19';
const SUBJECT_ALT_NAME = '2.5.29.17';

/** A certificate with its key, made for one test and never kept. */
export interface TestCertificate {
  readonly subject: string;
  /** PEM */
  readonly cert: string;
  /** PEM */
  readonly key: string;
  /** SHA-256 in upper-case hex with colons. */
  readonly fingerprint: string;
}

export interface CertificateWishes {
  readonly subject: string;
  /** Host names and IPv4 addresses. */
  readonly names?: readonly string[];
  /** Who signs; itself when absent. */
  readonly issuer?: TestCertificate;
  readonly authority?: boolean;
  /** From yesterday until tomorrow unless said otherwise. */
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

/** An X.509 certificate (RFC 5280) with a fresh key on P-256. */
export function makeCertificate(wishes: CertificateWishes): TestCertificate {
  const { subject, issuer } = wishes;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const toBeSigned = unsigned(wishes, publicKey);
  const signature = createSign('sha256')
    .update(toBeSigned)
    .sign(issuer?.key ?? key);
  const der = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(signature));
  const certificate = new X509Certificate(der);
  return { subject, cert: certificate.toString(), key, fingerprint: certificate.fingerprint256 };
}

/** An authority that nobody knows but who is given its certificate. */
export function makeAuthority(subject = 'Test Authority'): TestCertificate {
  return makeCertificate({ subject, authority: true });
}

function unsigned(wishes: CertificateWishes, publicKey: KeyObject): Buffer {
  const { subject, issuer, notBefore, notAfter } = wishes;
  const serial = randomBytes(8);
  serial[0] = 0x11;
  return sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_WITH_SHA256,
    name(issuer?.subject ?? subject),
    sequence(utcTime(notBefore ?? daysFromNow(-1)), utcTime(notAfter ?? daysFromNow(1))),
    name(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions(wishes))),
  );
}

function extensions({ authority = false, names = [] }: CertificateWishes): Buffer[] {
  const constraints = sequence(
    oid(BASIC_CONSTRAINTS),
    TRUE,
    octetString(sequence(...(authority ? [TRUE] : []))),
  );
  if (names.length === 0) return [constraints];
  const altNames = octetString(sequence(...names.map(generalName)));
  return [constraints, sequence(oid(SUBJECT_ALT_NAME), altNames)];
}

function name(commonName: string): Buffer {
  return sequence(set(sequence(oid(COMMON_NAME), utf8String(commonName))));
}

function generalName(host: string): Buffer {
  if (isIP(host) === 4) return tlv(0x87, Buffer.from(host.split('.').map(Number)));
  return tlv(0x82, Buffer.from(host));
}

export function daysFromNow(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
