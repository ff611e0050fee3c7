/** The last octets of a command that the server gets only after the client has been cut off. */
export class HeldBytes {
  readonly #wantedBytes: number | undefined;
  readonly #onComplete: () => void;
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #isComplete = false;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param wantedBytes how many; undefined until the end of the command
   * @param onComplete called once, when all of them are here
   */
  constructor(wantedBytes: number | undefined, onComplete: () => void) {
    this.#wantedBytes = wantedBytes;
    this.#onComplete = onComplete;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** What comes after the last wanted octet is lost, as it is on a cut line. */
  take(bytes: Buffer): void {
    if (this.#isComplete) return;
    const missing = (this.#wantedBytes ?? Number.POSITIVE_INFINITY) - this.#heldBytes;
    const taken = bytes.subarray(0, Math.min(bytes.length, missing));
    this.#chunks.push(taken);
    this.#heldBytes += taken.length;
    if (this.#heldBytes === this.#wantedBytes) this.#complete();
  }

  onCommandEnd(): void {
    if (this.#wantedBytes === undefined && !this.#isComplete) this.#complete();
  }

  deliverAfter(delayMs: number, deliver: () => void): void {
    this.#timer = setTimeout(deliver, delayMs);
  }

  /** @returns all that is held, once. */
  release(): Buffer | undefined {
    this.forget();
    if (this.#chunks.length === 0) return undefined;
    const bytes = Buffer.concat(this.#chunks);
    this.#chunks = [];
    return bytes;
  }

  /** Nothing will be delivered by itself any more. */
  forget(): void {
    clearTimeout(this.#timer);
  }

  #complete(): void {
    this.#isComplete = true;
    this.#onComplete();
  }
}
