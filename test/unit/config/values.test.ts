import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCount } from '../../../src/config/count.js';
import { parseDateEpoch } from '../../../src/config/date.js';
import { parseDurationMs } from '../../../src/config/duration.js';
import { readMailboxPatterns } from '../../../src/config/mailbox-patterns.js';
import { parseSizeBytes } from '../../../src/config/size.js';
import { stateDirOf } from '../../../src/config/state-dir.js';
import { makeTestFolder } from '../../support/test-folder.js';

const folder = makeTestFolder('values');
afterAll(() => rmSync(folder, { recursive: true }));

describe('a duration', () => {
  it.each([
    ['90', 90_000],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['2 h', 7_200_000],
    ['250ms', 250],
  ])('%s is %d ms', (text, durationMs) => {
    expect(parseDurationMs(text, '--timeout')).toBe(durationMs);
  });

  it.each(['', '0', '-1', 'soon', '5 weeks', '25h', '1e3', 'Infinity', 's'])('%j is refused', (text) => {
    expect(() => parseDurationMs(text, '--timeout')).toThrow(/^--timeout is ".*"; wanted a time/);
  });
});

describe('a count', () => {
  it('is a whole number within its bounds', () => {
    expect(parseCount('1', '--connections', 64)).toBe(1);
    expect(parseCount('64', '--connections', 64)).toBe(64);
  });

  it.each(['', '0', '65', '-1', '1.5', 'many', '0x10', ' 4'])('%j is refused', (text) => {
    expect(() => parseCount(text, '--connections', 64)).toThrow(/--connections is ".*"; wanted .* 1 to 64/);
  });
});

describe('mailbox patterns', () => {
  it('come from the options and from the lines of lists, in order', async () => {
    const list = join(folder, 'list');
    writeFileSync(list, '# mine\nINBOX\r\n\n Spaced \nWork/*\n');
    const patterns = await readMailboxPatterns(['[Gmail]/Sent', `@${list}`, 'role:trash'], '--mailbox');
    expect(patterns).toEqual(['[Gmail]/Sent', 'INBOX', ' Spaced ', 'Work/*', 'role:trash']);
  });

  it('are refused when a list is missing, empty or unnamed', async () => {
    const empty = join(folder, 'empty');
    writeFileSync(empty, '# nothing\n');
    for (const [given, seen] of [
      [`@${folder}/none`, /no such file/],
      [`@${empty}`, /lists no mailbox/],
      ['@', /wanted @FILE/],
      ['', /--exclude is empty/],
    ] as const) {
      await expect(readMailboxPatterns([given], '--exclude')).rejects.toThrow(seen);
    }
  });
});

describe('the state folder', () => {
  const checkout = join(folder, 'checkout');
  mkdirSync(join(checkout, '.git'), { recursive: true });
  mkdirSync(join(checkout, 'src'));
  const installed = join(folder, 'installed');
  const base = { cwd: '/home/ann', env: { HOME: '/home/ann' }, packageRoot: installed };

  it('is the one asked for', () => {
    expect(stateDirOf({ ...base, given: 'here' })).toBe('/home/ann/here');
    expect(stateDirOf({ ...base, given: '/there' })).toBe('/there');
    expect(() => stateDirOf({ ...base, given: ' ' })).toThrow('--state-dir is empty; wanted a folder');
  });

  it('is in the checkout that the program runs from', () => {
    expect(stateDirOf({ ...base, packageRoot: checkout })).toBe(join(checkout, 'state'));
  });

  it('is where the XDG specification wants it', () => {
    expect(stateDirOf(base)).toBe('/home/ann/.local/state/mailferry');
    expect(stateDirOf({ ...base, env: { HOME: '/x', XDG_STATE_HOME: '/var/s' } })).toBe('/var/s/mailferry');
    expect(stateDirOf({ ...base, env: { HOME: '/x', XDG_STATE_HOME: 'relative' } })).toBe(
      '/x/.local/state/mailferry',
    );
  });
});

describe('a size', () => {
  it.each([
    ['800', 800],
    ['64K', 65_536],
    ['64k', 65_536],
    ['25MiB', 26_214_400],
    ['25MB', 25_000_000],
    ['1.5 GiB', 1_610_612_736],
    ['10b', 10],
  ])('%s is %d octets', (text, sizeBytes) => {
    expect(parseSizeBytes(text, '--max-size')).toBe(sizeBytes);
  });

  it.each(['', '0', '-1', 'big', '5 elephants', '1e9', '99999999999G', '0.1'])('%j is refused', (text) => {
    expect(() => parseSizeBytes(text, '--max-size')).toThrow(/^--max-size is ".*"; wanted a size/);
  });
});

describe('a date', () => {
  it.each([
    ['2024-01-31', Date.UTC(2024, 0, 31)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['1999-12-31T23:59', Date.UTC(1999, 11, 31, 23, 59)],
    ['2024-01-31 08:30:00', Date.UTC(2024, 0, 31, 8, 30)],
    ['2024-01-31T08:30:00+01:00', Date.UTC(2024, 0, 31, 7, 30)],
    ['2024-01-31T08:30:00Z', Date.UTC(2024, 0, 31, 8, 30)],
  ])('%s is a moment in every time zone', (text, epochMs) => {
    expect(parseDateEpoch(text, '--since')).toBe(epochMs / 1000);
  });

  it.each([
    '',
    'yesterday',
    '31.1.2024',
    '2024-1-31',
    '2024-13-01',
    '2023-02-29',
    '2024-02-31',
    '2024-01-31T25:00',
  ])('%j is refused', (text) => {
    expect(() => parseDateEpoch(text, '--since')).toThrow(/^--since is ".*"; wanted a date/);
  });
});
