import type { Random } from './random.js';

/**
 * Keywords of the well-behaved profile: few enough for Maildir's 26 letters in every mailbox, and made of letters
 * that every server takes.
 */
export const KEYWORDS = [
  '$Forwarded',
  '$Junk',
  '$NotJunk',
  '$MDNSent',
  '$label1',
  'NonJunk',
  'work',
  'Project-X',
  'todo_2024',
] as const;

export interface FlagOptions {
  readonly keywords: boolean;
  readonly deleted: boolean;
}

/** Flags such as a message in this mailbox would carry. */
export function drawFlags(random: Random, path: readonly string[], options: FlagOptions): string[] {
  const drafts = path[0] === 'Drafts';
  const flags: string[] = [];
  if (random.chance(path[0] === 'INBOX' ? 0.6 : 0.85)) flags.push('\\Seen');
  if (random.chance(0.2)) flags.push('\\Answered');
  if (random.chance(0.08)) flags.push('\\Flagged');
  if (random.chance(drafts ? 0.9 : 0.01)) flags.push('\\Draft');
  if (random.chance(0.03) && options.deleted) flags.push('\\Deleted');
  for (const keyword of KEYWORDS) {
    if (random.chance(0.04) && options.keywords) flags.push(keyword);
  }
  return flags;
}

/** Every flag and keyword at once. */
export function allFlags(options: FlagOptions): string[] {
  const flags = ['\\Seen', '\\Answered', '\\Flagged', '\\Draft'];
  if (options.deleted) flags.push('\\Deleted');
  return options.keywords ? [...flags, ...KEYWORDS] : flags;
}
