import { flagKey, isCarriedFlag, isSendableFlag } from '../model/flags.js';
import type { SyncPolicy } from './policy.js';

/** What becomes of the flags of a message on its way to a mailbox. */
export interface CarriedFlags {
  readonly sent: readonly string[];
  /** Flags the mailbox cannot keep. */
  readonly refused: readonly string[];
}

/** Decides by PERMANENTFLAGS (RFC 3501, section 7.1) which flags a mailbox can keep; `\*`: any keyword. */
export class FlagFilter {
  readonly #permanent: ReadonlySet<string>;
  readonly #carryDeleted: boolean;

  constructor(permanentFlags: readonly string[], policy: Pick<SyncPolicy, 'carryDeleted'>) {
    this.#permanent = new Set(permanentFlags.map(flagKey));
    this.#carryDeleted = policy.carryDeleted;
  }

  split(flags: readonly string[]): CarriedFlags {
    const sent: string[] = [];
    const refused: string[] = [];
    for (const flag of flags) {
      if (!isCarriedFlag(flag) || this.#isLeftOut(flag)) continue;
      if (this.canKeep(flag)) sent.push(flag);
      else refused.push(flag);
    }
    return { sent, refused };
  }

  canKeep(flag: string): boolean {
    if (!isSendableFlag(flag)) return false;
    const key = flagKey(flag);
    return this.#permanent.has(key) || (!key.startsWith('\\') && this.#permanent.has('\\*'));
  }

  /** Whether a change of this flag at the source concerns the destination at all. */
  isWanted(flag: string): boolean {
    return isCarriedFlag(flag) && !this.#isLeftOut(flag);
  }

  #isLeftOut(flag: string): boolean {
    return !this.#carryDeleted && flagKey(flag) === '\\deleted';
  }
}
