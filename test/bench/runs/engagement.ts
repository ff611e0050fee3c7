import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchCase } from '../cases.js';
import { type Contents, differenceOf, readContents } from '../mail/contents.js';
import { Destination } from '../mail/destination.js';
import type { SourceAccount } from '../mail/source.js';
import { type Measured, measureProcess, RunFailed } from '../measure-process.js';
import type { Network, Way } from '../network/network.js';
import type { Program } from '../programs/program.js';
import type { Run } from '../report/results.js';
import { makeScratch } from '../scratch.js';

/** One program with a destination of its own: runs of it go on from each other's state. */
export class Engagement {
  readonly #program: Program;
  readonly #case: BenchCase;
  readonly #ways: { readonly source: Way; readonly destination: Way };
  readonly #folder = makeScratch();
  readonly #stateFolder = join(this.#folder, 'state');
  readonly destination: Destination;

  private constructor(
    program: Program,
    benchCase: BenchCase,
    destination: Destination,
    ways: { readonly source: Way; readonly destination: Way },
  ) {
    this.#program = program;
    this.#case = benchCase;
    this.#ways = ways;
    this.destination = destination;
    mkdirSync(this.#stateFolder);
  }

  /** With an empty destination. */
  static async start(
    program: Program,
    benchCase: BenchCase,
    source: SourceAccount,
    network: Network,
  ): Promise<Engagement> {
    const destination = await Destination.start(benchCase.destination);
    const ways = {
      source: await network.reach(source.login),
      destination: await network.reach(destination.login),
    };
    return new Engagement(program, benchCase, destination, ways);
  }

  /**
   * Runs the program and looks at the destination afterwards.
   *
   * @throws RunFailed, also when the destination does not hold what it should.
   */
  async run(wanted: Contents, limitMs: number): Promise<Run> {
    const command = this.#program.prepare({
      task: this.#case.task,
      source: this.#ways.source.login,
      destination: this.#ways.destination.login,
      folder: this.#folder,
      stateFolder: this.#stateFolder,
    });
    const before = await this.#roundTrips();
    const measured: Measured = await measureProcess(command, limitMs);
    const after = await this.#roundTrips();
    await this.#verify(wanted);
    return {
      ...measured,
      ...(before === undefined || after === undefined ? {} : { roundTrips: after - before }),
      stateBytes: sizeOf(this.#stateFolder),
    };
  }

  async end(): Promise<void> {
    await this.#ways.source.close();
    await this.#ways.destination.close();
    await this.destination.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #verify(wanted: Contents): Promise<void> {
    const difference = differenceOf(wanted, await readContents(this.destination.login));
    if (difference !== undefined) throw new RunFailed(`ended well, but ${difference}`);
  }

  async #roundTrips(): Promise<number | undefined> {
    const source = await this.#ways.source.roundTrips();
    const destination = await this.#ways.destination.roundTrips();
    return source === undefined || destination === undefined ? undefined : source + destination;
  }
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
