import type { Operation } from '../../../src/store/memory.js';
import type { MirrorPerson } from './mirror-person.js';
import { OnlyCopies } from './only-copies.js';

/** Watches that no message vanishes from either account of a mirror while the other one has it. */
export class BothCopies {
  readonly #atA: OnlyCopies;
  readonly #atB: OnlyCopies;

  /** `keepsSome`: a server that cannot remove messages holds what it should not. */
  constructor(a: MirrorPerson, b: MirrorPerson, keepsSome: boolean) {
    const mayGo = (digest: string): boolean => {
      return keepsSome || [a, b].every(({ doings }) => doings.removedDigests.has(digest));
    };
    this.#atA = new OnlyCopies(b.server, a.server, mayGo);
    this.#atB = new OnlyCopies(a.server, b.server, mayGo);
  }

  /** To be called after whatever people did. */
  begin(): void {
    this.#atA.begin();
    this.#atB.begin();
  }

  onOperation(side: 'a' | 'b', operation: Operation): void {
    (side === 'a' ? this.#atA : this.#atB).onOperation(operation);
  }

  /** Throws when a message was seen to vanish. */
  look(): void {
    for (const copies of [this.#atA, this.#atB]) {
      copies.look();
      if (copies.failure) throw copies.failure;
    }
  }
}
