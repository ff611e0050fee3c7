import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;
const UPDATE_ATTEMPTS = 30;
const UPDATE_PAUSE_MS = 2_000;
const NO_EXTRAS = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'];

/**
 * Downloads Debian packages, and the libraries they need that this machine lacks, and unpacks them below
 * `target`. Nothing is installed: no service starts, no user is made, no other package is touched.
 */
export async function unpackPackages(packages: readonly string[], target: string): Promise<void> {
  const downloads = join(target, 'downloads');
  mkdirSync(downloads, { recursive: true });
  try {
    await download(packages, downloads);
  } catch {
    // The package lists are missing, or so old that the archive has replaced what they name.
    await updateLists();
    await download(packages, downloads);
  }
  for (const file of readdirSync(downloads)) await command('dpkg-deb', ['-x', join(downloads, file), target]);
}

async function download(packages: readonly string[], folder: string): Promise<void> {
  const libraries = await missingLibraries(packages);
  await command('apt-get', ['download', ...packages, ...libraries], folder);
}

/** The libraries below `packages` that are not installed. Programs they merely recommend are of no use. */
async function missingLibraries(packages: readonly string[]): Promise<string[]> {
  const present = await installedPackages();
  const found = new Set<string>();
  let frontier = [...packages];
  while (frontier.length > 0) {
    const listing = await command('apt-cache', [
      'depends',
      ...NO_EXTRAS.map((kind) => `--no-${kind}`),
      ...frontier,
    ]);
    const needed = [...listing.matchAll(/Depends: (lib[\w.+-]+)$/gm)].map((match) => match[1] ?? '');
    frontier = [...new Set(needed)].filter((name) => !present.has(name) && !found.has(name));
    for (const name of frontier) found.add(name);
  }
  return [...found];
}

async function installedPackages(): Promise<Set<string>> {
  const listing = await command('dpkg', ['-l']);
  return new Set([...listing.matchAll(/^[hi]i\s+([^\s:]+)/gm)].map((match) => match[1] ?? ''));
}

/** Another apt may hold the lock of the lists, for which it has no option to wait. */
async function updateLists(): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await command('apt-get', ['update', '-q']);
      return;
    } catch (error) {
      if (attempt === UPDATE_ATTEMPTS || !String(error).includes('lock')) throw error;
      await new Promise((resolve) => setTimeout(resolve, UPDATE_PAUSE_MS));
    }
  }
}

async function command(program: string, args: readonly string[], cwd = '/'): Promise<string> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
  try {
    const { stdout } = await run(program, args, { cwd, env, maxBuffer: MAX_OUTPUT_BYTES });
    return stdout;
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${program} ${args[0] ?? ''} failed: ${stderr?.trim() ?? String(error)}`, {
      cause: error,
    });
  }
}
