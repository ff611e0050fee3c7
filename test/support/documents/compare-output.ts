const ANY_LINES = '…';

/**
 * Whether a run printed what a document shows. How long something took, hashes and ports of this machine
 * do not count.
 */
export function isAsShown(shown: readonly string[], printed: readonly string[]): boolean {
  return matches(shown.map(normalised), printed.map(normalised));
}

function matches(shown: readonly string[], printed: readonly string[]): boolean {
  const [first, ...rest] = shown;
  if (first === undefined) return printed.length === 0;
  if (first === ANY_LINES) {
    return printed.some((_, index) => matches(rest, printed.slice(index + 1))) || matches(rest, printed);
  }
  return printed[0] === first && matches(rest, printed.slice(1));
}

function normalised(line: string): string {
  return line
    .replace(/\b\d+(?:\.\d+)? s\b/g, '0 s')
    .replace(/-[0-9a-f]{24}\b/g, '-HASH')
    .replace(/\b(port |127\.0\.0\.1:)\d+/g, '$1PORT');
}
