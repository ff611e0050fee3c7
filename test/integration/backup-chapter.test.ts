import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FillableMailbox, fillAccount, generateAccount } from '../support/accounts/index.js';
import { makeAuthority, makeCertificate, writeCertificate } from '../support/certificates/index.js';
import { assertSameAccounts, readAccount } from '../support/compare/index.js';
import { type Block, blocksOf, isAsShown, stepsOf, TerminalSession } from '../support/documents/index.js';
import { type AccountLogin, loginOf, type RawImap, withLogin } from '../support/imap-client/index.js';
import { type Packages, provision, startDovecot } from '../support/servers/index.js';
import { killServer } from '../support/servers/reaping.js';
import { register, unregister } from '../support/servers/registry.js';
import { makeRunFolder } from '../support/servers/run-folder.js';
import { makeTestFolder } from '../support/test-folder.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(ROOT, 'bin/mailferry.js');
const CHAPTER = readFileSync(join(ROOT, 'docs/backup.md'), 'utf8');
const HOSTED = 'mail.example.net';
const NEW = 'new.example.com';
/** Where the chapter's Dovecot listens by itself. */
const STORE = '127.0.0.1:10143';
const HOME = '/home/ann';

const MAILBOXES = [
  ['INBOX', 52],
  ['Archive', 24],
  ['Drafts', 2],
  ['Projects/Garden', 12],
  ['Sent', 16],
] as const;

/** The chapter's computer: a home folder with a clone of mailferry, Dovecot installed, and two hosted accounts. */
interface World {
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly hosted: AccountLogin;
  readonly fresh: AccountLogin;
  readonly store: (user: string) => AccountLogin;
  readonly asInChapter: (line: string) => string;
  readonly stop: () => Promise<void>;
}

async function startWorld(): Promise<World> {
  const packages = await provision();
  const authority = makeAuthority();
  const names = ['localhost', '127.0.0.1'];
  const certificate = writeCertificate(makeCertificate({ subject: 'mail', names, issuer: authority }));
  const tls = { ...certificate, mode: 'implicit' as const };
  const users = [{ name: 'ann', password: 'an app password' }];
  const mailboxes = { Sent: '\\Sent', Drafts: '\\Drafts', Archive: '\\Archive' };
  const hosted = await startDovecot({ users, mailboxes, tls, mailFormat: 'sdbox' });
  const fresh = await startDovecot({ users, mailboxes, tls, mailFormat: 'sdbox' });
  const home = makeRunFolder();
  const record = { kind: 'dovecot', folders: [home], packages: packages.root, sessions: [] };
  register(record);
  const port = await freePort();
  const hosts = {
    [HOSTED]: `localhost:${hosted.port}`,
    [NEW]: `127.0.0.1:${fresh.port}`,
    [STORE]: `127.0.0.1:${port}`,
  };
  furnish(home, packages, port);
  writeFileSync(join(home, '.ca.pem'), authority.cert);
  writeMailferry(home, hosts);
  const trust = { tls: { ca: authority.cert, servername: 'localhost' } };
  const hostedLogin = { ...loginOf(hosted), ...trust };
  await fillAccount(hostedLogin, { mailboxes: mail() });
  const env = { PATH: `${join(home, '.bin')}:${process.env['PATH'] ?? ''}`, HOME: home };
  return {
    home,
    env,
    hosted: hostedLogin,
    fresh: { ...loginOf(fresh), ...trust },
    store: (user) => {
      const password = readFileSync(join(home, 'mail-backup/password'), 'utf8').trim();
      return { host: '127.0.0.1', port, user, password };
    },
    asInChapter: (line) => renamed(line, home, hosts),
    stop: async () => {
      spawnSync(join(home, 'mailferry/docker/dovecot-backup/stop.sh'), [join(home, 'mail-backup')], { env });
      await Promise.all([hosted.stop(), fresh.stop()]);
      certificate.remove();
      // Whatever a test that failed has left.
      killServer(record);
      unregister(record);
    },
  };
}

/** What the reader has before the chapter begins, and what is typed into files in it. */
function furnish(home: string, { root, libraryPath }: Packages, port: number): void {
  const bin = join(home, '.bin');
  mkdirSync(bin);
  symlinkSync(ROOT, join(home, 'mailferry'));
  for (const [program, file] of [
    ['dovecot', 'usr/sbin/dovecot'],
    ['doveadm', 'usr/bin/doveadm'],
  ] as const) {
    const lines = ['#!/bin/sh', `LD_LIBRARY_PATH=${libraryPath} exec ${join(root, file)} "$@"`];
    writeScript(join(bin, program), lines);
  }
  const store = join(home, 'mail-backup');
  mkdirSync(store);
  // Not the port everybody uses, and libraries that are nowhere else on this machine.
  writeFileSync(join(store, 'port'), `${port}\n`);
  writeFileSync(join(store, 'local.conf'), `import_environment = LD_LIBRARY_PATH=${libraryPath}\n`);
  for (const name of ['hosted.password', 'new.password']) {
    writeFileSync(join(store, name), 'an app password\n', { mode: 0o600 });
  }
}

/** The program, which takes the chapter's hosts for the servers of this test. */
function writeMailferry(home: string, hosts: Readonly<Record<string, string>>): void {
  const ca = join(home, '.ca.pem');
  // One connection does one mailbox after the other, so that the order of what is printed is always the same.
  const run = ['--connections', '1', '--state-dir', join(home, 'state')];
  writeScript(join(home, '.bin/mailferry'), [
    `#!${process.execPath}`,
    `const hosts = ${JSON.stringify(hosts)}, run = ${JSON.stringify(run)}, ca = ${JSON.stringify(ca)};`,
    'const real = (text) => Object.entries(hosts).reduce((all, [name, host]) => all.replace(name, host), text);',
    'const [verb, ...args] = process.argv.slice(2);',
    'const trust = (url, option) => (url.startsWith("imaps") ? [option, ca] : []);',
    'const carried = () => [...trust(args[0], "--source-ca"), ...trust(args[1], "--destination-ca"), ...run];',
    'const more = verb === "check" ? trust(args[0], "--ca") : carried();',
    'process.argv.splice(2, Infinity, verb, ...args.map(real), ...more);',
    `void import(${JSON.stringify(PROGRAM)});`,
  ]);
}

function renamed(line: string, home: string, hosts: Readonly<Record<string, string>>): string {
  const plain = line.replace(/ --(?:source-ca|destination-ca|ca|state-dir|connections) \S+/g, '');
  const [, port] = (hosts[STORE] ?? '').split(':');
  return Object.entries(hosts)
    .reduce((text, [name, host]) => text.replaceAll(host, name), plain)
    .replaceAll(home, HOME)
    .replaceAll(`port ${port}`, 'port 10143');
}

function writeScript(file: string, lines: readonly string[]): void {
  writeFileSync(file, `${lines.join('\n')}\n`);
  chmodSync(file, 0o755);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

function mail(): FillableMailbox[] {
  const total = MAILBOXES.reduce((sum, [, messages]) => sum + messages, 0);
  const options = { messages: total, maxSizeBytes: 200_000, deleted: false, keywords: false };
  const generated = generateAccount({ seed: 'hosted', ...options, duplicates: false });
  const messages = generated.mailboxes.flatMap((mailbox) => mailbox.messages);
  return MAILBOXES.map(([name, count]) => ({
    path: name.split('/'),
    subscribed: true,
    messages: messages.splice(0, count),
  }));
}

const removed = (mailbox: string, uids: string) => async (imap: RawImap) => {
  await imap.run([`SELECT ${mailbox}`]);
  await imap.run([`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`]);
  await imap.run([`UID EXPUNGE ${uids}`]);
};

const inbox = (seed: string, count: number): FillableMailbox => {
  const { mailboxes } = generateAccount({ seed, messages: count, deleted: false });
  return { path: ['INBOX'], subscribed: true, messages: mailboxes.flatMap(({ messages }) => messages) };
};

/** What ann does with her mail before a part of the chapter, by its heading. */
const LIFE: Readonly<Record<string, (world: World) => Promise<void>>> = {
  'Every day': async ({ hosted }) => {
    await fillAccount(hosted, { mailboxes: [inbox('new', 1)] });
    await withLogin(hosted, {}, async (imap) => {
      await imap.run(['SELECT INBOX']);
      await imap.run(['UID STORE 1:3 +FLAGS.SILENT (\\Seen \\Flagged)']);
      await imap.run(['UID MOVE 4:5 Archive']);
    });
    await withLogin(hosted, {}, removed('Sent', '1'));
  },
  'It was a mistake': ({ hosted }) => withLogin(hosted, {}, removed('INBOX', '6:45')),
  'It was meant': ({ hosted }) => withLogin(hosted, {}, removed('INBOX', '46:75')),
  'Mail that was there before': async ({ store }) => {
    await fillAccount(store('old'), { mailboxes: [inbox('before', 3)] });
  },
};

function blockOf(file: string): Block {
  const block = blocksOf(CHAPTER).find((candidate) => candidate.file === file);
  if (!block) throw new Error(`the chapter has no ${file}`);
  return block;
}

/** The fenced blocks of the chapter with the heading each stands under. */
function parts(): { heading: string; blocks: Block[] }[] {
  const starts = [...CHAPTER.matchAll(/^#+ (.*)$/gm)];
  const lines = CHAPTER.split('\n');
  const headings = starts
    .map(({ index, 1: heading = '' }) => ({ heading, line: CHAPTER.slice(0, index).split('\n').length }))
    // A comment in a script is no heading.
    .filter(({ line }) => lines.slice(0, line).filter((text) => text.startsWith('```')).length % 2 === 0);
  return headings.map(({ heading, line }, at) => {
    const end = headings[at + 1]?.line ?? lines.length + 1;
    const blocks = blocksOf(CHAPTER).filter(({ lineNumber }) => lineNumber > line && lineNumber < end);
    return { heading, blocks };
  });
}

describe('the chapter about a first backup', () => {
  let world: World;
  const run = (command: string) =>
    new TerminalSession({ folder: world.home, env: world.env, answer: () => undefined }).run(command);

  beforeAll(async () => {
    world = await startWorld();
  });

  afterAll(() => world.stop());

  it.each(parts().filter(({ blocks }) => blocks.some(({ language }) => language === 'console')))(
    'shows under $heading what its commands print',
    async ({ heading, blocks }) => {
      await LIFE[heading]?.(world);
      const session = new TerminalSession({ folder: world.home, env: world.env, answer: () => undefined });
      for (const block of blocks) {
        const { file, language, lines } = block;
        if (file?.endsWith('.sh') === true) writeScript(join(world.home, file), lines);
        else if (language === 'console')
          for (const step of stepsOf(block)) await follow(step, session, world);
      }
    },
  );

  it('has then made backup, provider and restored account the same', async () => {
    const { exitCode } = await run('sh backup.sh -q');
    expect(exitCode).toBe(0);
    const backup = await readAccount(world.store('ann'));
    assertSameAccounts(await readAccount(world.hosted), backup);
    assertSameAccounts(backup, await readAccount(world.fresh));
  });

  it('keeps the password to its owner and the port to this computer', () => {
    expect(statSync(join(world.home, 'mail-backup/password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(world.home, 'mail-backup/dovecot.conf'), 'utf8')).toContain(
      'listen = 127.0.0.1\n',
    );
  });

  it('has a line for cron that runs with what cron gives it, and says nothing when all is well', async () => {
    const [, line = ''] = blockOf('crontab').lines;
    const command = line.split(' ').slice(5).join(' ');
    const path = `PATH=${join(world.home, '.bin')}:/usr/bin:/bin`;
    const { exitCode, printed } = await run(`env -i HOME="$HOME" ${path} sh -c '${command}'`);
    expect({ exitCode, printed }).toEqual({ exitCode: 0, printed: [''] });
  });

  it('has a systemd service whose command finds accounts and passwords where systemd puts them', async () => {
    const unit = readFileSync(join(ROOT, 'docs/backup/mailferry-backup@.service'), 'utf8');
    const [, start = ''] = /^ExecStart=((?:.*\\\n)*.*)$/m.exec(unit) ?? [];
    const environment = readFileSync(join(ROOT, 'docs/backup/example.env'), 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => `export ${line.replace('=', '="')}"`);
    await run('mkdir credentials && cp mail-backup/hosted.password credentials/source');
    await run('cp mail-backup/password credentials/destination');
    const given = [
      'export CREDENTIALS_DIRECTORY="$HOME/credentials"',
      'export STATE_DIRECTORY="$HOME/state"',
    ];
    const { exitCode, printed } = await run([...environment, ...given, start].join('\n'));
    expect(printed.join('\n')).toContain('Complete: nothing to copy or remove; looked at 5 mailboxes');
    expect(exitCode).toBe(0);
  });

  it('undoes what a mail program does to the backup, or leaves it alone on demand', async () => {
    await fillAccount(world.store('ann'), { mailboxes: [inbox('drift', 1)] });
    expect((await run('sh backup.sh -q --on-drift stop')).exitCode).toBe(6);
    expect((await run('sh backup.sh -q')).exitCode).toBe(0);
    assertSameAccounts(await readAccount(world.hosted), await readAccount(world.store('ann')));
  });

  it('sends nothing again when the state is lost, and asks about what has gone since', async () => {
    await withLogin(world.hosted, {}, removed('Archive', '1'));
    const { exitCode, printed } = await run('rm -r state && sh backup.sh');
    expect(exitCode).toBe(6);
    expect(printed.join('\n')).toContain('the destination has one message, there before the first backup');
    expect((await run('sh backup.sh -q --remove-foreign')).exitCode).toBe(0);
    assertSameAccounts(await readAccount(world.hosted), await readAccount(world.store('ann')));
  });

  it('needs no root for its Dovecot', async ({ onTestFailed }) => {
    const folder = join(world.home, 'rootless');
    onTestFailed(() => console.error(readFileSync(join(folder, 'log'), 'utf8')));
    await run(`cp -r mailferry/docker/dovecot-backup scripts && chmod -R a+rX scripts`);
    await run(`install -d -o games rootless && cp mail-backup/local.conf rootless/`);
    const as = `setpriv --reuid games --regid games --clear-groups scripts`;
    const started = await run(`${as}/start.sh rootless ${await freePort()}`);
    expect(started.printed[0]).toMatch(/^Dovecot is ready on 127\.0\.0\.1, port \d+$/);
    const login = { ...world.store('ann'), port: Number(readFileSync(join(folder, 'port'), 'utf8')) };
    const password = readFileSync(join(folder, 'password'), 'utf8').trim();
    expect((await readAccount({ ...login, password })).mailboxes.map(({ path }) => path)).toEqual([
      ['INBOX'],
    ]);
    expect((await run(`${as}/stop.sh rootless`)).printed).toEqual(['Dovecot has stopped']);
  });
});

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

describe.skipIf(!hasSystemd)('the systemd units of the chapter', () => {
  it('are found correct by systemd', () => {
    const folder = makeTestFolder('units');
    try {
      const files = readdirSync(join(ROOT, 'docs/backup')).filter((name) => name.startsWith('mailferry-'));
      const units = files.map((name) => {
        const text = readFileSync(join(ROOT, 'docs/backup', name), 'utf8');
        const unit = join(folder, name.replace('@', '@ann'));
        writeFileSync(unit, text.replaceAll('/opt/mailferry', ROOT.replace(/\/$/, '')));
        return unit;
      });
      const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
      expect(stdout + stderr).toBe('');
      expect(units).toHaveLength(3);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

type Step = ReturnType<typeof stepsOf>[number];

async function follow(step: Step, session: TerminalSession, world: World): Promise<void> {
  const { printed } = await session.run(step.command);
  const lines = printed.join('\n') === '' ? [] : printed.map((line) => world.asInChapter(line));
  // What surrounds the lines of a terminal is not kept.
  const [first = '', ...rest] = step.output;
  if (isAsShown(step.output.length === 0 ? [] : [first.trimStart(), ...rest], lines)) return;
  // Fails, and shows where the two part.
  expect.soft(lines.join('\n'), `line ${step.lineNumber}: ${step.command}`).toBe(step.output.join('\n'));
}
