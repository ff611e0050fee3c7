export type { AccountImage, InternalDateImage, MailboxImage, MessageImage } from './account-image.js';
export { carriedOf } from './carried-of.js';
export {
  asImage,
  assertSameAccounts,
  type Comparable,
  type CompareOptions,
  compareAccounts,
} from './compare-accounts.js';
export { expectedImage } from './expected-image.js';
export { fingerprintServer, type ServerFingerprint } from './fingerprint-server.js';
export {
  type MultisetEntry,
  type MultisetOptions,
  type MultisetReport,
  multisetReport,
} from './multiset-report.js';
export { type ReadOptions, readAccount } from './read-account.js';
