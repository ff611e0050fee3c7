import type { Io, Output } from '../io.js';

const COLOURS = { error: '\x1b[31m', warning: '\x1b[33m' } as const;
const PLAIN = '\x1b[39m';

/** Whether an output may be coloured (https://no-color.org). The words alone say the same. */
export function isColoured(output: Output, env: Io['env']): boolean {
  const unwanted = env['NO_COLOR'] ?? '';
  return output.isTTY && unwanted === '' && env['TERM'] !== 'dumb';
}

/** The first word of an error or a warning in its colour. */
export function emphasised(line: string, coloured: boolean): string {
  if (!coloured) return line;
  return line.replace(
    /^(error|warning):/,
    (_, word: keyof typeof COLOURS) => `${COLOURS[word]}${word}:${PLAIN}`,
  );
}
