// Neither `tsc` nor esbuild removes what a former build made of sources that are gone since. That is removed after a build,
// instead of all of `dist` before it, so that there is no time at which the program cannot be started.
import { existsSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Leaves in `dist` what `tsc` makes of the files in `src`, and the paths in `written`. */
export function removeStale(dist, src, written) {
  const below = readdirSync(dist, { recursive: true }).sort().reverse();
  for (const name of below) {
    const path = join(dist, name);
    if (statSync(path).isDirectory()) {
      if (readdirSync(path).length === 0) rmdirSync(path);
      continue;
    }
    const source = join(src, name.replace(/\.(?:d\.ts|js|js\.map)$/, '.ts'));
    if (!written.has(path) && !existsSync(source)) rmSync(path);
  }
}
