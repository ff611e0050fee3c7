import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, SOURCE } from './support/run-verb.js';
import { Screen } from './support/screen.js';
import { StandInEngine } from './support/stand-in-engine.js';

/** Answers each question with the next of these keys. */
async function typing(
  answers: readonly (string | Buffer)[],
  args: readonly string[] = [],
): Promise<{
  io: FakeIo;
  exitCode: number;
  passwords: string[];
}> {
  const io = new FakeIo({ tty: true });
  const left = [...answers];
  const asked: string[] = [];
  io.onRawMode = (raw) => {
    if (!raw) return;
    queueMicrotask(() => {
      asked.push(io.err.split('\n').at(-1) ?? '');
      const keys = left.shift();
      if (keys !== undefined) io.type(keys);
    });
  };
  const engine = new StandInEngine();
  const exitCode = await main(
    ['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere', ...args],
    io,
    engine.load,
  );
  return { io, exitCode, passwords: await Promise.all(engine.accounts.map(({ password }) => password())) };
}

describe('at a terminal', () => {
  it('both passwords are asked for, one after the other, without echo', async () => {
    const { io, exitCode, passwords } = await typing(['first-secret\r', 'second-secret\r']);
    expect(exitCode).toBe(0);
    expect(passwords).toEqual(['first-secret', 'second-secret']);
    expect(io.err).toContain('Password of ann@old.example.net: \nPassword of ann@new.example.com: \n');
    expect(io.everything).not.toContain('secret');
    expect(io.leftBehind).toBe(0);
  });

  it('Backspace and Ctrl-U correct what was typed, and any character counts', async () => {
    const utf8 = Buffer.from('pässx\x7fwört 漢\x7f字\r');
    const { passwords } = await typing([utf8, 'wrong\x15right\n']);
    expect(passwords).toEqual(['pässwört 字', 'right']);
  });

  it('Ctrl-C ends the run, and the terminal echoes again', async () => {
    const { io, exitCode } = await typing(['abc\x03']);
    expect(exitCode).toBe(130);
    expect(io.leftBehind).toBe(0);
    expect(io.out).toContain('Interrupted after 0 s; nothing was copied.');
  });

  it('a signal ends the question', async () => {
    const io = new FakeIo({ tty: true });
    io.onRawMode = (raw) => {
      if (raw) queueMicrotask(() => io.send('SIGTERM'));
    };
    expect(await main(['copy', SOURCE, DESTINATION], io, new StandInEngine().load)).toBe(130);
    expect(io.leftBehind).toBe(0);
  });

  it('the time in which passwords are typed does not count', async () => {
    const io = new FakeIo({ tty: true });
    const answer = (): void => {
      io.pass(60_000);
      io.type('secret\r');
    };
    io.onRawMode = (raw) => {
      if (raw) queueMicrotask(answer);
    };
    const engine = new StandInEngine();
    engine.run = async () => {
      io.pass(1000);
      await engine.accounts[1]?.password();
      io.pass(1000);
    };
    const argv = [
      'copy',
      SOURCE,
      DESTINATION,
      '--state-dir',
      '/nowhere',
      '--destination-tunnel',
      'ssh new imapd',
    ];
    expect(await main([...argv, '--json'], io, engine.load)).toBe(0);
    expect(io.json.at(-1)).toMatchObject({ type: 'summary', elapsedMs: 2000 });
  });

  it('an empty answer is no password', async () => {
    const { io, exitCode } = await typing(['\r']);
    expect(exitCode).toBe(3);
    expect(io.err).toContain('no password was typed for ann@old.example.net');
  });

  it('an administrator is asked for the own password', async () => {
    const { io } = await typing(['a\r', 'b\r'], ['--source-admin', 'root']);
    expect(io.err).toContain('Password of root (for ann@old.example.net): ');
  });

  it('nothing is asked with --no-input', async () => {
    const { io, exitCode } = await typing([], ['--no-input']);
    expect(exitCode).toBe(3);
    expect(io.err).toContain('--source-password-file FILE');
    expect(io.err).toContain('--no-input forbids to ask');
    expect(io.err).not.toContain('no terminal');
  });

  it('the password at the end of a tunnel is asked for only when it is wanted, and not into the live block', async () => {
    const io = new FakeIo({ tty: true });
    const engine = new StandInEngine();
    const screen = new Screen(80);
    let atQuestion: string[] = [];
    io.onRawMode = (raw) => {
      if (!raw) return;
      queueMicrotask(() => {
        io.pass(200);
        screen.write(io.err);
        io.forget();
        atQuestion = screen.lines;
        io.type('secret-one\r');
      });
    };
    engine.run = async () => {
      io.pass(200);
      const [source, destination] = engine.accounts;
      expect(await destination?.password()).toBe('secret-one');
      expect(source).toHaveProperty('tunnel');
      io.pass(200);
      screen.write(io.err);
      io.forget();
      expect(screen.lines.slice(0, 2)).toEqual([
        'Password of ann@new.example.com:',
        expect.stringMatching(/^ann@old\.example\.net -> ann@new\.example\.com /),
      ]);
    };
    const tunnels = ['--source-tunnel', 'ssh old imapd', '--destination-tunnel', 'ssh new imapd'];
    const argv = ['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere', ...tunnels];
    expect(await main(argv, io, engine.load)).toBe(0);
    expect(atQuestion).toEqual(['Password of ann@new.example.com:']);
    expect(io.leftBehind).toBe(0);
  });
});
