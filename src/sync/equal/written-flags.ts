import { FlagTable } from '../../model/flags.js';
import { UidSet } from '../../model/uid-set.js';

/**
 * Which flags of messages at side b a run has set itself. The state remembers only that something of a message was
 * written there; of messages written by a run before, any flag may be. UIDs are those of side a.
 */
export class WrittenFlags {
  /** Messages of which nothing but what is in the table was written since they were last seen. */
  #known = UidSet.empty;
  #written = new FlagTable();

  /** These messages are about to be given this flag. `unseen`: what the state says before that. */
  note(flag: string, messages: UidSet, unseen: UidSet): void {
    this.#known = this.#known.union(messages.subtract(unseen));
    this.#written.add(flag, messages);
  }

  /** Of messages that were written and not seen since, those whose flag of this name may have been written. */
  unseenOf(flag: string, unseen: UidSet): UidSet {
    const unknown = unseen.subtract(this.#known);
    return unknown.union(this.#written.uidsOf(flag).intersect(unseen));
  }

  clear(): void {
    this.#known = UidSet.empty;
    this.#written = new FlagTable();
  }

  /** They were looked at, or are others now. */
  forget(messages: UidSet): void {
    this.#known = this.#known.subtract(messages);
    this.#written.forget(messages);
  }
}
