export { type CertificateFiles, writeCertificate } from './certificate-files.js';
export {
  type CertificateWishes,
  daysFromNow,
  makeAuthority,
  makeCertificate,
  type TestCertificate,
} from './make-certificate.js';
