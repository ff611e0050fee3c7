import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { ImapAccountOptions } from '../options.js';
import { connectFailed } from './failures.js';
import { LastLines } from './last-lines.js';

/** How long a command may take to end by itself once its input has ended, and again once it was asked to. */
const GRACE_MS = 1000;
const POLL_MS = 20;

/** Passwords that were meant for this program are none of the command's business. */
const FORGET_PASSWORDS = 'unset MAILFERRY_PASSWORD MAILFERRY_SOURCE_PASSWORD MAILFERRY_DESTINATION_PASSWORD';

type Callback = (error?: Error | null) => void;

/**
 * A shell command as a connection: what is written goes to its stdin, what it prints is read. It leads a process
 * group of its own, which is ended with the stream, so that nothing it started stays behind. Without a controlling
 * terminal it cannot ask for anything. When the command ends first the stream ends with CONNECT_FAILED, which tells its
 * exit status and the last lines of its stderr.
 */
export class Tunnel extends Duplex {
  readonly #options: ImapAccountOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #stderr = new LastLines();
  #exit: string | null = null;
  #outputEnded = false;
  /** How often the end of stderr is still waited for: a process that goes on in the background may hold it open. */
  #patience = 10;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(options: ImapAccountOptions, command: string) {
    super({ allowHalfOpen: true });
    this.#options = options;
    this.#child = spawn('/bin/sh', ['-c', `${FORGET_PASSWORDS}\n${command}`], {
      stdio: 'pipe',
      detached: true,
    });
    this.#listen();
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Callback): void {
    // A command that is gone says why itself; a broken pipe says nothing.
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: Callback): void {
    this.#child.stdin.end(() => done());
    this.#endGroup(GRACE_MS);
  }

  override _destroy(error: Error | null, done: Callback): void {
    this.#child.stdin.destroy();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#endGroup(0);
    done(error);
  }

  /** A watchdog is for sockets; the login has a deadline of its own. */
  setTimeout(): this {
    return this;
  }

  #listen(): void {
    const { stdin, stdout, stderr } = this.#child;
    stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) stdout.pause();
    });
    stdout.once('end', () => {
      this.#outputEnded = true;
      this.#finish();
      // Whoever closes its output and goes on is not waited for.
      this.#endGroup(GRACE_MS);
    });
    stderr.on('data', (chunk: Buffer) => this.#stderr.add(chunk));
    stderr.once('end', () => {
      this.#patience = 0;
    });
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
    this.#child.once('error', (error) => {
      this.destroy(connectFailed(this.#options, `the command of the tunnel cannot be run: ${error.message}`));
    });
    this.#child.once('exit', (status, signal) => {
      this.#endGroup(0);
      this.#exit = status === null ? `signal ${signal}` : `exit status ${status}`;
      this.#finish();
    });
  }

  /** The end of what the command says, once it is known how it ended. */
  #finish(): void {
    if (this.#exit === null || !this.#outputEnded || this.destroyed) return;
    if (this.writableEnded) this.push(null);
    // What it said last, here and on stderr, is read before the error takes the stream away.
    else if (this.readableLength > 0 || this.#patience-- > 0) setTimeout(() => this.#finish(), POLL_MS);
    else this.destroy(this.#failure(this.#exit));
  }

  #failure(exit: string): Error {
    const said = this.#stderr.text;
    const message = `the command of the tunnel ended with ${exit}${said === '' ? '' : `; it said: ${said}`}`;
    return connectFailed(this.#options, message, {
      hint: 'run the command by hand: it must connect without asking for anything, and print what the IMAP server says and nothing else',
    });
  }

  /**
   * SIGTERM to the whole group after `graceMs`, SIGKILL some time later. Once its leader is gone and has been cleared up
   * after, its number may be somebody else's.
   */
  #endGroup(graceMs: number): void {
    if (this.#exit !== null) return;
    clearTimeout(this.#killTimer);
    const terminate = (): void => {
      if (!this.#signalGroup('SIGTERM')) return;
      // Keeps this process alive until it is done.
      this.#killTimer = setTimeout(() => this.#signalGroup('SIGKILL'), GRACE_MS);
    };
    if (graceMs === 0) terminate();
    else this.#killTimer = setTimeout(terminate, graceMs);
  }

  /** False when nobody is left in the group. */
  #signalGroup(signal: NodeJS.Signals): boolean {
    const { pid } = this.#child;
    if (pid === undefined) return false;
    try {
      process.kill(-pid, signal);
      return true;
    } catch {
      return false;
    }
  }
}
