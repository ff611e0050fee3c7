/** An IMAP server with true UID, UIDVALIDITY, MODSEQ and VANISHED rules, in memory, and faults on demand. */
export type { KilledCalls } from './memory/client-process.js';
export {
  isWriteOperation,
  type Omission,
  type OnOperation,
  type Operation,
  type OperationKind,
  type Verdict,
} from './memory/operation.js';
export { StoreKilled } from './memory/refusal.js';
export { type Delivery, MemoryServer } from './memory/server.js';
export type { AccountSnapshot, MailboxContents, MessageContents } from './memory/snapshot.js';
export type { MemoryStore, MemoryStoreOptions } from './memory/store.js';
export type { MemoryServerOptions, MemoryTraits, MessageFacts } from './memory/traits.js';
