import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MortalFiles } from '../../support/engine/index.js';

/** Notes in which folders a run keeps its state. */
export class TracedFiles extends MortalFiles {
  readonly #folders = new Set<string>();

  /** Every file by its path, as it is now. */
  contents(): Map<string, string> {
    const found = new Map<string, string>();
    for (const folder of [...this.#folders].sort()) {
      for (const name of readdirSync(folder).sort()) {
        const path = join(folder, name);
        if (statSync(path).isFile()) found.set(path, readFileSync(path).toString('base64'));
      }
    }
    return found;
  }

  override read(path: string): Promise<Buffer | null> {
    this.#folders.add(dirname(path));
    return super.read(path);
  }

  override list(folder: string): Promise<string[]> {
    this.#folders.add(folder);
    return super.list(folder);
  }
}
