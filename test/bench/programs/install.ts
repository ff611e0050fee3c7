import { spawnSync } from 'node:child_process';
import type { ProgramName } from './program.js';

type Peer = Exclude<ProgramName, 'mailferry'>;

const PACKAGES: Readonly<Record<Peer, string>> = { interimap: 'interimap', mbsync: 'isync' };

/**
 * The version of a peer, whose Debian package is installed when it is missing.
 *
 * @throws Error that says what to install.
 */
export function installPeer(peer: Peer): string {
  const present = versionOf(peer);
  if (present !== undefined) return present;
  console.log(`installing ${PACKAGES[peer]} …`);
  if (!install(PACKAGES[peer])) {
    apt('update');
    install(PACKAGES[peer]);
  }
  const installed = versionOf(peer);
  if (installed === undefined)
    throw new Error(
      `${peer} is missing; install it (as root: apt-get install ${PACKAGES[peer]}) or leave it out (--only mailferry)`,
    );
  return installed;
}

function versionOf(peer: Peer): string | undefined {
  const { stdout, status } = spawnSync(peer, ['--version'], { encoding: 'utf8' });
  return status === 0 ? /\d+(?:\.\d+)+/.exec(stdout)?.[0] : undefined;
}

function install(name: string): boolean {
  return apt('install', '--yes', '--no-install-recommends', name);
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-q', '-o', 'DPkg::Lock::Timeout=120'];
  return (
    spawnSync('apt-get', [...options, ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
  );
}
