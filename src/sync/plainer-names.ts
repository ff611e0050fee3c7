import type { WireName } from '../model/mailbox.js';
import type { MailboxPath } from '../model/mailbox-path.js';
import { plainLevel, shortened } from './level-names.js';
import { ALT_CHAR } from './name-giver.js';
import type { NameStyle } from './name-style.js';

/** What a name may be long, in octets: a file name of 255 has to hold it, and a number behind it. */
const SHORT_BYTES = 200;

/**
 * Other names to try, one after the other, when the destination refuses to create a mailbox: plainer levels, shorter
 * ones, then no hierarchy at all.
 */
export function plainerNames(path: MailboxPath, style: NameStyle, altChar = ALT_CHAR): WireName[] {
  const { namespace, delimiter } = style;
  const between = delimiter ?? altChar;
  const levels = path.map((level) => plainLevel(level, delimiter, altChar));
  const withoutInbox = levels.length > 1 && levels[0] === 'INBOX' ? levels.slice(1) : levels;
  const short = shortLevels(withoutInbox);
  const names = [levels, withoutInbox, short].map((plain) => plain.join(between));
  const flat = shortened(levels.join(altChar), SHORT_BYTES);
  return [...new Set([...names, flat])].map((name) => namespace.prefix + name);
}

/** The longest level gives way first. */
function shortLevels(levels: readonly string[]): readonly string[] {
  let short = [...levels];
  for (let limit = SHORT_BYTES; limit > 10; limit = Math.floor(limit / 2)) {
    short = short.map((level) => shortened(level, limit));
    if (short.join('/').length <= SHORT_BYTES) break;
  }
  return short;
}
