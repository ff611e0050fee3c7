import { fileURLToPath } from 'node:url';
import type { Input, Io, Output, Signal } from './io.js';

const SIGNALS: readonly Signal[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** The real world: the one place where the command line touches `process`. */
export function processIo(): Io {
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: input(process.stdin),
    env: process.env,
    cwd: process.cwd(),
    packageRoot: fileURLToPath(new URL('../../', import.meta.url)),
    now: () => new Date(),
    elapsedMs: () => performance.now(),
    every: (intervalMs, task) => {
      const timer = setInterval(task, intervalMs).unref();
      return () => clearInterval(timer);
    },
    onSignal: (handler) => {
      const listeners = SIGNALS.map((signal) => [signal, () => handler(signal)] as const);
      for (const [signal, listener] of listeners) process.on(signal, listener);
      return () => {
        for (const [signal, listener] of listeners) process.off(signal, listener);
      };
    },
  };
}

function output(stream: NodeJS.WriteStream): Output {
  // A reader that went away (`| head`) or a full disk under `> file` must not end a run that is carrying mail.
  stream.on('error', () => {});
  return {
    write: (text) => stream.write(text),
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true ? stream.columns : undefined;
    },
  };
}

function input(stream: NodeJS.ReadStream): Input {
  return {
    isTTY: stream.isTTY === true,
    setRawMode: (raw) => stream.setRawMode(raw),
    listen: (onData, onEnd) => {
      stream.on('data', onData).on('end', onEnd).resume();
      return () => {
        stream.off('data', onData).off('end', onEnd).pause();
      };
    },
  };
}
