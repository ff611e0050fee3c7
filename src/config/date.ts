import { usageError } from './usage-error.js';

const DATE = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2})?)?$/;

/**
 * Seconds since 1970 of `2024-01-31` or `2024-01-31T08:30:00+01:00`; what names no zone is UTC, so that the same
 * command means the same everywhere. Throws USAGE naming `option`.
 */
export function parseDateEpoch(text: string, option: string): number {
  const given = text.trim();
  const epochMs = DATE.test(given) ? Date.parse(withZone(given)) : Number.NaN;
  // JavaScript turns 31 February into 2 March.
  const sameDay = Number.isNaN(epochMs) || isRealDay(given.slice(0, 10));
  if (!Number.isNaN(epochMs) && sameDay) return Math.floor(epochMs / 1000);
  throw usageError(
    `${option} is "${text}"; wanted a date as YEAR-MONTH-DAY`,
    `write ${option} 2024-01-31 or ${option} 2024-01-31T08:30:00+01:00`,
  );
}

function withZone(given: string): string {
  const text = given.replace(' ', 'T');
  return text.length === 10 || /(Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`;
}

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
