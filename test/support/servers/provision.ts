import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { withMachineLock } from './machine-lock.js';
import { unpackPackages } from './packages.js';
import { assertServersCanRun } from './platform.js';
import { relocateTree } from './relocate.js';

/** Raised when the content of an unpacked folder has to change. */
const LAYOUT = 1;
const DEFAULT_CACHE = '/var/cache/mailferry-test';
const PACKAGES = [
  ...['dovecot-core', 'dovecot-imapd', 'dovecot-sieve', 'dovecot-managesieved'],
  ...['cyrus-common', 'cyrus-imapd', 'sasl2-bin', 'libsasl2-modules', 'libsasl2-modules-db'],
  ...['courier-base', 'courier-imap', 'courier-authlib', 'courier-authdaemon', 'courier-authlib-userdb'],
  'gamin',
];

/** The unpacked server packages. */
export interface Packages {
  /** The folder that stands for `/`. */
  readonly root: string;
  /** A path to it that is as short as `/usr/bin` and so fits where that is compiled in. */
  readonly shortRoot: string;
  /** For LD_LIBRARY_PATH. */
  readonly libraryPath: string;
  /** For SASL_PATH. */
  readonly saslPath: string;
}

let provisioned: Promise<Packages> | undefined;

/**
 * Makes the programs of all three servers ready to be run, from nothing if need be, without installing
 * anything: packages are unpacked into a cache folder (`MAILFERRY_TEST_CACHE`, by default
 * /var/cache/mailferry-test; the servers' users have to be able to enter it).
 *
 * @throws Error with the way out when this machine cannot run the servers.
 */
export function provision(): Promise<Packages> {
  provisioned ??= provisionNow();
  return provisioned;
}

async function provisionNow(): Promise<Packages> {
  assertServersCanRun();
  const cache = process.env['MAILFERRY_TEST_CACHE'] ?? DEFAULT_CACHE;
  const root = join(cache, `debian-12-${process.arch}-${LAYOUT}`);
  const shortRoot = shortPathFor(root);
  if (!isReady(root, shortRoot)) {
    await withMachineLock('provision', async () => {
      if (!existsSync(root)) await unpack(cache, root, shortRoot);
      link(root, shortRoot);
    });
  }
  return describe(root, shortRoot);
}

/**
 * Dovecot looks for its parts in /usr/lib/dovecot and /usr/bin, whatever its configuration says. The unpacked
 * programs have a path of the same length instead, which leads here.
 */
function shortPathFor(root: string): string {
  const digest = createHash('sha256').update(root).digest('hex');
  return `/run/m${digest.slice(0, 2)}`;
}

function isReady(root: string, shortRoot: string): boolean {
  return existsSync(root) && linkTarget(shortRoot) === join(root, 'short');
}

async function unpack(cache: string, root: string, shortRoot: string): Promise<void> {
  mkdirSync(cache, { recursive: true, mode: 0o755 });
  removeLeftovers(cache);
  const staging = mkdtempSync(join(cache, 'unpacking-'));
  const unpacked = join(staging, 'root');
  try {
    mkdirSync(unpacked, { mode: 0o755 });
    await unpackPackages(PACKAGES, unpacked);
    rmSync(join(unpacked, 'downloads'), { recursive: true });
    shortenDovecot(unpacked, shortRoot);
    renameSync(unpacked, root);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** What a killed run left half unpacked; the machine's lock is held, so nobody is at it. */
function removeLeftovers(cache: string): void {
  for (const name of readdirSync(cache)) {
    if (name.startsWith('unpacking-')) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function shortenDovecot(root: string, shortRoot: string): void {
  const short = join(root, 'short');
  mkdirSync(short);
  symlinkSync('../usr/lib/dovecot', join(short, 'dovecot'));
  for (const program of ['doveconf', 'doveadm']) symlinkSync(`../usr/bin/${program}`, join(short, program));
  for (const folder of ['usr/lib/dovecot', 'usr/bin', 'usr/sbin']) {
    relocateTree(join(root, folder), [
      ['/usr/lib/dovecot', `${shortRoot}/dovecot`],
      ['/usr/bin/doveconf', `${shortRoot}/doveconf`],
      ['/usr/bin/doveadm', `${shortRoot}/doveadm`],
    ]);
  }
}

/** /run is emptied when the machine starts, the cache is not. */
function link(root: string, shortRoot: string): void {
  const present = linkTarget(shortRoot);
  const target = join(root, 'short');
  if (present === target) return;
  if (present !== undefined && existsSync(present)) {
    throw new Error(`${shortRoot} leads to ${present}; choose another folder as MAILFERRY_TEST_CACHE`);
  }
  rmSync(shortRoot, { force: true });
  symlinkSync(target, shortRoot);
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function describe(root: string, shortRoot: string): Packages {
  const triplet = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')) ?? '';
  const folders = [`usr/lib/${triplet}`, `lib/${triplet}`, 'usr/lib'];
  return {
    root,
    shortRoot,
    libraryPath: folders.map((folder) => join(root, folder)).join(':'),
    saslPath: join(root, `usr/lib/${triplet}/sasl2`),
  };
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { root } = await provision();
  process.stdout.write(`Dovecot, Cyrus and Courier are unpacked in ${root}\n`);
}
