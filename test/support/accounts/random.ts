/**
 * A seeded source of randomness (sfc32), so that a failing test can be run again from the seed it printed. The
 * same seed gives the same sequence on every machine.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number | string) {
    [this.#a, this.#b, this.#c] = hash(String(seed));
    for (let round = 0; round < 15; round++) this.uint32();
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 up to, never including, 1. */
  fraction(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.between(0, choices.length - 1)];
    if (choice === undefined) throw new Error('nothing to pick from');
    return choice;
  }

  /** Normally distributed, mean 0 and deviation 1 (Box and Muller). */
  gaussian(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.fraction()));
    return radius * Math.cos(2 * Math.PI * this.fraction());
  }

  bytes(sizeBytes: number): Buffer {
    const words = new Uint32Array(Math.ceil(sizeBytes / 4));
    for (let index = 0; index < words.length; index++) words[index] = this.uint32();
    return Buffer.from(words.buffer, 0, sizeBytes);
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }
}

/** Three 32-bit words of a text: FNV-1a from three starting points, each mixed at the end. */
function hash(text: string): [number, number, number] {
  const word = (start: number): number => {
    let value = start;
    for (let index = 0; index < text.length; index++) {
      value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
    }
    value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    return value ^ (value >>> 13);
  };
  return [word(0x811c9dc5), word(0x1b873593), word(0x2545f491)];
}
