import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FillableMailbox, fillAccount, generateAccount } from '../accounts/index.js';
import { makeAuthority, makeCertificate, writeCertificate } from '../certificates/index.js';
import { type AccountLogin, loginOf } from '../imap-client/index.js';
import { type MailServer, startDovecot } from '../servers/index.js';
import { makeTestFolder } from '../test-folder.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const USERS = ['ann', 'bob', 'eve'];
const OLD_HOST = 'old.example.net';
const NEW_HOST = 'new.example.com';

/** Of ann's mail at the old server: mailbox, messages, subscribed. */
const MAILBOXES = [
  ['INBOX', 52, true],
  ['Drafts', 3, true],
  ['Gesendet', 31, true],
  ['Projects', 0, true],
  ['Projects/Garden', 12, true],
  ['Projects/Über uns', 8, false],
] as const;

/** The world of the documents: two servers with ann, bob and eve on each, a folder to work in and a `mailferry` to call. */
export interface TwoServers {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  old(user: string): AccountLogin;
  fresh(user: string): AccountLogin;
  /** The password that `Password of …` asks for. */
  answer(question: string): string | undefined;
  /** What was printed, with the names that the documents use. */
  asInDocuments(printed: readonly string[]): string[];
  stop(): Promise<void>;
}

export async function startTwoServers(): Promise<TwoServers> {
  const authority = makeAuthority();
  const certificate = writeCertificate(
    makeCertificate({ subject: 'mail server', names: ['localhost', '127.0.0.1'], issuer: authority }),
  );
  const tls = { ...certificate, mode: 'implicit' as const };
  const old = await startDovecot({
    users: accounts('old'),
    separator: '.',
    prefix: 'INBOX.',
    mailboxes: { Gesendet: '\\Sent', Drafts: '\\Drafts' },
    tls,
  });
  const fresh = await startDovecot({
    users: accounts('new'),
    mailFormat: 'sdbox',
    mailboxes: { Sent: '\\Sent', Drafts: '\\Drafts' },
    tls,
  });
  const folder = makeTestFolder('documents');
  const caFile = join(folder, '.ca.pem');
  writeFileSync(caFile, authority.cert);
  // Two names for this machine, so that a host without its port can be told apart too.
  const hosts = { [OLD_HOST]: `localhost:${old.port}`, [NEW_HOST]: `127.0.0.1:${fresh.port}` };
  writeProgram(folder, hosts, caFile);
  writeSecrets(folder);
  const login = (server: MailServer, user: string): AccountLogin => ({
    ...loginOf(server, user),
    tls: { ca: authority.cert, servername: 'localhost' },
  });
  await Promise.all(USERS.map((user) => fillAccount(login(old, user), { mailboxes: mail(user) })));
  const { PATH = '' } = process.env;
  return {
    folder,
    env: { PATH: `${join(folder, '.bin')}:${PATH}`, HOME: folder },
    old: (user) => login(old, user),
    fresh: (user) => login(fresh, user),
    answer: (question) => {
      const server = [old, fresh].find(({ port }) => question.endsWith(`:${port}`));
      return server?.users.find(({ name }) => question.includes(` ${name}@`))?.password;
    },
    asInDocuments: (printed) => printed.map((line) => renamed(line, hosts)),
    stop: async () => {
      await Promise.all([old.stop(), fresh.stop()]);
      certificate.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function accounts(where: string): { name: string; password: string }[] {
  return USERS.map((name) => ({ name, password: `${name} at the ${where} server` }));
}

function mail(user: string): FillableMailbox[] {
  const total = MAILBOXES.reduce((sum, [, messages]) => sum + messages, 0);
  const generated = generateAccount({ seed: user, messages: total, maxSizeBytes: 400_000, deleted: false });
  const messages = generated.mailboxes.flatMap((mailbox) => mailbox.messages);
  return MAILBOXES.map(([name, count, subscribed]) => ({
    path: name.split('/'),
    subscribed,
    messages: messages.splice(0, count),
  }));
}

/**
 * The `mailferry` that the commands of the documents find: the built one, which takes the documents' hosts for the
 * servers of this test, trusts their authority and keeps its state in `state/` of the folder. Of npm they use `npm run demo`.
 */
function writeProgram(folder: string, hosts: Readonly<Record<string, string>>, caFile: string): void {
  const bin = join(folder, '.bin');
  // One connection does one mailbox after the other, so that the order of what is printed is always the same.
  const between = [
    '--source-ca',
    caFile,
    '--destination-ca',
    caFile,
    ...stateDir(folder),
    '--connections',
    '1',
  ];
  const more = {
    copy: between,
    backup: between,
    mirror: between,
    check: ['--ca', caFile],
  };
  const lines = [
    `#!${process.execPath}`,
    `const hosts = ${JSON.stringify(hosts)}, more = ${JSON.stringify(more)};`,
    'const real = (text) => Object.entries(hosts).reduce((all, [name, host]) => all.replace(name, host), text);',
    'const args = process.argv.slice(2);',
    'process.argv.splice(2, args.length, ...args.map(real), ...(more[args[0]] ?? []));',
    `void import(${JSON.stringify(join(ROOT, 'bin/mailferry.js'))});`,
  ];
  mkdirSync(bin);
  // What it starts has to find the real npm.
  const demo = `cd '${ROOT}' && PATH='${process.env['PATH'] ?? ''}' exec '${process.execPath}' test/demo.js`;
  writeScript(join(bin, 'npm'), ['#!/bin/sh', demo]);
  writeScript(join(bin, 'mailferry'), lines);
}

function writeScript(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.join('\n'));
  chmodSync(file, 0o755);
}

function stateDir(folder: string): string[] {
  return ['--state-dir', join(folder, 'state')];
}

/** What is in the folder `secrets` of the documents; eve's new password is not the right one. */
function writeSecrets(folder: string): void {
  mkdirSync(join(folder, 'secrets'), { mode: 0o700 });
  for (const where of ['old', 'new']) {
    for (const { name, password } of accounts(where)) {
      const secret = name === 'eve' && where === 'new' ? 'a mistake' : password;
      writeFileSync(join(folder, 'secrets', `${name}.${where}`), `${secret}\n`, { mode: 0o600 });
    }
  }
}

/** Takes back what the `mailferry` of this test did to its arguments. */
function renamed(line: string, hosts: Readonly<Record<string, string>>): string {
  const named = Object.entries(hosts).reduce((text, [name, host]) => {
    const bare = new RegExp(`\\b${host.replace(/:.*/, '').replaceAll('.', '\\.')}(?!:\\d)`, 'g');
    return text.replaceAll(host, name).replaceAll(host.replace(':', '_'), name).replace(bare, name);
  }, line);
  return named.replace(/ --(?:source-ca|destination-ca|ca|state-dir|connections) \S+/g, '');
}
