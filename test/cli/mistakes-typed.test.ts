import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { makeTestFolder } from '../support/test-folder.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, SOURCE } from './support/run-verb.js';
import { StandInEngine } from './support/stand-in-engine.js';

const folder = makeTestFolder('mistakes');
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const OPEN = file('open-password', 'hunter2hunter2\n', 0o644);
const DER = file('ca.der', '\x30\x82');
const NOBODY = join(folder, 'nobody');

/** A row: what was typed, the exit code, and what the sentence must hold of seen, wanted and the fix. */
type Typed = readonly [what: string, argv: readonly string[], exitCode: number, ...parts: string[]];

const copy = (...rest: string[]): string[] => ['copy', SOURCE, DESTINATION, ...rest];
const backup = (...rest: string[]): string[] => ['backup', SOURCE, DESTINATION, ...rest];
const mirror = (...rest: string[]): string[] => ['mirror', SOURCE, DESTINATION, ...rest];

const TYPED: readonly Typed[] = [
  ['no verb', [SOURCE, DESTINATION], 3, 'command is missing', 'wanted a verb', 'mailferry copy imaps://'],
  ['an unknown verb', ['cpoy'], 3, 'no command "cpoy"', 'did you mean copy?'],
  ['a verb like none', ['frobnicate'], 3, 'no command "frobnicate"', 'mailferry --help'],
  [
    'no accounts',
    ['copy'],
    3,
    '<source> is missing',
    'wanted a source and a destination',
    'imaps://USER@NEWHOST',
  ],
  ['one account', ['copy', SOURCE], 3, '<destination> is missing', 'wanted a source and a destination'],
  [
    'no accounts to back up',
    ['backup'],
    3,
    '<source> is missing',
    'wanted a source',
    'mailferry backup imaps',
  ],
  ['no accounts to mirror', ['mirror'], 3, '<a> is missing', 'wanted two accounts', 'mailferry mirror imaps'],
  ['one account to mirror', ['mirror', SOURCE], 3, '<b> is missing', 'wanted two accounts'],
  ['no account to check', ['check'], 3, '<account> is missing', 'wanted an account', 'mailferry check'],
  ['three accounts', copy('imaps://x@y'), 3, 'more arguments', 'quotes', '--help'],
  ['a misspelt option', copy('--mailbux', 'INBOX'), 3, 'no option --mailbux', 'did you mean --mailbox?'],
  ['an option like none', copy('--frobnicate'), 3, 'no option --frobnicate', '--help'],
  ['an option without its value', copy('--mailbox'), 3, '--mailbox', 'has no value', 'wanted one'],
  [
    'a password as an option',
    copy('--password', 'hunter2hunter2'),
    3,
    'no option takes a password',
    '--source-password-file',
  ],
  [
    'a password glued to one',
    copy('--source-password=hunter2hunter2'),
    3,
    'no option',
    '--source-password-file',
  ],
  [
    'a password behind -p',
    copy('-phunter2hunter2'),
    3,
    'no option takes a password',
    '--source-password-file',
  ],
  [
    'a password in the URL',
    ['copy', 'imaps://ann:hunter2hunter2@h', DESTINATION],
    3,
    'has a password in its URL (not shown)',
    'wanted imaps://USER@HOST',
    '--source-password-file',
  ],
  [
    'a password in the other URL',
    ['copy', SOURCE, 'imaps://ann:hunter2hunter2@h'],
    3,
    'the destination account',
    '--destination-password-file',
  ],
  ['a password in a URL without a verb', ['imaps://ann:hunter2hunter2@h'], 3, 'command is missing'],
  [
    'no scheme',
    ['copy', 'ann@h', DESTINATION],
    3,
    'the source account is not a URL',
    'wanted imaps://USER@HOST',
    'put imaps:// before',
  ],
  [
    'another scheme',
    ['copy', 'pop3://ann@h', DESTINATION],
    3,
    '"pop3://"',
    'wanted imaps://',
    'imaps:// or imap://',
  ],
  ['no user', ['copy', 'imaps://h', DESTINATION], 3, 'no user name', 'wanted imaps://USER@HOST', 'USER@'],
  [
    'no host',
    ['copy', 'imaps://ann@', DESTINATION],
    3,
    'no host',
    'wanted imaps://USER@HOST',
    'name of the server',
  ],
  [
    'a wrong port',
    ['copy', 'imaps://ann@h:99999', DESTINATION],
    3,
    'port "99999"',
    'wanted a number from 1 to 65535',
    'leave it out',
  ],
  [
    'clear text to another machine',
    ['copy', 'imap://ann@h?tls=none', DESTINATION],
    3,
    'clear text',
    'wanted encryption',
    '--insecure',
  ],
  [
    'one account twice',
    ['copy', SOURCE, SOURCE],
    3,
    'the same account, ann@old.example.net',
    'wanted two',
    'check both URLs',
  ],
  [
    'a part of an account',
    ['copy', `${SOURCE}/Work`, DESTINATION],
    3,
    '"/Work"',
    'whole accounts',
    '--mailbox Work\n',
  ],
  [
    'a mailbox behind an account',
    ['copy', `${SOURCE}/Entw%C3%BCrfe`, DESTINATION],
    3,
    '"/Entwürfe"',
    'whole accounts',
    "--mailbox 'Entwürfe'\n",
  ],
  ['no state folder', copy('--state-dir', ''), 3, '--state-dir is empty', 'wanted a folder', 'take it out'],
  [
    'a password file for everybody',
    copy('--source-password-file', OPEN),
    3,
    'mode 644',
    'wanted a file only its owner can read',
    `chmod 600 ${OPEN}`,
  ],
  [
    'a password file that is not there',
    copy('--source-password-file', NOBODY),
    3,
    `"${NOBODY}"`,
    'no such file',
    'wanted a file',
    '--source-password-file',
  ],
  [
    'a password file that is a folder',
    copy('--source-password-file', folder),
    3,
    'it is a directory',
    'wanted a file',
  ],
  [
    'a password command that fails',
    copy('--source-password-command', 'echo locked >&2; exit 9'),
    3,
    'exit status 9',
    'it said: locked',
    'wanted exit status 0',
    'by hand',
  ],
  [
    'a password file and a command',
    copy('--source-password-file', OPEN, '--source-password-command', 'x'),
    3,
    'both given',
    'wanted one',
    'take one out',
  ],
  [
    'authorities in another format',
    copy('--source-ca', DER),
    3,
    'holds no certificate',
    'wanted PEM',
    'openssl x509',
  ],
  [
    'a wrong fingerprint',
    copy('--destination-fingerprint', 'ab:cd'),
    3,
    '"ab:cd"',
    'wanted SHA-256',
    'openssl s_client',
  ],
  [
    'too many connections',
    copy('--connections', '1000'),
    3,
    '"1000"',
    'wanted a whole number from 1 to 64',
    '--connections 4',
  ],
  ['a wrong time', copy('--timeout', 'soon'), 3, '"soon"', 'wanted a time', '--timeout 90'],
  ['a wrong date', copy('--since', '31.1.2024'), 3, '--since is "31.1.2024"', 'wanted a date', '2024-01-31'],
  ['a wrong size', copy('--max-size', 'huge'), 3, '--max-size is "huge"', 'wanted a size', '25MB'],
  [
    'dates the wrong way round',
    copy('--since', '2024-02-01', '--before', '2024-01-01'),
    3,
    'leave no message',
    'wanted a range',
    'exchange',
  ],
  [
    'sizes the wrong way round',
    copy('--min-size', '2M', '--max-size', '1M'),
    3,
    'leave no message',
    'wanted a range',
    'exchange',
  ],
  [
    'skipped accepted and retried',
    copy('--accept-skipped', '--retry-skipped'),
    3,
    'both given',
    'wanted one',
    'take one out',
  ],
  [
    'a limit of nothing',
    backup('--max-delete', 'some'),
    3,
    '--max-delete is "some"',
    'wanted a number of messages, or a share from 0% to 100%',
    '--max-delete 100 or --max-delete 20%',
  ],
  ['more than all', backup('--max-delete', '101%'), 3, '--max-delete is "101%"', 'wanted a number', '20%'],
  ['less than nothing', backup('--max-delete=-1'), 3, '--max-delete is "-1"', 'wanted a number', '20%'],
  ['a broken share', backup('--max-delete', '2.5%'), 3, '--max-delete is "2.5%"', 'wanted a number', '20%'],
  ['an empty limit', backup('--max-delete', ''), 3, '--max-delete is ""', 'wanted a number', '20%'],
  [
    'extra messages kept and removed',
    backup('--keep-extra', '--remove-foreign'),
    3,
    '--keep-extra and --remove-foreign are both given',
    'wanted one',
    'take one out',
  ],
  [
    'an unknown answer to drift',
    backup('--on-drift', 'cry'),
    3,
    '--on-drift is "cry"',
    'wanted stop or put-right',
    '--on-drift stop',
  ],
  [
    'a date for a backup',
    backup('--since', '2024-01-01'),
    3,
    'backup has no option --since',
    'equal the source',
    'mailferry copy',
  ],
  [
    'a mirror the other way round',
    mirror('--reverse'),
    3,
    'mirror has no option --reverse: it goes both ways',
    'take it out, or use mailferry copy or mailferry backup',
  ],
  [
    'drift in a mirror',
    mirror('--on-drift', 'stop'),
    3,
    'mirror has no option --on-drift: changes of both accounts are carried',
    'mailferry backup',
  ],
  ['extra messages in a mirror', mirror('--keep-extra'), 3, 'mirror has no option', 'is copied to the other'],
  ['foreign ones in a mirror', mirror('--remove-foreign'), 3, 'mirror has no option', 'copied to the other'],
  [
    'a size for a mirror',
    mirror('--max-size', '1M'),
    3,
    'mirror has no option --max-size',
    'both accounts equal',
    'mailferry copy',
  ],
  ['a mirror limited by a word', mirror('--max-delete', 'x'), 3, '--max-delete is "x"', '--max-delete 100'],
  ['a removal by a copy', copy('--max-delete', '5'), 3, 'no option --max-delete', '--help'],
  [
    'a long alternative',
    copy('--alt-char', '__'),
    3,
    '--alt-char is "__"',
    'wanted one character',
    '--alt-char _',
  ],
  ['quiet and verbose', copy('-q', '-v'), 3, '-q and -v', 'wanted one', 'take one out'],
  [
    'an unknown trace',
    copy('--trace', 'smtp'),
    3,
    '--trace is "smtp"',
    'wanted imap or imap-data',
    '--trace imap',
  ],
  [
    'a missing list',
    copy('--exclude', `@${NOBODY}`),
    3,
    '--exclude names',
    'no such file',
    'wanted a readable file',
    'check the path',
  ],
  [
    'an empty pattern',
    copy('--mailbox', ''),
    3,
    '--mailbox is empty',
    'wanted the name of a mailbox',
    '--mailbox INBOX',
  ],
  [
    'a report without a format',
    copy('--report', join(folder, 'r.txt')),
    3,
    'r.txt',
    'wanted a name that ends in .json or .csv',
    '--report run.csv',
  ],
  [
    'a log nobody can write',
    copy('--log-file', join(NOBODY, 'log')),
    3,
    '--log-file names',
    'no such file',
    'wanted a file',
    'check the path',
  ],
];

describe('what is typed', () => {
  const rows = TYPED.map(([what, argv, exitCode, ...parts]) => ({ what, argv, exitCode, parts }));

  it.each(rows)('$what is refused before anything is connected', async ({ argv, exitCode, parts }) => {
    const env: Record<string, string> = { ...PASSWORDS, PATH: process.env['PATH'] ?? '' };
    const io = new FakeIo({ env });
    const engine = new StandInEngine();
    expect(await main(argv, io, engine.load)).toBe(exitCode);
    expect(io.out).toBe('');
    expect(io.err).toMatch(/^(locked\n)?error: /);
    for (const part of parts) expect(io.err).toContain(part);
    expect(io.err).toMatch(/^error: .*\bwanted\b/m);
    expect(io.err).toContain('  fix:    ');
    expect(io.everything).not.toContain('hunter2');
    expect([engine.accounts, engine.opened, engine.runs]).toEqual([[], [], []]);
    expect(io.leftBehind).toBe(0);
  });

  it('no password and nobody to ask is refused with all ways to give one', async () => {
    const io = new FakeIo();
    expect(await main(copy(), io, new StandInEngine().load)).toBe(3);
    for (const part of [
      'there is no password for the source account ann@old.example.net',
      'wanted a file, a command or a variable',
      '--source-password-file FILE',
      '--source-password-command COMMAND',
      'MAILFERRY_SOURCE_PASSWORD',
    ]) {
      expect(io.err).toContain(part);
    }
  });
});
