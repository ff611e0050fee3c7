import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accountIdentity,
  accountLockName,
  accountName,
  routeFolderName,
  routeId,
  sameAccount,
} from '../../../src/state/account-identity.js';

const bob = accountIdentity('mail.example.com', 993, 'bob');
const hostile = [
  '../../etc/passwd',
  '..',
  '.',
  '',
  '/',
  'a/b',
  'a\\b',
  'C:\\Windows',
  'con',
  'nul',
  '__proto__',
  'constructor',
  'x'.repeat(300),
  'Ünïcödé',
  '\u202eevil',
  'u\u0308',
  'ü',
  '\ud800',
  'new\nline',
  'nul\u0000octet',
  '-rf',
  '*',
  '$(reboot)',
  ' ',
  'Ann',
  'ann',
  'ann.',
  'ann ',
];

describe('the identity of an account', () => {
  it('has the host in lower case, and the port only when it is not a usual one', () => {
    expect(accountIdentity('Mail.Example.COM', 993, 'Bob')).toEqual({
      host: 'mail.example.com',
      user: 'Bob',
      prefix: '',
    });
    expect(accountIdentity('x', 143, 'u').host).toBe('x');
    expect(accountIdentity('x', 1143, 'u').host).toBe('x:1143');
    expect(accountIdentity('[::1]', 1143, 'u', 'Old').host).toBe('[::1]:1143');
  });

  it('tells users, hosts, ports and prefixes apart', () => {
    const one = accountIdentity('x', 993, 'u');
    expect(sameAccount(one, { ...one })).toBe(true);
    for (const other of [{ host: 'y' }, { user: 'U' }, { prefix: 'p' }]) {
      expect(sameAccount(one, { ...one, ...other })).toBe(false);
    }
  });

  it('locks an account whatever its prefix', () => {
    expect(accountLockName({ ...bob, prefix: 'Archive' })).toBe(accountLockName(bob));
    expect(accountLockName({ ...bob, user: 'Bob' })).not.toBe(accountLockName(bob));
  });
});

describe('the folder of a route', () => {
  it('is the same whichever account comes first', () => {
    const text = fc.string({ unit: 'binary', maxLength: 20 });
    const account = fc.record({ host: text, user: text, prefix: text });
    fc.assert(
      fc.property(account, account, (x, y) => {
        expect(routeId(x, y)).toBe(routeId(y, x));
        expect(routeFolderName(x, y)).toBe(routeFolderName(y, x));
      }),
    );
  });

  it('stays inside the state folder and fits a file system, however hostile the names', () => {
    for (const user of hostile) {
      for (const host of hostile) {
        const name = routeFolderName({ host, user, prefix: '../x' }, bob);
        expect(name).toMatch(/^[a-z0-9@_+-][a-z0-9@._+-]*-[0-9a-f]{24}$/);
        expect(name.length).toBeLessThan(200);
      }
    }
  });

  it('is its own for every route, also where file names fold case', () => {
    const names = new Set<string>();
    for (const user of hostile) {
      for (const prefix of ['', 'a', 'A'])
        names.add(routeFolderName({ host: 'h', user, prefix }, bob).toLowerCase());
    }
    names.add(routeFolderName({ host: 'h', user: 'a","b', prefix: '' }, bob));
    names.add(routeFolderName({ host: 'h', user: 'a', prefix: '","b' }, bob));
    expect(names.size).toBe(hostile.length * 3 + 2);
  });

  it('says for people whose mail it is', () => {
    const ann = accountIdentity('old.example.net', 993, 'ann', 'Work');
    expect(accountName(ann)).toBe('ann@old.example.net/Work');
    expect(routeFolderName(ann, bob)).toMatch(/^ann@old\.example\.net_work--bob@mail\.example\.com-/);
  });
});
