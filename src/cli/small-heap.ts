import { setFlagsFromString } from 'node:v8';

/**
 * Lets V8 collect garbage sooner. What one message needs dies young and there are 20 MB of anything else, but V8 spreads
 * to 150 MB and more before it looks. A new generation that stays at 1 MiB stays in the processor's cache as well, which
 * saves a tenth of the time of a copy of 10,000 messages. Old space may grow to three times of what lives in it: at twice,
 * messages of 1 MiB cost half as much time again.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=200');
}
