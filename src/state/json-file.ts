import { createHash } from 'node:crypto';
import { type Adapter, Low } from 'lowdb';
import { stateDamaged } from './damage.js';
import type { StateFiles } from './files.js';
import { replaceFile } from './replace-file.js';
import { STATE_VERSION, type StateFileKind, upgraded } from './upgrade.js';

/** `{"mailferry":"<kind>","version":<n>,"sha256":"<of the octets of data>","data":<data>}` and a newline. */
const HEAD = /^\{"mailferry":"([a-z]+)","version":(\d{1,9}),"sha256":"([0-9a-f]{64})","data":/;
const MAX_HEAD_CHARS = 160;
const END = '}\n';

function sha256(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * Keeps one value in one file. lowdb's own adapter does no fsync, writes for the eye and knows no checksum; this
 * one replaces the file whole and refuses what is not what was written.
 */
export class JsonFileAdapter<T> implements Adapter<T> {
  /** Size of the file as last written. */
  sizeBytes = 0;
  readonly #files: StateFiles;
  readonly #path: string;
  readonly #kind: StateFileKind;

  constructor(files: StateFiles, path: string, kind: StateFileKind) {
    this.#files = files;
    this.#path = path;
    this.#kind = kind;
  }

  /** null when there is no file. Throws STATE_DAMAGED when there is one that cannot be trusted. */
  async read(): Promise<T | null> {
    const file = await this.#files.read(this.#path);
    if (!file) return null;
    const [head, kind, version, sum] = HEAD.exec(file.toString('latin1', 0, MAX_HEAD_CHARS)) ?? [];
    if (head === undefined || kind !== this.#kind) throw this.#damaged('its beginning cannot be read');
    if (file.toString('latin1', file.length - END.length) !== END) throw this.#damaged('its end is missing');
    const data = file.subarray(head.length, file.length - END.length);
    if (sha256(data) !== sum) throw this.#damaged('its checksum is not that of its content');
    try {
      return upgraded(this.#kind, this.#path, Number(version), JSON.parse(data.toString('utf8'))) as T;
    } catch (error) {
      throw error instanceof SyntaxError ? this.#damaged('it is not JSON', error) : error;
    }
  }

  async write(value: T): Promise<void> {
    const data = Buffer.from(JSON.stringify(value));
    const head = `{"mailferry":"${this.#kind}","version":${STATE_VERSION},"sha256":"${sha256(data)}","data":`;
    const file = Buffer.concat([Buffer.from(head), data, Buffer.from(END)]);
    await replaceFile(this.#files, this.#path, file);
    this.sizeBytes = file.length;
  }

  #damaged(what: string, cause?: unknown): Error {
    return stateDamaged(this.#path, what, cause);
  }
}

/** null when there is no file. Throws STATE_DAMAGED. */
export async function readJsonFile<T>(
  files: StateFiles,
  path: string,
  kind: StateFileKind,
): Promise<T | null> {
  const low = new Low<T | null>(new JsonFileAdapter<T | null>(files, path, kind), null);
  await low.read();
  return low.data;
}

/** Replaces the file; returns its size in octets. */
export async function writeJsonFile<T extends object>(
  files: StateFiles,
  path: string,
  kind: StateFileKind,
  data: T,
): Promise<number> {
  const adapter = new JsonFileAdapter<T>(files, path, kind);
  await new Low<T>(adapter, data).write();
  return adapter.sizeBytes;
}
