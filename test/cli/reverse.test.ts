import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '../../src/index.js';
import { PASSWORDS, runBackup, runCopy } from './support/run-verb.js';

const OLD = 'ann@old.example.net';
const NEW = 'ann@new.example.com';

describe.each([
  ['copy', runCopy],
  ['backup', runBackup],
] as const)('%s --reverse', (verb, run) => {
  it('reads the second account and writes the first', async () => {
    let source: unknown;
    const { engine, exitCode } = await run(['--reverse'], async ({ a, b, policy, signal }) => {
      expect([a.account, b.account, policy.verb]).toEqual([NEW, OLD, verb]);
      const onto = await b.lease(signal);
      await onto.create('New', null, signal);
      onto.release();
      const from = await a.lease(signal);
      source = await from.create('New', null, signal).catch((error: unknown) => error);
      from.release();
    });
    expect(exitCode).toBe(0);
    expect(source).toMatchObject({ code: 'READ_ONLY_SIDE' });
    const old = { host: 'old.example.net', user: 'ann', prefix: '' };
    expect(engine.opened[0]).toMatchObject({ a: { host: 'new.example.com' }, b: old, writes: [old] });
  });

  it('leaves secrets and options with the account they were typed for', async () => {
    const { engine } = await run([
      ...['--reverse', '--source-admin', 'root', '--destination-fingerprint', 'ab'.repeat(32)],
    ]);
    const accounts = new Map(engine.accounts.map((options) => [options.account, options]));
    expect(accounts.get(OLD)).toMatchObject({ admin: 'root' });
    expect(accounts.get(OLD)).not.toHaveProperty('fingerprint');
    expect(accounts.get(NEW)).toMatchObject({ fingerprint: 'ab'.repeat(32) });
    expect(await accounts.get(OLD)?.password()).toBe(PASSWORDS.MAILFERRY_SOURCE_PASSWORD);
    expect(await accounts.get(NEW)?.password()).toBe(PASSWORDS.MAILFERRY_DESTINATION_PASSWORD);
  });

  it('names in a fix the option of the account it was typed for', async () => {
    const { io } = await run(['--reverse'], async ({ onEvent }) => {
      const given = {
        code: 'TLS_UNTRUSTED',
        scope: 'account',
        message: 'self-signed',
        permanent: true,
      } as const;
      onEvent({ type: 'problem', problem: { ...given, account: OLD } });
    });
    expect(io.err).toContain('--source-ca FILE');
  });

  it('says which way it goes, while it runs and at the end', async () => {
    const { io } = await run(
      ['--reverse'],
      async ({ onEvent }) => onEvent({ type: 'listed', seen: 1, dirty: 0 }),
      {
        tty: true,
      },
    );
    expect(io.err).toContain(`${NEW} -> ${OLD}`);
    expect(io.err).not.toContain(`${OLD} -> ${NEW}`);
    expect(io.out).toContain(`  direction  ${NEW} -> ${OLD}\n`);
    expect((await run([])).io.out).not.toContain('direction');
  });

  it('calls the account that is read the source in the protocol', async () => {
    const line: TraceEvent = { connection: 1, direction: 'sent', text: '1 NOOP', data: false };
    const { io } = await run(['--reverse', '--trace', 'imap'], async (_request, _io, engine) => {
      for (const { account, trace } of engine.accounts) if (account === NEW) trace?.(line);
    });
    expect(io.err).toBe('source 1 > 1 NOOP\n');
  });
});
