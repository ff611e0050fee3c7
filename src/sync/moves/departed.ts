import type { WireName } from '../../model/mailbox.js';
import { UidSet } from '../../model/uid-set.js';
import type { OpenMailbox } from '../../store/mail-store.js';
import { FINGERPRINT_FIELDS, type Fingerprint, fingerprintOf, sameMessageKey } from '../fingerprint.js';
import type { MessageThere } from './moved-message.js';

/** More of them are not remembered: what is not found is carried as a whole. */
const MOST_DEPARTED = 50_000;

/** A message of the destination whose partner went from its mailbox at the source, perhaps to another one. */
export interface DepartedMessage extends MessageThere {
  /** Set once it was found in another mailbox of the source: it has moved, and was not deleted. */
  isMoved: boolean;
}

/** What may have moved: messages of the destination by what they are. */
export class Departed {
  readonly #byKey = new Map<string, DepartedMessage>();
  readonly #byPlace = new Map<string, DepartedMessage>();

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Reads what these messages are. Those that cannot be told from each other stand for one another. */
  async add(mailbox: OpenMailbox, uids: UidSet, signal: AbortSignal): Promise<void> {
    const { name, uidValidity } = mailbox.snapshot;
    const [part] = uids.splitAt(MOST_DEPARTED - this.#byPlace.size);
    if (part.isEmpty) return;
    const onRow = (row: Parameters<typeof fingerprintOf>[0]): void => {
      const key = sameMessageKey(fingerprintOf(row));
      if (key === null) return;
      const { uid, flags } = row;
      const message = { mailbox: name, uidValidity, uid, flags, isMoved: false };
      this.#byPlace.set(placeKey(name, uid), message);
      if (!this.#byKey.has(key)) this.#byKey.set(key, message);
    };
    await mailbox.headers(part, FINGERPRINT_FIELDS, onRow, signal);
  }

  find(print: Fingerprint): DepartedMessage | undefined {
    const key = sameMessageKey(print);
    return key === null ? undefined : this.#byKey.get(key);
  }

  /** Which of these messages of a mailbox have been found elsewhere. */
  movedFrom(mailbox: WireName, uids: UidSet): UidSet {
    if (this.isEmpty) return UidSet.empty;
    const moved: number[] = [];
    for (const uid of uids.uids()) if (this.#byPlace.get(placeKey(mailbox, uid))?.isMoved) moved.push(uid);
    return UidSet.from(moved);
  }
}

function placeKey(mailbox: WireName, uid: number): string {
  return `${uid} ${mailbox}`;
}

/** What went from its mailbox on each side: candidates for a COPY there. */
export interface BothDeparted {
  /** Messages of side b. */
  readonly atB: Departed;
  /** Messages of side a; empty for verbs that go one way. */
  readonly atA: Departed;
}

export function nothingDeparted(): BothDeparted {
  return { atA: new Departed(), atB: new Departed() };
}
