import type { MemoryServer, MemoryServerOptions } from '../../../src/store/memory.js';
import { backupPolicy } from '../../../src/sync/policy.js';
import { OnlyCopies } from '../../property/support/only-copies.js';
import {
  bodyOf,
  type Contents,
  contentsOf,
  dateOf,
  type EngineRun,
  type EngineRunOptions,
  EngineWorld,
  flagsOf,
} from '../../support/engine/index.js';

export interface Variant {
  readonly name: string;
  readonly source?: MemoryServerOptions;
  readonly destination: MemoryServerOptions;
}

export const VARIANTS: readonly Variant[] = [
  { name: 'everything', destination: {} },
  {
    name: 'MULTIAPPEND that stores what was complete, no QRESYNC',
    source: { features: { qresync: false } },
    destination: { features: { multiAppend: 'unproven', qresync: false }, multiAppendAtomic: false },
  },
  {
    name: 'one message an APPEND, no CONDSTORE, no MAILBOXID, no UIDNEXT in SELECT',
    source: { features: { condstore: false, objectId: false } },
    destination: {
      features: { multiAppend: 'none', condstore: false, esearch: false, objectId: false },
      uidNextInSelect: false,
    },
  },
];

function deliver(server: MemoryServer, mailbox: string, ...numbers: readonly number[]): void {
  for (const number of numbers)
    server.deliver(mailbox, { body: bodyOf(number), flags: flagsOf(number), internalDate: dateOf(number) });
}

/** Two accounts that a backup has made equal. */
export async function settledWorld({ source, destination }: Variant): Promise<EngineWorld> {
  const world = new EngineWorld(source, destination);
  const { source: a } = world;
  for (const name of ['Archive', 'Archive/2023', 'Lists', 'Lists/Old', 'Orders', 'Plans', 'Sent'])
    a.createMailbox(name);
  for (const name of ['INBOX', 'Lists', 'Plans']) a.subscribe(name);
  deliver(a, 'INBOX', 1, 2, 3, 4, 5, 6, 7, 8, 11, 13);
  deliver(a, 'Archive', 21, 22, 23, 24, 25);
  deliver(a, 'Archive/2023', 31, 32, 33);
  deliver(a, 'Lists', 41, 42, 43, 43, 44);
  deliver(a, 'Lists/Old', 51, 52);
  deliver(a, 'Orders', 61, 62, 63);
  deliver(a, 'Plans', 71, 72);
  deliver(a, 'Sent', 81);
  world.destination.createMailbox('Own');
  deliver(world.destination, 'Own', 5001, 5002);
  const run = await world.run({ policy: backupPolicy, parallel: 1 });
  if (run.error) throw run.error;
  return world;
}

/** Mail comes, goes, moves and is flagged, mailboxes come, go and change names, all at once. */
export function changeSource({ source }: EngineWorld): void {
  deliver(source, 'INBOX', 101, 102, 103);
  source.expunge('Archive', 2);
  for (const uid of [2, 4, 6]) source.move('INBOX', uid, 'Archive');
  source.move('Lists', 2, 'Archive/2023');
  source.move('Orders', 1, 'INBOX');
  source.deleteMailbox('Orders');
  source.setFlags('INBOX', 1, 'add', ['\\Flagged', '$Later']);
  source.setFlags('Archive', 1, 'add', ['\\Deleted']);
  source.setFlags('Plans', 1, 'remove', ['\\Seen']);
  source.renameMailbox('Lists', 'Groups');
  source.subscribe('Lists', false);
  source.subscribe('Groups');
  source.createMailbox('New');
  deliver(source, 'New', 111, 112);
  source.move('Groups/Old', 1, 'New');
  source.changeUidValidity('Archive/2023');
  source.renameMailbox('Plans', 'Aside');
  source.renameMailbox('Sent', 'Plans');
  source.renameMailbox('Aside', 'Sent');
}

/** And somebody meddles with the destination. */
export function changeDestination({ destination }: EngineWorld): void {
  destination.expunge('INBOX', 3);
  destination.setFlags('INBOX', 5, 'add', ['\\Draft']);
  deliver(destination, 'INBOX', 5003);
  deliver(destination, 'Plans', 5004);
}

/** Lines of every mailbox but those of the destination alone, without order: what was lost is carried again last. */
export function unordered(server: MemoryServer): Contents {
  const { Own: _, ...contents } = contentsOf(server);
  const sorted = Object.entries(contents).map(([name, lines]) => [name, [...lines].sort()] as const);
  return Object.fromEntries(sorted);
}

/** A run that is watched for taking away the only copy of a message. */
export async function watchedRun(world: EngineWorld, options: EngineRunOptions): Promise<EngineRun> {
  const copies = new OnlyCopies(world.source, world.destination);
  copies.begin();
  const { onOperation } = options;
  const run = await world.run({
    policy: backupPolicy,
    // Without UIDNEXT in SELECT what somebody put there cannot be told from what was there before us.
    choice: { foreign: 'remove' },
    ...options,
    onOperation: (operation) => {
      copies.onOperation(operation);
      return onOperation?.(operation) ?? 'go';
    },
  });
  copies.look();
  if (copies.failure) throw copies.failure;
  return run;
}

export function problemsOf({ events }: EngineRun): string[] {
  return events.flatMap((event) => (event.type === 'problem' ? [event.problem.message] : []));
}
