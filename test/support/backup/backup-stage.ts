import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AccountImage, readAccount } from '../compare/index.js';
import type { AccountLogin } from '../imap-client/index.js';
import { backup, type CopyResult, mirror } from '../program/index.js';
import { type SeenCommand, startProxy, type TcpProxy } from '../proxy/index.js';
import { makeTestFolder } from '../test-folder.js';

/** What a run said and received, both sides together where nothing else is told. */
export interface BackupRun extends CopyResult {
  readonly wireBytes: number;
  readonly said: { readonly source: readonly string[]; readonly destination: readonly string[] };
  /** The same with the connection on which it was said. */
  readonly commands: {
    readonly source: readonly SeenCommand[];
    readonly destination: readonly SeenCommand[];
  };
}

interface Side {
  readonly login: AccountLogin;
  readonly proxy: TcpProxy;
}

/** Two accounts, each behind a proxy that counts, and a folder with state. */
export class BackupStage {
  readonly source: AccountLogin;
  readonly destination: AccountLogin;
  readonly stateDir: string;
  readonly #sides: { readonly source: Side; readonly destination: Side };

  private constructor(
    source: AccountLogin,
    destination: AccountLogin,
    proxies: readonly [TcpProxy, TcpProxy],
  ) {
    this.source = source;
    this.destination = destination;
    this.stateDir = makeTestFolder('stage');
    this.#sides = { source: behind(source, proxies[0]), destination: behind(destination, proxies[1]) };
  }

  static async open(source: AccountLogin, destination: AccountLogin): Promise<BackupStage> {
    const proxies = [
      await startProxy({ targetPort: source.port }),
      await startProxy({ targetPort: destination.port }),
    ] as const;
    return new BackupStage(source, destination, proxies);
  }

  /** Runs backup to its end. */
  run(...options: readonly string[]): Promise<BackupRun> {
    return this.#run(backup, options);
  }

  /** Runs mirror to its end. */
  mirror(...options: readonly string[]): Promise<BackupRun> {
    return this.#run(mirror, options);
  }

  async #run(verb: typeof backup, options: readonly string[]): Promise<BackupRun> {
    const { source, destination } = this.#sides;
    const before = [source, destination].map(markOf);
    const result = await verb({
      source: source.login,
      destination: destination.login,
      stateDir: this.stateDir,
      options,
    });
    const [ofSource, ofDestination] = [source, destination].map((side, index) => since(side, before[index]));
    return {
      ...result,
      wireBytes: (ofSource?.bytes ?? 0) + (ofDestination?.bytes ?? 0),
      said: { source: linesOf(ofSource), destination: linesOf(ofDestination) },
      commands: { source: ofSource?.commands ?? [], destination: ofDestination?.commands ?? [] },
    };
  }

  /** Both accounts as another client sees them. */
  images(): Promise<[source: AccountImage, destination: AccountImage]> {
    return Promise.all([readAccount(this.source), readAccount(this.destination)]);
  }

  /** Every file of the state: what it holds and when it was last written. */
  stateFiles(): Readonly<Record<string, string>> {
    const files: Record<string, string> = {};
    for (const entry of readdirSync(this.stateDir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      files[path] = `${statSync(path).mtimeMs} ${readFileSync(path, 'utf8')}`;
    }
    return files;
  }

  forgetState(): void {
    for (const name of readdirSync(this.stateDir)) {
      rmSync(join(this.stateDir, name), { recursive: true, force: true });
    }
  }

  async close(): Promise<void> {
    const { source, destination } = this.#sides;
    await Promise.all([source.proxy.stop(), destination.proxy.stop()]);
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}

/** Opens a stage, works on it, and closes it. */
export async function onStage<T>(
  source: AccountLogin,
  destination: AccountLogin,
  work: (stage: BackupStage) => Promise<T>,
): Promise<T> {
  const stage = await BackupStage.open(source, destination);
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

function behind(login: AccountLogin, proxy: TcpProxy): Side {
  return { login: { ...login, host: proxy.host, port: proxy.port }, proxy };
}

interface Mark {
  readonly bytes: number;
  readonly commands: number;
}

function markOf({ proxy: { counters, commands } }: Side): Mark {
  return { bytes: counters.bytesToServer + counters.bytesToClient, commands: commands.length };
}

interface Heard {
  readonly bytes: number;
  /** Without their tags. */
  readonly commands: readonly SeenCommand[];
}

function since(side: Side, mark: Mark | undefined): Heard {
  const now = markOf(side);
  const commands = side.proxy.commands
    .slice(mark?.commands ?? 0)
    .map(({ connection, line }) => ({ connection, line: line.replace(/^\S+ /, '') }));
  return { bytes: now.bytes - (mark?.bytes ?? 0), commands };
}

function linesOf(heard: Heard | undefined): readonly string[] {
  return heard?.commands.map(({ line }) => line) ?? [];
}
