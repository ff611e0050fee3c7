import { main } from '../../../src/cli/main.js';
import type { SyncRunOptions } from '../../../src/index.js';
import type { FakeIoOptions } from './fake-io.js';
import { FakeIo } from './fake-io.js';
import { StandInEngine } from './stand-in-engine.js';

export const SOURCE = 'imaps://ann@old.example.net';
export const DESTINATION = 'imaps://ann@new.example.com';
export const PASSWORDS = {
  MAILFERRY_SOURCE_PASSWORD: 'correct-horse',
  MAILFERRY_DESTINATION_PASSWORD: 'battery-staple',
};

export interface VerbRun {
  readonly io: FakeIo;
  readonly engine: StandInEngine;
  readonly exitCode: number;
}

/** What the engine's run does; the world and the engine itself come along. */
type Doing = (request: SyncRunOptions, io: FakeIo, engine: StandInEngine) => Promise<void>;

type Run = (args: readonly string[], run?: Doing, options?: FakeIoOptions) => Promise<VerbRun>;

/** `mailferry VERB SOURCE DESTINATION …` on a stand-in engine. */
function running(verb: string): Run {
  return async (args, run = async () => {}, options = {}) => {
    const io = new FakeIo({ ...options, env: { ...PASSWORDS, ...options.env } });
    const engine = new StandInEngine();
    engine.run = (request) => run(request, io, engine);
    const argv = [verb, SOURCE, DESTINATION, '--state-dir', '/nowhere/state', ...args];
    return { io, engine, exitCode: await main(argv, io, engine.load) };
  };
}

export const runCopy = running('copy');
export const runBackup = running('backup');
export const runMirror = running('mirror');
