import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startProxy } from '../support/proxy/index.js';
import {
  GMAIL_CAPABILITY,
  type MailServer,
  reap,
  startCourier,
  startCyrus,
  startDovecot,
} from '../support/servers/index.js';
import { commandLineOf, listProcesses, readProcess } from '../support/servers/processes.js';
import { registryFolder } from '../support/servers/registry.js';

const USERS = [{ name: 'ann@example.com', password: 'pa:ss "1' }];
const MESSAGE = 'From: a@example.com\r\nSubject: hello\r\n\r\nbody\r\n';

const servers: MailServer[] = [];
const sessions: Session[] = [];
const children: ChildProcess[] = [];

afterEach(async () => {
  for (const session of sessions.splice(0)) session.socket.destroy();
  for (const child of children.splice(0)) child.kill('SIGTERM');
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

it('starts all three at once, serves mail and leaves nothing behind', async () => {
  servers.push(
    ...(await Promise.all([
      startDovecot({ users: USERS, separator: '/', prefix: 'INBOX/', capability: GMAIL_CAPABILITY }),
      startDovecot({ users: USERS, mailFormat: 'mdbox' }),
      startCyrus({ users: USERS }),
      startCourier({ users: USERS }),
      startCourier({ users: USERS }),
    ])),
  );
  expect(new Set(servers.map(({ port }) => port)).size).toBe(servers.length);
  for (const server of servers) await expectToServe(server);
  const pids = servers.flatMap((server) => server.pids());
  const roots = servers.map(({ rootDir }) => rootDir);
  for (const server of servers) await server.stop();
  expect(pids.filter(isRunning)).toEqual([]);
  expect(roots.filter(existsSync)).toEqual([]);
  expect(ownRecords()).toEqual([]);
});

it('keeps the mail of a server that goes down and comes up again', async () => {
  for (const start of [startDovecot, startCyrus, startCourier]) {
    const server = await start({ users: USERS });
    servers.push(server);
    await append(await login(server));
    server.down();
    await expect(Session.open(server.port)).rejects.toThrow(/ECONNREFUSED/);
    await server.up();
    await server.addUser('bob', 'other');
    expect(await (await login(server)).say('c1 STATUS INBOX (MESSAGES)')).toContain('MESSAGES 1');
    await login(server, { name: 'bob', password: 'other' });
  }
});

it('makes mailboxes with a special use, a quota and a master user', async () => {
  const master = { name: 'boss', password: 'secret' };
  const mailboxes = { Sent: '\\Sent', 'My Trash': '\\Trash', Plain: '' };
  const dovecot = await startDovecot({ users: USERS, mailboxes, quota: { messages: 1 }, masterUser: master });
  const cyrus = await startCyrus({ users: USERS, mailboxes });
  servers.push(dovecot, cyrus);
  for (const server of [dovecot, cyrus]) {
    expect(server.facts.specialUse).toBe(true);
    const session = await login(server);
    const listing = await session.say('b1 LIST "" * RETURN (SPECIAL-USE)');
    expect(listing).toMatch(/LIST \([^)]*\\Sent\) \S+ Sent/i);
    expect(listing).toMatch(/LIST \([^)]*\\Trash\) \S+ "My Trash"/i);
    expect(listing).toMatch(/ Plain\r\n/);
  }
  const asAnn = await login(dovecot, { name: `${USERS[0]?.name ?? ''}*boss`, password: master.password });
  await append(asAnn);
  expect(await asAnn.append('c2')).toContain('c2 NO [OVERQUOTA]');
  expect(dovecot.facts.capabilities).toEqual(await capabilitiesOf(asAnn));
});

it('says why a server does not come up', async () => {
  const failure = await startDovecot({ extraConfig: 'no_such_setting = 1' }).catch(String);
  expect(failure).toMatch(/no_such_setting/);
  const rootDir = /\/(tmp|dev\/shm)\/mf-\w+/.exec(String(failure))?.[0] ?? '/';
  expect(existsSync(rootDir)).toBe(false);
  expect(listProcesses().filter(({ pid }) => commandLineOf(pid).includes(rootDir))).toEqual([]);
  expect(ownRecords()).toEqual([]);
});

it('stores a message after its client has come back when a proxy held its end back', async () => {
  const server = await startDovecot({ users: USERS });
  servers.push(server);
  const proxy = await startProxy({
    targetPort: server.port,
    rules: [{ on: { command: /APPEND/ }, do: { kind: 'hold-back' } }],
  });
  try {
    const first = await login({ port: proxy.port });
    await expect(first.append('b1')).rejects.toThrow(/closed/);
    const second = await login({ port: proxy.port });
    expect(await second.say('c1 STATUS INBOX (MESSAGES)')).toContain('MESSAGES 0');
    await proxy.release();
    expect(await second.say('c2 STATUS INBOX (MESSAGES)')).toContain('MESSAGES 1');
    expect(proxy.commands.some(({ line }) => line.includes('SELECT'))).toBe(false);
  } finally {
    await proxy.stop();
  }
});

it.each(['startDovecot', 'startCyrus', 'startCourier'])(
  'ends what a killed run left of %s, but no server of a living run',
  async (start) => {
    const mine = await startDovecot({ users: USERS });
    servers.push(mine);
    const run = await startAnotherRun(start);
    expect(run.pids.length).toBeGreaterThan(0);
    run.child.kill('SIGKILL');
    await once(run.child, 'exit');
    expect(run.pids.every(isRunning)).toBe(true);
    expect(reap()).toBe(1);
    expect(run.pids.filter(isRunning)).toEqual([]);
    expect(existsSync(run.rootDir)).toBe(false);
    await login(mine);
  },
);

it('ends its servers when its process ends by itself or by a signal', async () => {
  for (const ending of ['SIGTERM', 'SIGINT', 'exit'] as const) {
    const run = await startAnotherRun('startCourier');
    if (ending === 'exit') run.child.stdin?.end();
    else run.child.kill(ending);
    const [code, signal] = await once(run.child, 'exit');
    expect(ending === 'exit' ? code : signal).toBe(ending === 'exit' ? 0 : ending);
    expect(existsSync(run.rootDir)).toBe(false);
    expect(run.pids.filter(isRunning)).toEqual([]);
  }
});

async function expectToServe(server: MailServer): Promise<void> {
  const session = await login(server);
  const { facts } = server;
  expect(await capabilitiesOf(session)).toEqual(facts.capabilities);
  expect(await session.say('b1 NAMESPACE')).toContain(`NAMESPACE (("${facts.prefix}" "${facts.delimiter}"))`);
  await append(session);
  const selected = await session.say('b3 SELECT INBOX');
  expect(selected).toContain('* 1 EXISTS');
  expect(selected.includes('UIDNEXT')).toBe(facts.uidNextInSelect);
}

async function capabilitiesOf(session: Session): Promise<Set<string>> {
  const line = /CAPABILITY (.*)\r\n/.exec(await session.say('cap CAPABILITY'))?.[1] ?? '';
  return new Set(line.toUpperCase().split(' '));
}

async function append(session: Session): Promise<void> {
  expect(await session.append('app')).toContain('app OK');
}

async function login(server: { readonly port: number }, user = USERS[0]): Promise<Session> {
  const session = await Session.open(server.port);
  sessions.push(session);
  const quoted = user?.password.replaceAll('"', '\\"');
  expect(await session.say(`a1 LOGIN ${user?.name} "${quoted}"`)).toContain('a1 OK');
  return session;
}

function isRunning(pid: number): boolean {
  return readProcess(pid) !== undefined;
}

/** What the registry says of this process. */
function ownRecords(): string[] {
  return readdirSync(registryFolder()).filter((name) => name.startsWith(`${process.pid}-`));
}

interface AnotherRun {
  readonly child: ChildProcess;
  readonly rootDir: string;
  readonly pids: readonly number[];
}

/** Another process that starts a server and then waits until its standard input ends. */
async function startAnotherRun(start: string): Promise<AnotherRun> {
  const harness = new URL('../support/servers/index.ts', import.meta.url).href;
  const script = `
import { ${start} } from ${JSON.stringify(harness)};
const server = await ${start}({ users: [{ name: 'u', password: 'p' }] });
process.stdout.write(JSON.stringify({ rootDir: server.rootDir, pids: server.pids() }));
process.stdin.on('end', () => process.exit()).resume();`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  children.push(child);
  const said = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  const { rootDir, pids } = JSON.parse(String(said[0])) as { rootDir: string; pids: number[] };
  return { child, rootDir, pids };
}

/** One IMAP connection over a bare socket. */
class Session {
  readonly socket: Socket;
  #text = '';
  #closed = false;

  static async open(port: number): Promise<Session> {
    const session = new Session(connect(port, '127.0.0.1'));
    await once(session.socket, 'connect');
    await session.until(/^\* OK .*\r\n/);
    return session;
  }

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
    });
    socket.on('close', () => {
      this.#closed = true;
    });
  }

  /** @returns all that was said up to the answer to this command. */
  async say(command: string): Promise<string> {
    this.socket.write(`${command}\r\n`);
    return this.until(new RegExp(`(^|\n)${command.split(' ')[0]} [^\n]*\r\n$`));
  }

  async append(tag: string): Promise<string> {
    this.socket.write(`${tag} APPEND INBOX {${MESSAGE.length}}\r\n`);
    const answer = await this.until(new RegExp(`^(\\+|${tag}) .*\r\n$`, 'm'));
    return answer.includes(`${tag} `) ? answer : this.#sendBody(tag);
  }

  #sendBody(tag: string): Promise<string> {
    this.socket.write(`${MESSAGE}\r\n`);
    return this.until(new RegExp(`(^|\n)${tag} [^\n]*\r\n$`));
  }

  async until(wanted: RegExp): Promise<string> {
    while (!wanted.test(this.#text)) {
      if (this.#closed) throw new Error(`closed after: ${this.#text}`);
      await new Promise<void>((resolve) => {
        this.socket.once('data', resolve).once('close', resolve);
      });
    }
    const text = this.#text;
    this.#text = '';
    return text;
  }
}
