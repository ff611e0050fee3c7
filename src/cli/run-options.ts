import type { Command } from 'commander';
import { Option } from 'commander';
import type { Direction } from './carry-route.js';

/** Adds the options that choose mailboxes. */
export function addMailboxOptions(command: Command): void {
  command
    .optionsGroup('What to carry:')
    .option('--mailbox <pattern>', 'only these mailboxes (* and ?; repeatable; @FILE for a list)', collecting)
    .option('--exclude <pattern>', 'not these mailboxes (repeatable; @FILE for a list)', collecting);
}

/** Adds the options of copy alone that choose messages. */
export function addFilterOptions(command: Command): void {
  command
    .option('--since <date>', 'only messages received from this day on (2024-01-31)')
    .option('--before <date>', 'only messages received before this day')
    .option('--min-size <size>', 'only messages of at least this size (64K, 25MB, 1.5GiB)')
    .option('--max-size <size>', 'only messages of at most this size')
    .option('--include-deleted', 'also messages flagged \\Deleted')
    .option('--restore', 'bring back what was copied once and deleted at the destination since');
}

/** Adds what is to be done about messages and names that the account they go to (`whose`) does not take. */
export function addChoiceOptions(command: Command, whose: string): void {
  command
    .option('--accept-skipped', `no longer tell of messages ${whose} refuses for good`)
    .option('--retry-skipped', `try messages once more that ${whose} refused for good`)
    .option('--alt-char <char>', `for characters ${whose} cannot have in a name (default _)`);
}

/** Adds how much may be removed, under a heading. */
export function addRemovalLimit(command: Command, heading: string): void {
  command
    .optionsGroup(heading)
    .option('--max-delete <n|p%>', 'stop before removing more: messages in all, or a share (default 50%)');
}

/** Adds what may be removed and undone at the destination. */
export function addRemovalOptions(command: Command): void {
  addRemovalLimit(command, 'What to remove and undo:');
  command
    .option('--keep-extra', 'leave messages that were at the destination before the first backup')
    .option('--remove-foreign', 'remove messages that were at the destination before the first backup')
    .option('--on-drift <what>', 'changes made at the destination: put-right (default), or stop');
}

/** Adds how a run goes about it. */
export function addEngineOptions(command: Command, direction: Direction): void {
  command.optionsGroup('How to run:').option('--dry-run', 'show what would be done and write nothing');
  if (direction === 'one-way') {
    command.option('--reverse', 'the other way round: from the second account to the first');
  }
  command
    .option('--full', 'compare everything, whatever the saved state says')
    .option('--stop-after <size>', 'end after about so much mail; the next run goes on')
    .option('--state-dir <dir>', 'where the state of runs is kept')
    .option('--connections <n>', 'connections a side (default 4)');
}

/** Adds how connections are made. */
export function addConnectionOptions(command: Command): void {
  command
    .option('--timeout <time>', 'longest silence of a server: 90, 90s, 2m (default 2m)')
    .option('--insecure', 'allow ?tls=none to other machines')
    .option('--no-input', 'never ask');
}

/** Adds the options that say how to reach and enter one account. `prefix` is `source-`, `destination-` or ''. */
export function addAccountOptions(command: Command, prefix: string, whose: string): void {
  command
    .optionsGroup(`${whose.charAt(0).toUpperCase()}${whose.slice(1)}:`)
    .option(`--${prefix}password-file <file>`, `one line with the password of ${whose}`)
    .option(`--${prefix}password-command <command>`, 'shell command that prints it in one line')
    .option(`--${prefix}admin <user>`, `log in as this user on behalf of ${whose}`)
    .option(`--${prefix}ca <file>`, "trust these authorities (PEM) instead of the system's")
    .option(`--${prefix}fingerprint <sha256>`, 'trust this certificate and no other')
    .option(`--${prefix}tunnel <command>`, 'shell command whose stdin and stdout are the connection');
}

/** Adds the options about what a verb says and where. `check` takes `-v` as well, and has no more to say. */
export function addOutputOptions(command: Command, kind: 'carry' | 'check'): void {
  const isCheck = kind === 'check';
  const verbose = new Option('-v, --verbose', 'a line a mailbox; -vv a line a message').argParser(counting);
  command
    .optionsGroup('What to say:')
    .option('--json', 'JSON lines on stdout, the last one a summary')
    .option(
      '-q, --quiet',
      isCheck ? 'only the result, and errors' : 'only errors, and the summary of an imperfect run',
    )
    .addOption(verbose.hideHelp(isCheck))
    .option('--log-file <file>', 'add the log, with time stamps, to a file')
    .option('--trace <what>', 'show the protocol: imap, or imap-data with the mail itself');
}

/** Adds the list of what was not carried. */
export function addReportOption(command: Command): void {
  command.option('--report <file>', 'every message not carried and why, as .json or .csv');
}

function counting(_value: string, before: number | undefined): number {
  return (before ?? 0) + 1;
}

function collecting(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
