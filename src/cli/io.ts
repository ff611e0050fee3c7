/** A stream that takes text, such as `process.stdout`. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY: boolean;
  /** Width of the terminal now; undefined when it is none. */
  readonly columns: number | undefined;
}

/** The keyboard. `data` events carry octets; raw mode means that nothing is echoed. */
export interface Input {
  readonly isTTY: boolean;
  setRawMode(raw: boolean): void;
  /** Starts to deliver; returns what stops it. */
  listen(onData: (data: Buffer) => void, onEnd: () => void): () => void;
}

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** All that a command knows of the world outside. Tests pass their own, so nothing else may be touched. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Input;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The folder of the program's package.json. */
  readonly packageRoot: string;
  /** The clock on the wall. */
  now(): Date;
  /** Milliseconds from any start, never going back. */
  elapsedMs(): number;
  /** Calls `task` again and again until the returned function is called; keeps no process alive. */
  every(intervalMs: number, task: () => void): () => void;
  /** Tells of signals until the returned function is called. */
  onSignal(handler: (signal: Signal) => void): () => void;
}
