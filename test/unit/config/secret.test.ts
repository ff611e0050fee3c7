import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KnownSecrets } from '../../../src/config/known-secrets.js';
import type { SecretEnvironment, SecretSource } from '../../../src/config/secret.js';
import { secretOf } from '../../../src/config/secret.js';
import { MailferryError } from '../../../src/errors.js';
import { makeTestFolder } from '../../support/test-folder.js';

const folder = makeTestFolder('secret');
afterAll(() => rmSync(folder, { recursive: true }));

function environment(given: Partial<SecretEnvironment> = {}): SecretEnvironment {
  return {
    env: { PATH: process.env['PATH'] },
    mayAsk: true,
    prompt: null,
    onStderr: () => {},
    known: new KnownSecrets(),
    signal: new AbortController().signal,
    ...given,
  };
}

function source(given: Partial<SecretSource>): SecretSource {
  return { role: 'source', account: 'ann@mail.example.net', ...given };
}

function secretFile(text: string, mode = 0o600): string {
  const path = join(folder, `secret-${Math.random().toString(36).slice(2)}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

async function refusal(promise: Promise<unknown>): Promise<MailferryError> {
  const error = await promise.then(
    () => new Error('it was taken'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof MailferryError) return error;
  throw error;
}

describe('a password file', () => {
  it.each([
    ['correct horse\n', 'correct horse'],
    ['correct horse\r\n', 'correct horse'],
    ['correct horse', 'correct horse'],
    [' blank \n', ' blank '],
    ['pässwörd\n', 'pässwörd'],
  ])('%j gives %j', async (text, secret) => {
    expect(await secretOf(source({ file: secretFile(text) }), environment())()).toBe(secret);
  });

  it.each([
    ['open to everybody', secretFile('x\n', 0o644), /mode 644.*wanted/, /^chmod 600 /],
    ['writable by everybody', secretFile('x\n', 0o602), /mode 602/, /^chmod 600 /],
    ['missing', join(folder, 'none'), /no such file/, /--source-password-file/],
    ['a directory', folder, /mode|directory/, /./],
    ['empty', secretFile(''), /is empty/, /nothing but the password/],
    ['of an empty line', secretFile('\n'), /is empty/, /nothing but the password/],
    ['of several lines', secretFile('one\ntwo\n'), /has 2 lines/, /nothing but the password/],
    ['with a NUL', secretFile('a\0b\n'), /NUL/, /nothing but the password/],
  ])('is refused when it is %s', async (_what, file, seen, fix) => {
    const error = await refusal(secretOf(source({ file }), environment())());
    expect(error.code).toBe('SECRET_UNAVAILABLE');
    expect(error.message).toMatch(seen);
    expect(error.hint).toMatch(fix);
  });

  it('names the file in a way that a shell takes', async () => {
    const path = join(folder, "it's a file");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, 'x\n', { mode: 0o644 });
    const error = await refusal(secretOf(source({ file: path }), environment())());
    expect(error.hint).toContain(`chmod 600 '${folder}/it'\\''s a file'`);
  });
});

describe('a password command', () => {
  it('is run by the shell and gives its line', async () => {
    const command = 'printf "%s\\n" correct | tr c C';
    expect(await secretOf(source({ command }), environment())()).toBe('CorreCt');
  });

  it('is run once, however often the password is asked for', async () => {
    const counter = join(folder, 'counter');
    const command = `echo x >> '${counter}'; echo secret`;
    const password = secretOf(source({ command }), environment());
    expect(await Promise.all([password(), password(), password()])).toEqual(['secret', 'secret', 'secret']);
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(counter, 'utf8')).toBe('x\n');
  });

  it('is not run before the password is asked for', () => {
    secretOf(source({ command: `touch '${join(folder, 'touched')}'` }), environment());
    expect(() => chmodSync(join(folder, 'touched'), 0o600)).toThrow(/ENOENT/);
  });

  it('that fails says its exit status and what it complained of', async () => {
    let stderr = '';
    const onStderr = (text: string): void => {
      stderr += text;
    };
    const command = 'echo first >&2; echo "no such key" >&2; exit 3';
    const error = await refusal(secretOf(source({ command }), environment({ onStderr }))());
    expect(error.code).toBe('SECRET_UNAVAILABLE');
    expect(error.message).toContain('exit status 3; it said: no such key; wanted exit status 0');
    expect(error.hint).toContain('by hand');
    expect(stderr).toBe('first\nno such key\n');
  });

  it('that does not exist fails with the status of the shell', async () => {
    const error = await refusal(secretOf(source({ command: 'mailferry-no-such-command' }), environment())());
    expect(error.message).toContain('exit status 127');
  });

  it('that is killed says by what', async () => {
    const error = await refusal(secretOf(source({ command: 'kill -9 $$' }), environment())());
    expect(error.message).toContain('signal SIGKILL');
  });

  it.each([
    ['nothing', 'true', /is empty/],
    ['several lines', 'echo a; echo b', /has 2 lines/],
  ])('that prints %s is refused without repeating it', async (_what, command, seen) => {
    const error = await refusal(secretOf(source({ command }), environment())());
    expect(error.message).toMatch(seen);
    expect(error.hint).toContain('head -n 1');
  });

  it('does not see passwords meant for us', async () => {
    const env = { ...environment().env, MAILFERRY_SOURCE_PASSWORD: 'a', MAILFERRY_PASSWORD: 'b', KEPT: 'c' };
    const command = 'echo "[$MAILFERRY_SOURCE_PASSWORD$MAILFERRY_PASSWORD$KEPT]"';
    expect(await secretOf(source({ command }), environment({ env }))()).toBe('[c]');
  });

  it('ends when the run is interrupted', async () => {
    const abort = new AbortController();
    const promise = secretOf(source({ command: 'sleep 60' }), environment({ signal: abort.signal }))();
    const reason = new MailferryError({ code: 'INTERRUPTED', scope: 'run', retry: 'now', message: 'stop' });
    abort.abort(reason);
    expect(await refusal(promise)).toBe(reason);
  });
});

describe('a password', () => {
  it('comes from the variable of its side', async () => {
    const env = {
      MAILFERRY_SOURCE_PASSWORD: 's',
      MAILFERRY_DESTINATION_PASSWORD: 'd',
      MAILFERRY_PASSWORD: 'one',
    };
    const read = (role: SecretSource['role']): Promise<string> =>
      secretOf(source({ role }), environment({ env }))();
    expect(await Promise.all([read('source'), read('destination'), read('account')])).toEqual([
      's',
      'd',
      'one',
    ]);
  });

  it('from a file counts more than the variable', async () => {
    const env = { MAILFERRY_SOURCE_PASSWORD: 'variable' };
    const password = secretOf(source({ file: secretFile('file\n') }), environment({ env }));
    expect(await password()).toBe('file');
  });

  it('is asked for when nothing else gives it', async () => {
    const questions: string[] = [];
    const prompt = async (question: string): Promise<string> => {
      questions.push(question);
      return 'typed';
    };
    expect(await secretOf(source({}), environment({ prompt }))()).toBe('typed');
    expect(questions).toEqual(['Password of ann@mail.example.net: ']);
  });

  it('that was typed empty is refused', async () => {
    const error = await refusal(secretOf(source({}), environment({ prompt: async () => '' }))());
    expect(error.message).toContain('no password was typed');
  });

  it('that nothing gives is missed with all the ways to give it', async () => {
    const error = await refusal(secretOf(source({ role: 'destination' }), environment())());
    expect(error.code).toBe('SECRET_UNAVAILABLE');
    expect(error.hint).toContain('--destination-password-file');
    expect(error.hint).toContain('--destination-password-command');
    expect(error.hint).toContain('MAILFERRY_DESTINATION_PASSWORD');
  });

  it('is taken out of what servers say, plain and in base64', async () => {
    const known = new KnownSecrets();
    const env = { MAILFERRY_SOURCE_PASSWORD: 'correct-horse' };
    await secretOf(source({}), environment({ env, known }))();
    const echo = Buffer.from('correct-horse').toString('base64');
    expect(known.mask(`bad password correct-horse (${echo})`)).toBe('bad password [hidden] ([hidden])');
    const plain = Buffer.from('ann\0boss\0correct-horse').toString('base64');
    expect(known.mask(`backend got AUTHENTICATE PLAIN ${plain}`)).toBe(
      'backend got AUTHENTICATE PLAIN [hidden]',
    );
  });
});
