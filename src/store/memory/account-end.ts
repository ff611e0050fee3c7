import type { MemoryAccount } from './account.js';
import type { MemoryTraits } from './traits.js';

/** The server as its sessions see it; both parts may be replaced while they run. */
export interface AccountEnd {
  readonly data: MemoryAccount;
  readonly traits: MemoryTraits;
}
