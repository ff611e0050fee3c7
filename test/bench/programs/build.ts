import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeScratch } from '../scratch.js';

/** The checkout that this benchmark belongs to. */
export const OWN_CHECKOUT = fileURLToPath(new URL('../../../', import.meta.url));

/** mailferry, built, and so put aside that another build during the benchmark changes nothing. */
export interface Build {
  /** For Node. */
  readonly executable: string;
  /** With the commit, and a `+` when the checkout holds changes that are in none. */
  readonly version: string;
  hasVerb(verb: string): boolean;
}

/** @throws Error when the checkout was not built. */
export function putAside(checkout: string): Build {
  const root = resolve(checkout);
  if (!existsSync(join(root, 'dist'))) throw new Error(`${root} was not built: run "npm run build" in it`);
  const folder = join(makeScratch(), 'mailferry');
  mkdirSync(folder);
  for (const part of ['bin', 'dist', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  const executable = join(folder, 'bin/mailferry.js');
  return { executable, version: versionOf(root), hasVerb: (verb) => knowsVerb(executable, verb) };
}

function knowsVerb(executable: string, verb: string): boolean {
  const { stdout } = spawnSync(process.execPath, [executable, verb, '--help'], { encoding: 'utf8' });
  return stdout.includes(`Usage: mailferry ${verb} `);
}

function versionOf(root: string): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const git = (...args: string[]): string =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
  const commit = git('rev-parse', '--short', 'HEAD');
  if (commit === '') return version;
  return `${version} (${commit}${git('status', '--porcelain', 'src', 'bin') === '' ? '' : '+'})`;
}
