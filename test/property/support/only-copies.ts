import type { MemoryServer, Operation } from '../../../src/store/memory.js';

const TAKES_AWAY: readonly Operation['kind'][] = ['expunge', 'remove', 'rename'];

/**
 * Watches that no message which the source has vanishes from the destination account once it is there. To be told of
 * every operation of the destination before it is carried out.
 */
export class OnlyCopies {
  readonly #source: MemoryServer;
  readonly #destination: MemoryServer;
  readonly #mayGo: (digest: string) => boolean;
  #held = new Set<string>();
  #last: Operation | null = null;
  /** What was seen to vanish; null: nothing. */
  failure: Error | null = null;

  /** `mayGo`: of equal messages people may have removed one here and another one there. */
  constructor(
    source: MemoryServer,
    destination: MemoryServer,
    mayGo: (digest: string) => boolean = () => false,
  ) {
    this.#source = source;
    this.#destination = destination;
    this.#mayGo = mayGo;
  }

  /** What people did at the destination before this is their own affair. */
  begin(): void {
    this.#held = digestsOf(this.#destination);
    this.#last = null;
  }

  onOperation(operation: Operation): void {
    const takesAway = ({ kind }: Operation): boolean => TAKES_AWAY.includes(kind);
    if (takesAway(operation) || (this.#last && takesAway(this.#last))) this.look();
    this.#last = operation;
  }

  look(): void {
    const there = digestsOf(this.#destination);
    const lost = [...this.#held].filter((digest) => !there.has(digest) && !this.#mayGo(digest));
    const wanted = lost.length > 0 ? digestsOf(this.#source) : there;
    if (lost.some((digest) => wanted.has(digest)))
      this.failure ??= new Error(`the only copy of a message is gone after ${JSON.stringify(this.#last)}`);
    this.#held = there;
  }
}

function digestsOf(server: MemoryServer): Set<string> {
  const { mailboxes } = server.snapshot();
  return new Set(Object.values(mailboxes).flatMap(({ messages }) => messages.map(({ digest }) => digest)));
}
