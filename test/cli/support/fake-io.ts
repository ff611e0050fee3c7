import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Io, Signal } from '../../../src/cli/io.js';

export interface FakeIoOptions {
  /** All three streams are terminals. */
  readonly tty?: boolean;
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** A world for `main` that remembers what was written and in which time stands still until told otherwise. */
export class FakeIo implements Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly packageRoot = fileURLToPath(new URL('../../../', import.meta.url));
  readonly #signals = new EventEmitter();
  readonly #keyboard = new EventEmitter();
  readonly #timers = new Set<{ readonly intervalMs: number; readonly task: () => void }>();
  readonly #tty: boolean;
  #stdout = '';
  #stderr = '';
  #clockMs = 0;
  columns: number;
  rawMode = false;
  /** What was on stderr when raw mode was switched on or off. */
  onRawMode: (raw: boolean) => void = () => {};

  constructor(options: FakeIoOptions = {}) {
    this.#tty = options.tty ?? false;
    this.columns = options.columns ?? 80;
    this.env = options.env ?? {};
    this.cwd = options.cwd ?? '/nowhere';
  }

  get out(): string {
    return this.#stdout;
  }

  get err(): string {
    return this.#stderr;
  }

  /** Everything that left the program. */
  get everything(): string {
    return this.#stdout + this.#stderr;
  }

  /** The JSON lines on stdout. */
  get json(): Record<string, unknown>[] {
    const lines = this.#stdout.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get stdout(): Io['stdout'] {
    return this.#output((text) => {
      this.#stdout += text;
    });
  }

  get stderr(): Io['stderr'] {
    return this.#output((text) => {
      this.#stderr += text;
    });
  }

  get stdin(): Io['stdin'] {
    return {
      isTTY: this.#tty,
      setRawMode: (raw) => {
        this.rawMode = raw;
        this.onRawMode(raw);
      },
      listen: (onData, onEnd) => {
        this.#keyboard.on('data', onData).on('end', onEnd);
        return () => {
          this.#keyboard.off('data', onData).off('end', onEnd);
        };
      },
    };
  }

  now(): Date {
    return new Date(Date.UTC(2026, 0, 2, 3, 4, 5) + this.#clockMs);
  }

  elapsedMs(): number {
    return this.#clockMs;
  }

  every(intervalMs: number, task: () => void): () => void {
    const timer = { intervalMs, task };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  onSignal(handler: (signal: Signal) => void): () => void {
    this.#signals.on('signal', handler);
    return () => {
      this.#signals.off('signal', handler);
    };
  }

  /** Handlers and timers still there: after a run there must be none. */
  get leftBehind(): number {
    return (
      this.#timers.size +
      this.#signals.listenerCount('signal') +
      this.#keyboard.listenerCount('data') +
      (this.rawMode ? 1 : 0)
    );
  }

  get signalHandlers(): number {
    return this.#signals.listenerCount('signal');
  }

  send(signal: Signal): void {
    this.#signals.emit('signal', signal);
  }

  type(text: string | Buffer): void {
    this.#keyboard.emit('data', Buffer.from(text));
  }

  /** Lets time go by and runs what is due, each timer at most once. */
  pass(durationMs: number): void {
    this.#clockMs += durationMs;
    for (const timer of [...this.#timers]) if (timer.intervalMs <= durationMs) timer.task();
  }

  /** Forgets what was written so far. */
  forget(): void {
    this.#stdout = '';
    this.#stderr = '';
  }

  #output(write: (text: string) => void): Io['stdout'] {
    const columns = (): number | undefined => (this.#tty ? this.columns : undefined);
    return {
      write,
      isTTY: this.#tty,
      get columns() {
        return columns();
      },
    };
  }
}
