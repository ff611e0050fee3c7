import { stateDamaged } from './damage.js';
import type { AppendFile, StateFiles } from './files.js';
import { encodeHeader, encodeLine, type JournalRecord } from './journal-line.js';
import type { JournalContent } from './journal-scan.js';
import { replaceFile } from './replace-file.js';
import { STATE_VERSION } from './upgrade.js';

export interface JournalPlace {
  readonly files: StateFiles;
  readonly path: string;
  readonly route: string;
}

export async function createJournal({ files, path, route }: JournalPlace): Promise<void> {
  await replaceFile(files, path, encodeHeader({ version: STATE_VERSION, route }));
}

interface Queued {
  readonly generation: number;
  readonly json: string;
}

/**
 * Appends records to the journal of a route with group commit: one write and one fdatasync for all that waits.
 * After a failure nothing is written any more and everything throws that failure.
 */
export class Journal {
  readonly #place: JournalPlace;
  readonly #header: Buffer;
  #handle: AppendFile | null = null;
  #queue: Queued[] = [];
  #queuedBytes = 0;
  #generation: number;
  #sequence: number;
  #goodBytes: number;
  #hasTornTail: boolean;
  /** Where the lines of the current generation start; null while none is written. */
  #tailOffset: number | null;
  #failure: unknown = null;
  /** The last of the operations on the file, which run one after another; never rejects. */
  #busy: Promise<unknown> = Promise.resolve();
  #waitingFlush: Promise<void> | null = null;

  /** Goes on behind what was found in the file. */
  constructor(place: JournalPlace, found: JournalContent) {
    this.#place = place;
    this.#header = encodeHeader({ version: STATE_VERSION, route: place.route });
    this.#generation = found.lastGeneration;
    this.#sequence = found.lastSequence;
    this.#goodBytes = found.goodBytes;
    this.#hasTornTail = found.totalBytes > found.goodBytes;
    this.#tailOffset = found.tailOffset < found.goodBytes ? found.tailOffset : null;
  }

  /** Of the file with all that waits. */
  get sizeBytes(): number {
    return this.#goodBytes + this.#queuedBytes;
  }

  /** Neither the file nor what waits holds a record. */
  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#goodBytes <= this.#header.length;
  }

  get failure(): unknown {
    return this.#failure;
  }

  /** Everything after this throws `failure` (the first one given). */
  fail(failure: unknown): void {
    this.#failure ??= failure;
  }

  /** Queues a record as it is now. */
  append(record: JournalRecord): void {
    if (this.#failure) throw this.#failure;
    const json = JSON.stringify(record);
    this.#queue.push({ generation: this.#generation, json });
    this.#queuedBytes += json.length;
  }

  /** Resolves when all that was appended before survives a loss of power; calls made meanwhile share one fdatasync. */
  async commit(): Promise<void> {
    if (this.#queue.length > 0) {
      this.#waitingFlush ??= this.#exclusive(() => {
        this.#waitingFlush = null;
        return this.#flush();
      });
      await this.#waitingFlush;
    } else await this.#busy;
    if (this.#failure) throw this.#failure;
  }

  /** Records appended from now on belong to a new generation, which is returned. */
  startGeneration(): number {
    this.#generation += 1;
    this.#tailOffset = null;
    return this.#generation;
  }

  /** Drops the lines of the generations before, once the index says that they are folded. */
  trim(): Promise<void> {
    return this.#exclusive(() => this.#trim());
  }

  async close(): Promise<void> {
    await this.#busy;
    await this.#handle?.close().catch((error) => this.fail(error));
    this.#handle = null;
    this.fail(new Error('the journal is closed'));
  }

  #exclusive(work: () => Promise<void>): Promise<void> {
    const done = this.#busy.then(async () => {
      if (this.#failure) throw this.#failure;
      try {
        await work();
      } catch (error) {
        this.fail(error);
        throw this.#failure;
      }
    });
    this.#busy = done.catch(() => undefined);
    return done;
  }

  async #flush(): Promise<void> {
    const batch = this.#queue;
    this.#queue = [];
    this.#queuedBytes = 0;
    const handle = await this.#open();
    const lines: Buffer[] = [];
    let at = this.#goodBytes;
    for (const { generation, json } of batch) {
      if (generation === this.#generation) this.#tailOffset ??= at;
      const isSynced = lines.length === 0;
      const line = encodeLine({ sequence: ++this.#sequence, generation, isSynced, record: json });
      lines.push(line);
      at += line.length;
    }
    await handle.write(Buffer.concat(lines));
    await handle.datasync();
    this.#goodBytes = at;
  }

  async #open(): Promise<AppendFile> {
    this.#handle ??= await this.#place.files.append(this.#place.path);
    if (this.#hasTornTail) {
      await this.#handle.truncate(this.#goodBytes);
      await this.#handle.datasync();
      this.#hasTornTail = false;
    }
    return this.#handle;
  }

  async #trim(): Promise<void> {
    const { files, path } = this.#place;
    const header = this.#header;
    const old = await files.read(path);
    if (!old) throw stateDamaged(path, 'it was removed while it was in use');
    const tail = old.subarray(this.#tailOffset ?? this.#goodBytes, this.#goodBytes);
    await this.#handle?.close();
    this.#handle = null;
    await replaceFile(files, path, Buffer.concat([header, tail]));
    this.#tailOffset = tail.length > 0 ? header.length : null;
    this.#goodBytes = header.length + tail.length;
    this.#hasTornTail = false;
  }
}
