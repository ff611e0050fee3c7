import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { factsFrom } from '../../support/servers/mail-server.js';
import { anyListensOn, readProcess } from '../../support/servers/processes.js';
import { relocate } from '../../support/servers/relocate.js';
import { renderTemplate } from '../../support/servers/template.js';

it('relocates every place of a path and leaves all else where it is', () => {
  const program = Buffer.from('\0/etc/courier/a\0xyz/etc/courier\0');
  const moved = relocate(program, [['/etc/courier', '/tmp/mf1']]);
  expect(moved.toString()).toBe('\0/tmp/mf1/////a\0xyz/tmp/mf1////\0');
});

it('refuses a path that does not fit into a program', () => {
  expect(() => relocate(Buffer.alloc(0), [['/run/a', '/run/longer']])).toThrow(/does not fit/);
});

it('fills in the placeholders of a configuration file', () => {
  const text = renderTemplate('courier/authdaemonrc', { STATE: '/somewhere' });
  expect(text).toContain('authdaemonvar=/somewhere/authdaemon');
});

it('refuses a configuration file with an unknown placeholder', () => {
  expect(() => renderTemplate('courier/authdaemonrc', {})).toThrow(/@STATE@/);
});

it('reads facts from a capability line', () => {
  const given = { delimiter: '/', prefix: '', uidNextInSelect: true };
  expect(factsFrom('IMAP4rev1 CONDSTORE uidplus', given)).toMatchObject({
    ...given,
    persistentModseq: true,
    uidplus: true,
    move: false,
  });
});

it('tells processes apart by start time and session', async () => {
  const child = spawn('sh', ['-c', 'read -r line'], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  await once(child, 'spawn');
  const [parent, found] = [readProcess(process.pid), readProcess(child.pid ?? 0)];
  expect(found).toMatchObject({ pid: child.pid, session: child.pid });
  expect(found?.startTime).toBeGreaterThanOrEqual(parent?.startTime ?? Number.POSITIVE_INFINITY);
  child.stdin.end();
  await once(child, 'exit');
  expect(readProcess(child.pid ?? 0)).toBeUndefined();
});

it('knows which process listens on a port', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  expect(anyListensOn([process.pid], port)).toBe(true);
  expect(anyListensOn([process.ppid], port)).toBe(false);
  server.close();
  await once(server, 'close');
  expect(anyListensOn([process.pid], port)).toBe(false);
});
