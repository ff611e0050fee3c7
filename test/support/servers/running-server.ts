import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MailAccount, MailServer, ServerFacts, ServerKind } from './mail-server.js';
import { anyListensOn, readProcess } from './processes.js';
import { freePort, readGreeting } from './ready.js';
import { killProcesses, processesOf, type ServerRecord } from './reaping.js';
import { register, save, unregister } from './registry.js';

/** One program of a server; it stays in the foreground and leads a session of its own. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Takes what the program writes to its standard output and error. */
  readonly logFile: string;
}

/** What one kind of server has to say about itself; the rest is the same for all. */
export interface ServerDriver {
  readonly kind: ServerKind;
  readonly facts: ServerFacts;
  /** The first is the server's root folder. */
  readonly folders: readonly string[];
  readonly packagesRoot: string;
  readonly logFiles: readonly string[];
  /** It speaks TLS from the first octet. */
  readonly secure: boolean;
  /** Writes the configuration and names the programs to start, in this order. */
  prepare(port: number): readonly Program[];
  addUser(account: MailAccount): Promise<void>;
  /** Waits until a server that runs already knows whom it was told of last; absent where it asks every time. */
  readonly noticeUser?: () => Promise<void>;
}

const READY_WITHIN_MS = 30_000;
const POLL_MS = 5;
const LOG_TAIL_CHARS = 4_000;
const PORT_ATTEMPTS = 5;

type Readiness = 'ready' | 'port-taken';

/** Starts a server and waits until it greets. */
export async function launch(driver: ServerDriver, users: readonly MailAccount[]): Promise<MailServer> {
  const server = new RunningServer(driver);
  try {
    // Before it starts, so that it knows them all from the beginning.
    for (const account of users) await server.enter(account);
    await server.startSomewhere();
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class RunningServer implements MailServer {
  readonly host = '127.0.0.1';
  readonly #driver: ServerDriver;
  readonly #record: ServerRecord;
  readonly #users: MailAccount[] = [];
  #children: ChildProcess[] = [];
  #port = 0;

  constructor(driver: ServerDriver) {
    this.#driver = driver;
    this.#record = {
      kind: driver.kind,
      folders: driver.folders,
      packages: driver.packagesRoot,
      sessions: [],
    };
    register(this.#record);
  }

  get kind(): ServerKind {
    return this.#driver.kind;
  }

  get port(): number {
    return this.#port;
  }

  get users(): readonly MailAccount[] {
    return this.#users;
  }

  get facts(): ServerFacts {
    return this.#driver.facts;
  }

  get rootDir(): string {
    return this.#driver.folders[0] ?? '';
  }

  /** Between finding a free port and listening on it somebody else may have taken it. */
  async startSomewhere(): Promise<void> {
    for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt += 1) {
      this.#port = await freePort();
      if ((await this.#start()) === 'ready') return;
    }
    throw this.#failure('finds every port taken');
  }

  /** Writes somebody down as a user. */
  async enter(account: MailAccount): Promise<void> {
    await this.#driver.addUser(account);
    this.#users.push(account);
  }

  async addUser(name: string, password: string): Promise<void> {
    await this.enter({ name, password });
    await this.#driver.noticeUser?.();
  }

  pids(): number[] {
    return processesOf(this.#record).map(({ pid }) => pid);
  }

  logTail(): string {
    return this.#driver.logFiles.map(readOrEmpty).join('').slice(-LOG_TAIL_CHARS);
  }

  down(): void {
    killProcesses(this.#record);
    this.#children = [];
    this.#record.sessions.length = 0;
    save();
  }

  async up(): Promise<void> {
    if ((await this.#start()) !== 'ready') throw this.#failure(`finds its port ${this.#port} taken`);
  }

  async stop(): Promise<void> {
    this.down();
    for (const folder of this.#driver.folders) await rm(folder, { recursive: true, force: true });
    unregister(this.#record);
  }

  async #start(): Promise<Readiness> {
    for (const program of this.#driver.prepare(this.#port)) this.#spawn(program);
    save();
    const readiness = await this.#waitUntilReady();
    if (readiness !== 'ready') this.down();
    return readiness;
  }

  #spawn(program: Program): void {
    const log = openSync(program.logFile, 'a');
    const child = spawn(program.file, program.args, {
      cwd: program.cwd,
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...program.env },
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    child.on('error', () => undefined);
    child.unref();
    this.#children.push(child);
    const { pid } = child;
    if (pid === undefined) throw this.#failure(`cannot run ${program.file}`);
    this.#record.sessions.push({ pid, startTime: readProcess(pid)?.startTime ?? 0 });
  }

  async #waitUntilReady(): Promise<Readiness> {
    const deadline = performance.now() + READY_WITHIN_MS;
    for (;;) {
      const ended = this.#children.some((child) => child.exitCode !== null || child.signalCode !== null);
      const late = performance.now() > deadline;
      if ((ended || late) && this.#portIsTaken()) return 'port-taken';
      if (ended) throw this.#failure('ended at once');
      if (late) throw this.#failure('does not greet');
      const greeting = await this.#greeting();
      // Somebody else may have taken the port and greet in its place.
      if (greeting !== undefined) return anyListensOn(this.pids(), this.#port) ? 'ready' : 'port-taken';
      await sleep(POLL_MS);
    }
  }

  async #greeting(): Promise<string | undefined> {
    try {
      return await readGreeting(this.#port, this.#driver.secure, READY_WITHIN_MS);
    } catch (error) {
      throw this.#failure(`gives no greeting (${String(error)})`);
    }
  }

  #portIsTaken(): boolean {
    return /address already in use/i.test(this.logTail());
  }

  #failure(what: string): Error {
    return new Error(`${this.kind} in ${this.rootDir} ${what}. The end of its log:\n${this.logTail()}`);
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
