import type { Random } from '../support/accounts/index.js';
import { type CopyRequest, copy, startCopy, summaryOf } from '../support/program/index.js';
import type { Direction, TcpProxy } from '../support/proxy/index.js';

/** Where in a run something breaks: after so many octets in one direction through one proxy. */
export interface BreakPoint {
  readonly proxy: TcpProxy;
  readonly where: string;
  readonly direction: Direction;
  readonly afterBytes: number;
}

export interface Trial {
  readonly source: TcpProxy;
  readonly destination: TcpProxy;
  readonly request: CopyRequest;
}

/** The octets of an account with what a client says around it, as they pass by. */
const CHATTER_BYTES = 3000;
/** A break counts from here on: logins and listings are over, mail is on its way. */
const MOVING_BYTES = 40_000;

/** Anywhere from the first tenth of the mail to its last octets. */
function amidTheMail(random: Random, accountBytes: number): number {
  return MOVING_BYTES + Math.floor(random.fraction() * 0.9 * (accountBytes - MOVING_BYTES));
}

/** Any side and any direction; where only commands or answers go, anywhere among them. */
export function drawBreak(random: Random, trial: Trial, accountBytes: number): BreakPoint {
  const where = random.pick(['source', 'destination'] as const);
  const direction = random.pick(['toServer', 'toClient'] as const);
  const isMail = (where === 'source') === (direction === 'toClient');
  const afterBytes = isMail ? amidTheMail(random, accountBytes) : random.between(500, CHATTER_BYTES);
  return { proxy: trial[where], where, direction, afterBytes };
}

/** As {@link drawBreak}, but only where the mail goes: that many octets are sure to come by. */
export function drawKill(random: Random, trial: Trial, accountBytes: number): BreakPoint {
  const where = random.pick(['source', 'destination'] as const);
  const direction = where === 'source' ? 'toClient' : 'toServer';
  return { proxy: trial[where], where, direction, afterBytes: amidTheMail(random, accountBytes) };
}

export function describeBreak({ where, direction, afterBytes }: BreakPoint): string {
  return `${where} ${direction} after ${afterBytes} octets`;
}

function isMoving({ source, destination }: Trial): boolean {
  return (
    source.counters.bytesToClient >= MOVING_BYTES && destination.counters.bytesToServer >= MOVING_BYTES / 4
  );
}

/**
 * Runs the program and kills it with SIGKILL at a point; what it had sent by then arrives only if `arrives`. False
 * when it did not come to that.
 */
export async function killAt(trial: Trial, point: BreakPoint, arrives: boolean): Promise<boolean> {
  const program = startCopy(trial.request);
  let isKilled = false;
  point.proxy.addRule({
    on: { afterBytes: point.afterBytes, direction: point.direction, over: 'proxy' },
    do: { kind: 'stall' },
    onFire: () => {
      isKilled = isMoving(trial) && program.process.exitCode === null && program.process.kill('SIGKILL');
      if (!isKilled) setImmediate(() => point.proxy.resume());
    },
  });
  const { exitCode } = await program.done;
  for (const proxy of [trial.source, trial.destination]) {
    proxy.clearRules();
    if (arrives) proxy.resume();
    else proxy.cutAll();
  }
  return isKilled && exitCode === null;
}

/** Runs the program and cuts the connection that carries the octet at that point. False when it did not come to that. */
export async function cutAt(trial: Trial, point: BreakPoint): Promise<boolean> {
  const program = startCopy(trial.request);
  let isCut = false;
  point.proxy.addRule({
    on: { afterBytes: point.afterBytes, direction: point.direction, over: 'proxy' },
    do: { kind: 'cut' },
    onFire: () => {
      isCut = isMoving(trial) && program.process.exitCode === null;
    },
  });
  const result = await program.done;
  point.proxy.clearRules();
  summaryOf(result);
  return isCut;
}

/** Runs until the exit code is 0, but only a few times: a second run has to be enough, a third is for bad luck. */
export async function runToTheEnd(request: CopyRequest): Promise<void> {
  let last = '';
  for (let run = 1; run <= 2; run++) {
    const { exitCode, stdout, stderr } = await copy(request);
    if (exitCode === 0) return;
    last = `exit ${exitCode}\n${stdout}\n${stderr}`;
  }
  throw new Error(`the copy does not come to its end:\n${last}`);
}
