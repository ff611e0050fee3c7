import { stat, truncate, writeFile } from 'node:fs/promises';
import { type AppendFile, nodeStateFiles, type StateFiles } from '../../../src/state/files.js';

/** Where in an append to the journal a process may end. `torn-write`: half of the octets are written. */
export type JournalMoment = 'before-write' | 'torn-write' | 'before-sync' | 'after-sync';

export interface JournalDeath {
  /** The append at which it ends, from 1. */
  readonly nth: number;
  readonly moment: JournalMoment;
}

/** One step of a journal: `write` is told before it begins, `synced` once it has happened. */
export type OnJournalStep = (step: 'write' | 'synced', data: Buffer) => void;

/**
 * The files of a process that may be killed: from then on no call settles, and nothing more reaches the disk. Syncs
 * are noted instead of waited for, because a loss of power is played by {@link MortalFiles.bury}.
 */
export class MortalFiles implements StateFiles {
  /** Called at the moment of a {@link JournalDeath}, for whoever dies with it. */
  onDeath: () => void = () => undefined;
  onJournalStep: OnJournalStep = () => undefined;
  readonly #death: JournalDeath | null;
  readonly #handles = new Set<AppendFile>();
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #syncedBytes = new Map<string, number>();
  #appends = 0;
  #isDead = false;

  constructor(death: JournalDeath | null = null) {
    this.#death = death;
  }

  /** Writes to journals so far. */
  get appends(): number {
    return this.#appends;
  }

  die(): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.onDeath();
  }

  /** Waits until nothing is under way, and closes what is open. With a loss of power unsynced octets are gone. */
  async bury(powerWasLost: boolean): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled([...this.#underWay]);
    for (const handle of this.#handles) await handle.close();
    this.#handles.clear();
    if (!powerWasLost) return;
    for (const [path, sizeBytes] of this.#syncedBytes) await truncate(path, sizeBytes);
  }

  read(path: string): Promise<Buffer | null> {
    return this.#live(() => nodeStateFiles.read(path));
  }

  list(folder: string): Promise<string[]> {
    return this.#live(() => nodeStateFiles.list(folder));
  }

  makeFolder(folder: string): Promise<void> {
    return this.#live(() => nodeStateFiles.makeFolder(folder));
  }

  create(path: string, data: Buffer): Promise<void> {
    return this.#live(() => writeFile(path, data, { flag: 'wx', mode: 0o600 }));
  }

  append(path: string): Promise<AppendFile> {
    return this.#live(async () => {
      const file = await nodeStateFiles.append(path);
      this.#handles.add(file);
      this.#syncedBytes.set(path, (await stat(path)).size);
      return this.#mortal(path, file);
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#live(async () => {
      await nodeStateFiles.rename(from, to);
      this.#syncedBytes.delete(to);
    });
  }

  syncFolder(): Promise<void> {
    return this.#live(async () => undefined);
  }

  remove(path: string): Promise<void> {
    return this.#live(() => nodeStateFiles.remove(path));
  }

  #mortal(path: string, file: AppendFile): AppendFile {
    let isDying = false;
    const fails = (moment: JournalMoment): boolean => isDying && this.#death?.moment === moment;
    return {
      write: (data) => {
        this.#appends += 1;
        isDying = this.#appends === this.#death?.nth;
        this.onJournalStep('write', data);
        if (fails('before-write')) this.die();
        return this.#live(async () => {
          await file.write(fails('torn-write') ? data.subarray(0, data.length >> 1) : data);
          if (fails('torn-write')) this.die();
        });
      },
      datasync: () => {
        if (fails('before-sync')) this.die();
        return this.#live(async () => {
          const { size } = await stat(path);
          this.#syncedBytes.set(path, size);
          this.onJournalStep('synced', Buffer.alloc(0));
          if (fails('after-sync')) this.die();
        });
      },
      truncate: (sizeBytes) => this.#live(() => file.truncate(sizeBytes)),
      close: () =>
        this.#live(async () => {
          this.#handles.delete(file);
          await file.close();
        }),
    };
  }

  /** `work`, unless the process is dead before it settles: then nothing ever comes of it. */
  async #live<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isDead) return new Promise(() => {});
    const done = work();
    this.#underWay.add(done);
    try {
      const result = await done;
      return this.#isDead ? new Promise<T>(() => {}) : result;
    } finally {
      this.#underWay.delete(done);
    }
  }
}
