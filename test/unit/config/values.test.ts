import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCount } from '../../../src/config/count.js';
import { parseDurationMs } from '../../../src/config/duration.js';
import { readMailboxPatterns } from '../../../src/config/mailbox-patterns.js';
import { stateDirOf } from '../../../src/config/state-dir.js';

const folder = mkdtempSync(join(tmpdir(), 'mailferry-values-'));
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
