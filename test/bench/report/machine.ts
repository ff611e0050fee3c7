import { execFileSync } from 'node:child_process';
import { statfsSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { connectRaw, type ServerAddress } from '../../support/imap-client/index.js';
import { provision, startCyrus } from '../../support/servers/index.js';

/** What a figure depends on besides the programs. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMib: number;
  readonly kernel: string;
  readonly node: string;
  readonly dovecot: string;
  readonly cyrus: string;
  /** By name. */
  readonly programs: Readonly<Record<string, string>>;
  /** The servers' mail is on a file system in memory. */
  readonly mailInMemory: boolean;
  /** Of the last minute, before the first run. */
  readonly loadAverage: number;
}

export async function describeMachine(
  programs: Readonly<Record<string, string>>,
  mailFolder: string,
): Promise<Machine> {
  const loadAverage = loadavg()[0] ?? 0;
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryMib: Math.round(totalmem() / 1024 ** 2),
    kernel: release(),
    node: process.version,
    dovecot: await dovecotVersion(),
    cyrus: await cyrusVersion(),
    programs,
    mailInMemory: isInMemory(mailFolder),
    loadAverage,
  };
}

async function dovecotVersion(): Promise<string> {
  const { root, libraryPath } = await provision();
  const env = { LD_LIBRARY_PATH: libraryPath };
  const text = execFileSync(join(root, 'usr/sbin/dovecot'), ['--version'], { env, encoding: 'utf8' });
  return text.split(' ')[0] ?? 'unknown';
}

/** Its greeting tells. */
async function cyrusVersion(): Promise<string> {
  const server = await startCyrus();
  try {
    return /Cyrus IMAP ([\d.]+)/.exec(await greetingOf(server))?.[1] ?? 'unknown';
  } finally {
    await server.stop();
  }
}

async function greetingOf({ host, port }: ServerAddress): Promise<string> {
  const imap = await connectRaw({ host, port });
  imap.close();
  return imap.greeting.text;
}

/** TMPFS_MAGIC of statfs(2). */
function isInMemory(folder: string): boolean {
  return statfsSync(folder).type === 0x01021994;
}
