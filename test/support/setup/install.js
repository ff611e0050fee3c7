// What the test runner and the demonstration need before any TypeScript can run: nothing here may import a package.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
export const TSX = 'node_modules/tsx/dist/cli.mjs';

/** Runs a command in the project's folder and shows what it prints; true when it succeeded. */
export function run(what, command, args) {
  console.log(`\n== ${what}`);
  const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(error.message);
  return status === 0;
}

/** npm keeps the lockfile as installed; comparing the two tells whether anything is missing. */
function isInstalled() {
  const installed = join(ROOT, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const packagesOf = (file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages ?? {});
  const there = new Map(packagesOf(installed).map(([path, entry]) => [path, entry.version]));
  return packagesOf(join(ROOT, 'package-lock.json')).every(
    ([path, entry]) => path === '' || entry.optional || there.get(path) === entry.version,
  );
}

/** The file that a build writes last, newer than all it is made of: what others run is not rewritten under their eyes. */
function isBuilt() {
  const last = join(ROOT, 'dist/cli/third-party-notices.txt');
  if (!existsSync(last)) return false;
  const sources = ['src', 'build'].flatMap((folder) => {
    const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
    return names.map((name) => join(folder, name));
  });
  const times = [...sources, 'package.json', 'tsconfig.json', 'tsconfig.build.json', 'node_modules'].map(
    (file) => statSync(join(ROOT, file)).mtimeMs,
  );
  return Math.max(...times) < statSync(last).mtimeMs;
}

/** The steps that make a fresh clone ready, each only when needed; false when one of them failed. */
export function prepare() {
  const installed = isInstalled() || run('npm ci', 'npm', ['ci', '--no-audit', '--no-fund']);
  return (
    installed &&
    (isBuilt() || run('build', 'npm', ['run', '--silent', 'build'])) &&
    run('mail servers', process.execPath, [TSX, 'test/support/servers/provision.ts'])
  );
}
