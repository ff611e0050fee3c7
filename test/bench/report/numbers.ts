/** Whole numbers with a comma between thousands. */
export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** Two or three digits that mean something, without an exponent. */
export function digits(value: number): string {
  if (value >= 100) return count(value);
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 || value === 0 ? value.toFixed(2) : value.toFixed(3);
}

export function seconds(ms: number): string {
  return digits(ms / 1000);
}

export function sizeText(sizeBytes: number): string {
  const mib = sizeBytes / 1024 ** 2;
  return mib >= 10 ? `${count(mib)} MiB` : `${digits(mib)} MiB`;
}
