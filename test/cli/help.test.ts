import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeIo } from './support/fake-io.js';
import { StandInEngine } from './support/stand-in-engine.js';

async function run(argv: readonly string[], columns?: number): Promise<{ io: FakeIo; exitCode: number }> {
  const io = new FakeIo(columns === undefined ? {} : { tty: true, columns });
  return { io, exitCode: await main(argv, io, new StandInEngine().load) };
}

describe('help', () => {
  it.each([[['--help']], [['-h']]])('%j shows examples first, on stdout', async (argv) => {
    const { io, exitCode } = await run(argv);
    expect(exitCode).toBe(0);
    expect(io.err).toBe('');
    expect(io.out.indexOf('Examples:')).toBeLessThan(io.out.indexOf('Usage:'));
    expect(io.out).toContain('mailferry copy imaps://');
  });

  it('without a command is shown on stderr, and is no success', async () => {
    const { io, exitCode } = await run([]);
    expect(exitCode).toBe(3);
    expect(io.out).toBe('');
    expect(io.err).toContain('Examples:');
  });

  it.each(['copy', 'backup', 'mirror', 'check'])(
    'of %s shows examples first and tells every option',
    async (verb) => {
      const { io, exitCode } = await run([verb, '--help']);
      expect(exitCode).toBe(0);
      expect(io.out.indexOf('Examples:')).toBeLessThan(io.out.indexOf('Usage:'));
      const undocumented = io.out.match(/^ {2}(-\w, )?--[\w-]+( <[^>]+>)?\s*$/gm);
      expect(undocumented).toBeNull();
    },
  );

  it.each(['copy', 'backup', 'mirror'])(
    'of %s names all ways to give a password, and the exit codes',
    async (verb) => {
      const { io } = await run([verb, '--help']);
      for (const word of [
        '--source-password-file',
        '--destination-password-command',
        'MAILFERRY_SOURCE_PASSWORD',
      ]) {
        expect(io.out).toContain(word);
      }
      for (const code of [0, 2, 1, 3, 4, 5, 6, 8, 130]) expect(io.out).toMatch(new RegExp(`\\b${code} \\w`));
    },
  );

  it.each([[[]], [['copy']], [['backup']], [['mirror']], [['check']]])(
    'of %j fits a terminal of 80 columns',
    async (verb) => {
      const { io } = await run([...verb, '--help'], 80);
      expect(io.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );
});

describe('help that is no longer than what it helps with', () => {
  it.each([[[]], [['copy']], [['backup']], [['mirror']], [['check']]])(
    'of %j has 80 columns in a pipe',
    async (verb) => {
      const { io } = await run([...verb, '--help']);
      expect(io.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );

  it('of check does not offer what it would not do', async () => {
    const { io } = await run(['check', '--help']);
    expect(io.out).not.toContain('--verbose');
    expect((await run(['copy', '--help'])).io.out).toContain('--verbose');
  });
});

describe('the version', () => {
  it.each(['--version', '-V'])('is told by %s', async (option) => {
    const { io, exitCode } = await run([option]);
    expect(exitCode).toBe(0);
    expect(io.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
