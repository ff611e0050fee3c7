const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DATE_TIME = /^([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;

/** RFC 3501 date-time without its quotes, e.g. ` 1-Feb-2003 04:05:06 +0700`. */
export function formatInternalDate(epochSeconds: number, zoneMinutes: number): string {
  const local = new Date((epochSeconds + zoneMinutes * 60) * 1000);
  const date = `${String(local.getUTCDate()).padStart(2)}-${MONTHS[local.getUTCMonth()]}-${local.getUTCFullYear()}`;
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(twoDigits).join(':');
  const zone = Math.abs(zoneMinutes);
  const sign = zoneMinutes < 0 ? '-' : '+';
  return `${date} ${time} ${sign}${twoDigits(Math.floor(zone / 60))}${twoDigits(zone % 60)}`;
}

/** The instant, in seconds since 1970 UTC, that an INTERNALDATE names. Throws when it cannot be read. */
export function parseInternalDate(raw: string): number {
  const [, day, month, year, hour, minute, second, sign, zoneHours, zoneMinutes] = DATE_TIME.exec(raw) ?? [];
  const monthIndex = MONTHS.indexOf(month ?? '');
  if (sign === undefined || monthIndex < 0) throw new Error(`unreadable INTERNALDATE ${JSON.stringify(raw)}`);
  const local = Date.UTC(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Number(second));
  const zone = (Number(zoneHours) * 60 + Number(zoneMinutes)) * (sign === '-' ? -1 : 1);
  return local / 1000 - zone * 60;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
