import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailferryError } from '../../../src/errors.js';
import { accountIdentity } from '../../../src/state/account-identity.js';
import { openRouteState, type RouteState } from '../../../src/state/route-state.js';
import { makeTestFolder } from '../../support/test-folder.js';

const script = fileURLToPath(new URL('./lock-child.ts', import.meta.url));

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A process that opens routes when it is told to. */
class Opener {
  readonly #child: Child;
  readonly #lines: AsyncIterator<string>;

  constructor(stateDir: string, source: string, destination: string) {
    const args = ['--import', 'tsx', script, stateDir, source, destination];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async ready(): Promise<this> {
    expect(await this.#line()).toBe('ready');
    return this;
  }

  /** `open` or the code of the error. */
  async tryToOpen(): Promise<string> {
    this.#child.stdin.write('open\n');
    return this.#line();
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await ended;
  }

  async #line(): Promise<string> {
    const { value } = await this.#lines.next();
    return value ?? 'ended';
  }
}

let stateDir: string;
let openers: Opener[];

beforeEach(() => {
  stateDir = makeTestFolder('lock');
  openers = [];
});

afterEach(async () => {
  for (const opener of openers) await opener.kill();
  await rm(stateDir, { recursive: true, force: true });
});

function opener(source = 'ann', destination = 'bob'): Promise<Opener> {
  const one = new Opener(stateDir, source, destination);
  openers.push(one);
  return one.ready();
}

function openHere(source = 'ann', destination = 'bob'): Promise<RouteState> {
  const b = accountIdentity('mail.example.com', 993, destination);
  const a = accountIdentity('old.example.net', 993, source);
  const signal = new AbortController().signal;
  return openRouteState({ stateDir, a, b, writes: [b], command: 'mailferry copy', signal });
}

async function refusal(work: Promise<unknown>): Promise<MailferryError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MailferryError)) throw new Error(`not refused: ${error}`);
  return error;
}

async function lockFiles(): Promise<string[]> {
  const names = await readdir(stateDir, { recursive: true });
  return names.filter((name) => /\.(lock|sock)$/.test(name));
}

describe('the lock of a route', () => {
  it('is refused while its process lives, naming it, and taken over at once when that was killed', async () => {
    const holder = await opener();
    expect(await holder.tryToOpen()).toBe('open');
    const error = await refusal(openHere());
    expect([error.code, error.scope, error.retry]).toEqual(['STATE_LOCKED', 'run', 'later']);
    expect(error.message).toContain(`process ${holder.pid} on `);
    expect(error.message).toContain('mailferry copy ann');
    expect(error.message).toMatch(/since \d{4}-\d\d-\d\dT/);
    expect(error.hint).toContain(`kill ${holder.pid}`);
    await holder.kill();
    const state = await openHere();
    expect([...state.pairs()].map(({ names }) => names.a)).toEqual([`by ${holder.pid}`]);
    await state.close();
    expect(await lockFiles()).toEqual([]);
  });

  it('goes to exactly one of many that find it left behind', async () => {
    const dead = await opener();
    expect(await dead.tryToOpen()).toBe('open');
    await dead.kill();
    const rivals = await Promise.all([opener(), opener(), opener()]);
    const answers = await Promise.all(rivals.map((rival) => rival.tryToOpen()));
    expect(answers.sort()).toEqual(['STATE_LOCKED', 'STATE_LOCKED', 'open']);
  });

  it('does not let two routes write one account at once', async () => {
    const holder = await opener('ann', 'archive');
    expect(await holder.tryToOpen()).toBe('open');
    const error = await refusal(openHere('carol', 'archive'));
    expect(error.code).toBe('STATE_LOCKED');
    expect(error.message).toContain('the account archive@mail.example.com is in use');
    const elsewhere = await openHere('carol', 'bob');
    await elsewhere.close();
    await holder.kill();
    const state = await openHere('carol', 'archive');
    await state.close();
    // What the killed run left in the folder of its own route waits for whoever opens that.
    expect((await lockFiles()).filter((name) => !name.startsWith('ann@'))).toEqual([]);
  });

  it('is refused to a second opening by the same process, and free after closing', async () => {
    const state = await openHere();
    expect((await refusal(openHere())).code).toBe('STATE_LOCKED');
    await Promise.all([state.close(), state.close()]);
    await (await openHere()).close();
  });

  it('is given back when the state cannot be opened', async () => {
    const state = await openHere();
    await state.close();
    await rm(join(state.folder, 'journal.ndjson'));
    for (const _ of [1, 2]) expect((await refusal(openHere())).code).toBe('STATE_DAMAGED');
    expect(await lockFiles()).toEqual([]);
  });
});
