import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { fillAccount, generateAccount } from '../support/accounts/index.js';
import { type CertificateFiles, makeCertificate, writeCertificate } from '../support/certificates/index.js';
import { loginOf } from '../support/imap-client/index.js';
import { runProgram } from '../support/program/index.js';
import { type MailServer, startCourier, startDovecot } from '../support/servers/index.js';

const ANN = { name: 'ann', password: 'open sesame' };
const certificate = makeCertificate({ subject: 'mail', names: ['localhost'] });
const servers: MailServer[] = [];
let files: CertificateFiles;

beforeAll(() => {
  files = writeCertificate(certificate);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});
afterAll(() => files.remove());

async function running(start: Promise<MailServer>): Promise<MailServer> {
  const server = await start;
  servers.push(server);
  return server;
}

it('tells what a server is and what will be used of it, in words and as JSON', async () => {
  const tls = { ...files, mode: 'implicit' } as const;
  const mailboxes = { Gesendet: '\\Sent' };
  const server = await running(
    startDovecot({ users: [ANN], tls, mailboxes, quota: { storageKilobytes: 10_000 } }),
  );
  const plain = await running(startDovecot({ users: [ANN] }));
  const env = { MAILFERRY_PASSWORD: ANN.password };
  const url = `imaps://ann@localhost:${server.port}`;

  const distrusted = await runProgram(['check', url], env);
  expect(distrusted.exitCode).toBe(4);
  const seen = /[0-9A-F]{2}(?::[0-9A-F]{2}){31}/.exec(distrusted.stderr)?.[0] ?? '';

  expect(distrusted.stderr).toMatch(/^ {2}fix: .* --ca FILE or --fingerprint SHA256$/m);

  const other = await runProgram(['check', url, '--fingerprint', 'ab'.repeat(32)], env);
  expect(other.exitCode).toBe(4);
  expect(other.stderr).toMatch(new RegExp(`^  seen: .* has the SHA-256 fingerprint ${seen}$`, 'm'));
  expect(other.stderr).toMatch(/^ {2}wanted: the one that was given, AB(?::AB){31}$/m);
  expect(other.stderr.match(/wanted/g)).toHaveLength(1);
  expect(distrusted.stderr + other.stderr).not.toContain('--source');

  const told = await runProgram(['check', url, '--fingerprint', seen], env);
  expect(told.stderr).toBe('');
  expect(told.exitCode).toBe(0);
  expect(told.stdout).toContain('TLS from the first octet');
  expect(told.stdout).toContain(`SHA256 ${seen}`);
  expect(told.stdout).toMatch(/quota +0 B of 9\.8 MiB/);
  expect(told.stdout).toMatch(/role sent +Gesendet/);
  expect(told.stdout).toMatch(/QRESYNC/);
  expect(told.stdout).toMatch(/new mailboxes +are made without a role/);
  expect(told.stdout).toMatch(/copied mail +is not known/);
  expect(told.stdout).toMatch(/searches +are answered in ranges/);
  expect(told.stdout).not.toContain(ANN.password);

  await fillAccount(
    loginOf(plain),
    generateAccount({ seed: 'check', messages: 40, mailboxes: 4, maxSizeBytes: 9000 }),
  );
  const json = await runProgram(['check', `imap://ann@localhost:${plain.port}?tls=none`, '--json'], env);
  const facts = json.stdout.split('\n').find((line) => line.includes('"type":"account"')) ?? '{}';
  expect(JSON.parse(facts)).toMatchObject({
    messages: 40,
    tls: null,
    security: 'none',
    features: { qresync: true },
  });
  expect(JSON.parse(facts).sizeBytes).toBeGreaterThan(40 * 100);
});

it('tells what a server lacks', async () => {
  const server = await running(startCourier({ users: [ANN] }));
  const passwordFile = `${server.rootDir}/password`;
  writeFileSync(passwordFile, `${ANN.password}\n`, { mode: 0o600 });
  const url = `imap://ann@127.0.0.1:${server.port}?tls=none`;
  const { exitCode, stdout } = await runProgram(['check', url, '--password-file', passwordFile]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('no mod-sequences');
  expect(stdout).toMatch(/renames +are known by UIDVALIDITY/);
  expect(stdout).toContain('prefix "INBOX."');
  expect(stdout).toContain('size not told');
});
