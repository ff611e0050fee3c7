import type { Direction } from './rules.js';

/** The link between two machines, shared by all connections of a proxy. May be changed at any time. */
export class Link {
  /** Time for there and back. */
  latencyMs: number;
  /** In each direction; undefined is without limit. */
  bytesPerSecond: number | undefined;
  readonly #busyUntilMs = { toServer: 0, toClient: 0 };

  constructor(latencyMs: number, bytesPerSecond: number | undefined) {
    this.latencyMs = latencyMs;
    this.bytesPerSecond = bytesPerSecond;
  }

  get isImmediate(): boolean {
    return this.latencyMs === 0 && this.bytesPerSecond === undefined;
  }

  /** When the last of so many octets, handed over now, reaches the other end. */
  arrivalMs(direction: Direction, sizeBytes: number): number {
    const now = performance.now();
    const sendingMs = this.bytesPerSecond === undefined ? 0 : (sizeBytes / this.bytesPerSecond) * 1_000;
    const sent = Math.max(now, this.#busyUntilMs[direction]) + sendingMs;
    if (sendingMs > 0) this.#busyUntilMs[direction] = sent;
    return sent + this.latencyMs / 2;
  }
}

/** Octets on their way; `null` is the end of what a side sends. */
type Parcel = Buffer | null;

/** So much may be on its way before the sender has to wait; more than any wire of the tests holds. */
const CAPACITY_BYTES = 64 * 1024 ** 2;
/** Slices, so that a slow link delivers a steady stream. */
const SLICE_BYTES = 16 * 1024;

/** One direction of one connection: what goes in comes out in order, later. */
export class DelayLine {
  readonly #link: Link;
  readonly #direction: Direction;
  readonly #deliver: (parcel: Parcel) => void;
  readonly #onRoom: () => void;
  #queue: { parcel: Parcel; dueMs: number }[] = [];
  #queuedBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #blocked = false;

  /**
   * @param deliver may call {@link block} when it can take no more
   * @param onRoom called when the sender may go on after {@link isFull}
   */
  constructor(link: Link, direction: Direction, deliver: (parcel: Parcel) => void, onRoom: () => void) {
    this.#link = link;
    this.#direction = direction;
    this.#deliver = deliver;
    this.#onRoom = onRoom;
  }

  get isFull(): boolean {
    return this.#queuedBytes >= CAPACITY_BYTES || (this.#blocked && this.#queue.length > 0);
  }

  push(parcel: Parcel): void {
    if (this.#link.isImmediate && this.#queue.length === 0 && !this.#blocked) {
      this.#deliver(parcel);
      return;
    }
    for (const slice of this.#slices(parcel)) {
      const sizeBytes = slice?.length ?? 0;
      this.#queue.push({ parcel: slice, dueMs: this.#link.arrivalMs(this.#direction, sizeBytes) });
      this.#queuedBytes += sizeBytes;
    }
    this.#deliverDue();
  }

  /** Puts back what a delivery could not use, before all that waits. */
  unshift(parcel: Buffer): void {
    this.#queue.unshift({ parcel, dueMs: 0 });
    this.#queuedBytes += parcel.length;
  }

  block(): void {
    this.#blocked = true;
  }

  unblock(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#deliverDue();
    if (!this.isFull) this.#onRoom();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#queue = [];
    this.#queuedBytes = 0;
  }

  #slices(parcel: Parcel): Parcel[] {
    if (parcel === null || this.#link.bytesPerSecond === undefined) return [parcel];
    const count = Math.ceil(parcel.length / SLICE_BYTES);
    return Array.from({ length: count }, (_, i) => parcel.subarray(i * SLICE_BYTES, (i + 1) * SLICE_BYTES));
  }

  #deliverDue(): void {
    const wasFull = this.isFull;
    while (!this.#blocked) {
      const first = this.#queue[0];
      if (first === undefined) break;
      const waitMs = first.dueMs - performance.now();
      if (waitMs > 0) {
        this.#wakeAfter(waitMs);
        break;
      }
      this.#queue.shift();
      this.#queuedBytes -= first.parcel?.length ?? 0;
      this.#deliver(first.parcel);
    }
    if (wasFull && !this.isFull) this.#onRoom();
  }

  #wakeAfter(waitMs: number): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#deliverDue();
    }, waitMs);
  }
}
