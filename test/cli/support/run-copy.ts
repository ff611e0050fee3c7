import { main } from '../../../src/cli/main.js';
import type { FakeIoOptions } from './fake-io.js';
import { FakeIo } from './fake-io.js';
import { StandInEngine } from './stand-in-engine.js';

export const SOURCE = 'imaps://ann@old.example.net';
export const DESTINATION = 'imaps://ann@new.example.com';
export const PASSWORDS = {
  MAILFERRY_SOURCE_PASSWORD: 'correct-horse',
  MAILFERRY_DESTINATION_PASSWORD: 'battery-staple',
};

export interface CopyRun {
  readonly io: FakeIo;
  readonly engine: StandInEngine;
  readonly exitCode: number;
}

/** `mailferry copy SOURCE DESTINATION …` on a stand-in engine. */
export async function runCopy(
  args: readonly string[],
  run: StandInEngine['run'] = async () => {},
  options: FakeIoOptions = {},
): Promise<CopyRun> {
  const io = new FakeIo({ ...options, env: { ...PASSWORDS, ...options.env } });
  const engine = new StandInEngine();
  engine.run = run;
  const argv = ['copy', SOURCE, DESTINATION, '--state-dir', '/nowhere/state', ...args];
  return { io, engine, exitCode: await main(argv, io, engine.load) };
}
