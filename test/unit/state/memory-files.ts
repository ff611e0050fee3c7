import { basename, dirname } from 'node:path';
import type { AppendFile, StateFiles } from '../../../src/state/files.js';

/** Thrown by every operation from the moment the simulated process is killed. */
export class Killed extends Error {}

export type OperationKind =
  | 'read'
  | 'list'
  | 'makeFolder'
  | 'create'
  | 'append'
  | 'write'
  | 'datasync'
  | 'truncate'
  | 'rename'
  | 'syncFolder'
  | 'remove';

export interface Operation {
  readonly kind: OperationKind;
  readonly path: string;
  /** Counted from 1. */
  readonly number: number;
}

/** before: it does not happen; torn: part of it (of a write: some of the octets); after: all, and then no more. */
export type Kill = 'before' | 'torn' | 'after';

/** lost: all that was not synced is gone, as after a loss of power; torn: some of it is; kept: none of it. */
export type Survival = 'lost' | 'torn' | 'kept';

interface Inode {
  data: Buffer;
  durable: Buffer;
}

function errno(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}

/** A file system in memory that knows what would survive a loss of power. */
export class MemoryFiles implements StateFiles {
  readonly #names: Map<string, Inode>;
  readonly #durableNames: Map<string, Inode>;
  readonly operations: Operation[] = [];
  /** Decides over each operation; may throw, as a full disk does. */
  onOperation: ((operation: Operation) => Kill | undefined) | null = null;
  /** Holds an operation back until what it returns settles. */
  pause: ((kind: OperationKind, path: string) => Promise<void> | undefined) | null = null;
  #isKilled = false;

  constructor(contents: Iterable<readonly [path: string, data: Buffer]> = []) {
    this.#names = new Map();
    for (const [path, data] of contents) this.#names.set(path, { data, durable: data });
    this.#durableNames = new Map(this.#names);
  }

  /** What is there, by path. */
  contents(): Map<string, Buffer> {
    return new Map([...this.#names].map(([path, { data }]) => [path, data]));
  }

  /** The files after the process, or the machine, has gone down. */
  survivors(how: Survival): MemoryFiles {
    const names = how === 'lost' ? this.#durableNames : this.#names;
    return new MemoryFiles(
      [...names].map(([path, { data, durable }]) => {
        if (how === 'kept') return [path, data] as const;
        const half = durable.length + Math.floor((data.length - durable.length) / 2);
        return [
          path,
          how === 'lost' || data.length < durable.length ? durable : data.subarray(0, half),
        ] as const;
      }),
    );
  }

  async read(path: string): Promise<Buffer | null> {
    return this.#step('read', path, () => this.#names.get(path)?.data ?? null);
  }

  async list(folder: string): Promise<string[]> {
    return this.#step('list', folder, () =>
      [...this.#names.keys()].filter((path) => dirname(path) === folder).map((path) => basename(path)),
    );
  }

  async makeFolder(folder: string): Promise<void> {
    return this.#step('makeFolder', folder, () => undefined);
  }

  async create(path: string, data: Buffer): Promise<void> {
    const make = (content: Buffer): void => {
      if (this.#names.has(path)) throw errno('EEXIST', path);
      this.#names.set(path, { data: content, durable: content });
    };
    const half = data.subarray(0, data.length >> 1);
    return this.#step(
      'create',
      path,
      () => make(data),
      () => make(half),
    );
  }

  async append(path: string): Promise<AppendFile> {
    return this.#step('append', path, () => {
      const inode = this.#names.get(path);
      if (!inode) throw errno('ENOENT', path);
      return this.#appendTo(path, inode);
    });
  }

  async rename(from: string, to: string): Promise<void> {
    return this.#step('rename', to, () => {
      const inode = this.#names.get(from);
      if (!inode) throw errno('ENOENT', from);
      this.#names.delete(from);
      this.#names.set(to, inode);
    });
  }

  async syncFolder(folder: string): Promise<void> {
    return this.#step('syncFolder', folder, () => {
      const isInside = (path: string): boolean => dirname(path) === folder;
      for (const path of [...this.#durableNames.keys()]) if (isInside(path)) this.#durableNames.delete(path);
      for (const [path, inode] of this.#names) if (isInside(path)) this.#durableNames.set(path, inode);
    });
  }

  async remove(path: string): Promise<void> {
    return this.#step('remove', path, () => {
      this.#names.delete(path);
    });
  }

  #appendTo(path: string, inode: Inode): AppendFile {
    const add = (data: Buffer): void => {
      inode.data = Buffer.concat([inode.data, data]);
    };
    return {
      write: async (data) =>
        this.#step(
          'write',
          path,
          () => add(data),
          () => add(data.subarray(0, data.length >> 1)),
        ),
      datasync: async () =>
        this.#step('datasync', path, () => {
          inode.durable = inode.data;
        }),
      truncate: async (sizeBytes) =>
        this.#step('truncate', path, () => {
          inode.data = inode.data.subarray(0, sizeBytes);
        }),
      close: async () => undefined,
    };
  }

  async #step<T>(kind: OperationKind, path: string, work: () => T, torn?: () => void): Promise<T> {
    await this.pause?.(kind, path);
    if (this.#isKilled) throw new Killed();
    const operation = { kind, path, number: this.operations.length + 1 };
    this.operations.push(operation);
    const kill = this.onOperation?.(operation);
    if (kill === undefined) return work();
    this.#isKilled = true;
    if (kill === 'after') work();
    if (kill === 'torn') torn?.();
    throw new Killed();
  }
}
