import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ELF_MAGIC = Buffer.from('\x7fELF', 'latin1');

/** From a path that was compiled in to the path to look at instead. */
export type Relocation = readonly [from: string, to: string];

/**
 * A program with other paths compiled in. Offsets must not move, so a new path is never longer than the old
 * one and is filled up with slashes, which mean nothing more in a path.
 */
export function relocate(program: Buffer, relocations: readonly Relocation[]): Buffer {
  const moved = Buffer.from(program);
  for (const [from, to] of relocations) {
    if (to.length > from.length) throw new Error(`"${to}" does not fit where "${from}" is compiled in`);
    const replacement = Buffer.from(to.padEnd(from.length, '/'), 'latin1');
    for (let at = moved.indexOf(from); at >= 0; at = moved.indexOf(from, at + from.length)) {
      replacement.copy(moved, at);
    }
  }
  return moved;
}

/** Copies one program or library; the copy may be executed by everyone. */
export function relocateFile(source: string, copy: string, relocations: readonly Relocation[]): void {
  writeFileSync(copy, relocate(readFileSync(source), relocations), { mode: 0o755 });
}

/** Relocates every program and library below a folder in place. */
export function relocateTree(folder: string, relocations: readonly Relocation[]): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const program = readFileSync(file);
    if (program.subarray(0, ELF_MAGIC.length).equals(ELF_MAGIC)) {
      writeFileSync(file, relocate(program, relocations));
    }
  }
}
