import { describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.js';
import type { SyncRunOptions } from '../../src/index.js';
import { FakeIo } from './support/fake-io.js';
import { DESTINATION, PASSWORDS, SOURCE } from './support/run-verb.js';
import { StandInEngine } from './support/stand-in-engine.js';

/** Runs a copy whose engine hands its request and the world to `run`. */
async function during(
  run: (request: SyncRunOptions, io: FakeIo) => Promise<void>,
  tty = false,
): Promise<{ io: FakeIo; exitCode: number }> {
  const io = new FakeIo({ env: PASSWORDS, tty });
  const engine = new StandInEngine();
  engine.run = (request) => run(request, io);
  return {
    io,
    exitCode: await main(['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere'], io, engine.load),
  };
}

describe('Ctrl-C', () => {
  it('once lets what is in flight finish, and the summary still comes', async () => {
    const { io, exitCode } = await during(async ({ finish, signal, onEvent }, world) => {
      onEvent({ type: 'listed', seen: 1, dirty: 1 });
      world.send('SIGINT');
      expect([finish.aborted, signal.aborted]).toEqual([true, false]);
      onEvent({ type: 'messages-copied', mailbox: 'INBOX', uids: [1], sizeBytes: 5 });
      throw finish.reason;
    });
    expect(exitCode).toBe(130);
    expect(io.err).toBe('finishing what is in flight; press Ctrl-C again to stop now\n');
    expect(io.out).toContain('Interrupted after 0 s: copied 1 message (5 B); all of it is saved.');
    expect(io.out).toContain(
      `Next: mailferry copy ${SOURCE} ${DESTINATION} --state-dir /nowhere   (goes on from here)`,
    );
    expect(io.leftBehind).toBe(0);
  });

  it('twice stops now', async () => {
    const { io, exitCode } = await during(async ({ signal }, world) => {
      world.send('SIGINT');
      world.pass(1000);
      world.send('SIGINT');
      expect(signal.aborted).toBe(true);
      throw signal.reason;
    });
    expect(exitCode).toBe(130);
    expect(io.err).toContain('stopping now');
  });

  it('that comes twice at once, by a wrapper that hands it on, counts once', async () => {
    await during(async ({ finish, signal }, world) => {
      world.send('SIGINT');
      world.send('SIGINT');
      expect([finish.aborted, signal.aborted]).toEqual([true, false]);
    });
  });

  it('a third time is left to the system', async () => {
    await during(async (_request, world) => {
      world.send('SIGINT');
      world.pass(1000);
      world.send('SIGINT');
      expect(world.signalHandlers).toBe(0);
    });
  });

  it('is told above the live block', async () => {
    const { io } = await during(async (_request, world) => world.send('SIGINT'), true);
    expect(io.err).toContain('finishing what is in flight');
    expect(io.leftBehind).toBe(0);
  });

  it('does not hide that something failed for good', async () => {
    const { io, exitCode } = await during(async (_request, world) => {
      world.send('SIGINT');
      throw new Error('a bug');
    });
    expect(exitCode).toBe(130);
    expect(io.err).toContain('a bug');
  });
});

describe('SIGTERM and SIGHUP', () => {
  it.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s finishes what is in flight, however often it comes',
    async (name) => {
      const { exitCode } = await during(async ({ finish, signal }, world) => {
        world.send(name);
        world.send(name);
        expect([finish.aborted, signal.aborted]).toEqual([true, false]);
      });
      expect(exitCode).toBe(130);
    },
  );

  it('before the run begins keep it from beginning', async () => {
    const io = new FakeIo({ env: PASSWORDS });
    const engine = new StandInEngine();
    engine.open = async () => io.send('SIGTERM');
    const exitCode = await main(['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere'], io, engine.load);
    expect(exitCode).toBe(130);
    expect(engine.runs).toHaveLength(0);
    expect(engine.closed).toBe(3);
  });
});
