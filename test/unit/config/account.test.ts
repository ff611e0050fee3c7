import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { AccountSettings } from '../../../src/config/account.js';
import { refuseSameAccount, resolveAccount } from '../../../src/config/account.js';
import { parseAccountUrl } from '../../../src/config/account-url.js';
import { KnownSecrets } from '../../../src/config/known-secrets.js';
import { makeTestFolder } from '../../support/test-folder.js';

const folder = makeTestFolder('account');
afterAll(() => rmSync(folder, { recursive: true }));

const environment = {
  env: { MAILFERRY_SOURCE_PASSWORD: 'correct-horse' },
  mayAsk: true,
  prompt: null,
  onStderr: () => {},
  known: new KnownSecrets(),
  signal: new AbortController().signal,
};

function settings(given: Partial<AccountSettings>): AccountSettings {
  return {
    role: 'source',
    url: 'imaps://ann@mail.example.net',
    insecure: false,
    connections: 4,
    timeoutMs: 1000,
    ...given,
  };
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('an account from its settings', () => {
  it('is what a store is made of', async () => {
    const { options } = await resolveAccount(settings({ admin: 'root', tunnel: 'ssh h imapd' }), environment);
    expect(options).toMatchObject({
      account: 'ann@mail.example.net',
      host: 'mail.example.net',
      port: 993,
      security: 'tls',
      user: 'ann',
      admin: 'root',
      tunnel: 'ssh h imapd',
      connections: 4,
      timeoutMs: 1000,
    });
    expect(await options.password()).toBe('correct-horse');
  });

  it('shows no secret when printed', async () => {
    const { options } = await resolveAccount(settings({}), environment);
    await options.password();
    expect(JSON.stringify(options)).not.toContain('correct-horse');
  });

  it('reads authorities and fingerprint', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    const caFile = file('ca.pem', pem);
    const fingerprint = `SHA256:${'AB:'.repeat(31)}AB`;
    const { options } = await resolveAccount(settings({ caFile, fingerprint }), environment);
    expect(options.ca).toBe(pem);
    expect(options.fingerprint).toBe('ab'.repeat(32));
  });

  it.each([
    ['clear text to another machine', { url: 'imap://ann@mail.example.net?tls=none' }, '--insecure'],
    ['a file without a certificate', { caFile: file('not.pem', 'hello') }, 'openssl x509'],
    ['a file that is not there', { caFile: join(folder, 'none.pem') }, 'check the path'],
    ['a fingerprint that is none', { fingerprint: 'abc' }, 'openssl s_client'],
    [
      'a fingerprint for clear text',
      { url: 'imap://a@localhost?tls=none', fingerprint: 'ab'.repeat(32) },
      'take',
    ],
    ['an empty tunnel', { tunnel: ' ' }, 'take it out'],
    ['an empty admin', { admin: '' }, 'take it out'],
    ['a file and a command', { passwordFile: 'f', passwordCommand: 'c' }, 'take one out'],
  ])('refuses %s', async (_what, given, fix) => {
    await expect(resolveAccount(settings(given), environment)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('wanted'),
      hint: expect.stringContaining(fix),
    });
  });

  it.each([
    ['to this machine', { url: 'imap://ann@localhost?tls=none' }],
    ['when told so', { url: 'imap://ann@mail.example.net?tls=none', insecure: true }],
    ['inside a tunnel', { url: 'imap://ann@mail.example.net?tls=none', tunnel: 'ssh mail imapd' }],
  ])('takes clear text %s', async (_when, given) => {
    const { options } = await resolveAccount(settings(given), environment);
    expect(options.security).toBe('none');
  });
});

describe('one account given twice', () => {
  const parse = (text: string): ReturnType<typeof parseAccountUrl> => parseAccountUrl(text, 'source');

  it('is refused', () => {
    const twice = (): void =>
      refuseSameAccount(parse('imaps://ann@Mail.example.net'), parse('imaps://ann@mail.example.net:993/'));
    expect(twice).toThrow(/same account, ann@mail\.example\.net/);
  });

  it.each([
    ['imaps://ann@mail.example.net', 'imaps://bob@mail.example.net'],
    ['imaps://ann@mail.example.net', 'imaps://ann@mail.example.net:1993'],
    ['imaps://ann@mail.example.net/a', 'imaps://ann@mail.example.net/b'],
  ])('is not %s and %s', (source, destination) => {
    expect(() => refuseSameAccount(parse(source), parse(destination))).not.toThrow();
  });
});
