import { readMessages } from '../../support/control/index.js';
import { personalNamespace, withLogin } from '../../support/imap-client/index.js';
import type { BenchCase } from '../cases.js';
import { differenceOf, readContents } from '../mail/contents.js';
import { Destination } from '../mail/destination.js';
import type { SourceAccount } from '../mail/source.js';
import type { Network } from '../network/network.js';
import type { Floor, Floors } from '../report/results.js';
import { type AppendPlan, planAppending, timeAppending } from './appending.js';
import { timeFetching } from './fetching.js';

const CONNECTIONS = [1, 2, 4, 8, 16];
const ATTEMPTS = 2;
/** What is less is chance. */
const LEAST_GAIN = 0.03;

/** Times the two halves of a copy apart, each with as many connections as give the best time. */
export async function measureFloors(
  benchCase: BenchCase,
  source: SourceAccount,
  network: Network,
): Promise<Floors> {
  await network.delay(true);
  const way = await network.reach(source.login);
  const fetching = await best((connections) => timeFetching(source, way.login, connections));
  await way.close();
  const appending = await appendingFloor(benchCase, source, network);
  return { source: fetching, ...(appending === undefined ? {} : { destination: appending }) };
}

async function appendingFloor(
  { destination }: BenchCase,
  source: SourceAccount,
  network: Network,
): Promise<Floor | undefined> {
  const probe = await Destination.start(destination);
  const { literalPlus, multiappend } = probe.server.facts;
  const namespace = await withLogin(probe.login, {}, personalNamespace);
  await probe.stop();
  if (!literalPlus) return undefined;
  const mailboxes = await readMessages(source.login);
  return best(async (connections) => {
    const plans = planAppending(mailboxes, { namespace, connections, multiappend });
    return appendOnce(destination, source, network, plans);
  });
}

async function appendOnce(
  kind: BenchCase['destination'],
  source: SourceAccount,
  network: Network,
  plans: readonly AppendPlan[],
): Promise<number> {
  const destination = await Destination.start(kind);
  const way = await network.reach(destination.login);
  try {
    const elapsedMs = await timeAppending(way.login, plans);
    const difference = differenceOf(source.contents, await readContents(destination.login));
    if (difference !== undefined) throw new Error(`after a bare client ${difference}`);
    return elapsedMs;
  } finally {
    await way.close();
    await destination.stop();
  }
}

/** More connections are tried as long as they help. */
async function best(time: (connections: number) => Promise<number>): Promise<Floor> {
  let floor: Floor | undefined;
  for (const connections of CONNECTIONS) {
    let elapsedMs = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      elapsedMs = Math.min(elapsedMs, await time(connections));
    }
    if (floor !== undefined && elapsedMs > floor.elapsedMs * (1 - LEAST_GAIN)) return floor;
    floor = { elapsedMs, connections };
  }
  if (floor === undefined) throw new Error('no floor was measured');
  return floor;
}
