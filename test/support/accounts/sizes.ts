import type { Random } from './random.js';

export interface SizeOptions {
  readonly medianSizeBytes: number;
  readonly maxSizeBytes: number;
  /** Sum to aim at; the distribution alone decides when absent. */
  readonly totalBytes: number | undefined;
}

/** No message with its header is smaller. */
export const SMALLEST_BYTES = 400;

const SIGMA = 1.5;
const LARGE_SHARE = 0.003;
const LARGE_FROM_BYTES = 256 * 1024;

/** Sizes as mail has them: log-normal, with a few large ones spread evenly over the orders of magnitude. */
export function drawSizes(random: Random, count: number, options: SizeOptions): Float64Array {
  const sizes = new Float64Array(count);
  for (let index = 0; index < count; index++) {
    // One large message for certain where there are enough to go with it.
    const large = random.chance(LARGE_SHARE) || index === 40;
    sizes[index] = large
      ? largeSize(random, options)
      : options.medianSizeBytes * Math.exp(SIGMA * random.gaussian());
  }
  clamp(sizes, 1, options.maxSizeBytes);
  // Clamping moves the sum, so it takes a few rounds to come close.
  for (let round = 0; round < 8 && options.totalBytes !== undefined; round++) {
    const sum = sizes.reduce((total, size) => total + size, 0);
    clamp(sizes, options.totalBytes / sum, options.maxSizeBytes);
  }
  return sizes;
}

function largeSize(random: Random, { medianSizeBytes, maxSizeBytes }: SizeOptions): number {
  const low = Math.log(Math.max(LARGE_FROM_BYTES, medianSizeBytes));
  const high = Math.log(Math.max(maxSizeBytes, LARGE_FROM_BYTES));
  return Math.exp(low + random.fraction() * (high - low));
}

function clamp(sizes: Float64Array, factor: number, maxSizeBytes: number): void {
  for (const [index, size] of sizes.entries()) {
    sizes[index] = Math.round(Math.max(SMALLEST_BYTES, Math.min(maxSizeBytes, size * factor)));
  }
}
