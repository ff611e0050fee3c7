import { reapTestFolders } from '../test-folder.js';

/** Vitest calls this once, before the first test of a run. */
export function setup(): void {
  reapTestFolders();
}
