import type { UidSet } from '../../../src/model/uid-set.js';
import { UidSet as Uids } from '../../../src/model/uid-set.js';
import type { MemoryServer } from '../../../src/store/memory.js';
import { deliver, type EngineWorld } from '../../support/engine/index.js';

/** Messages by their numbers, unflagged, in that order. */
export function put(server: MemoryServer, mailbox: string, ...numbers: readonly number[]): void {
  for (const number of numbers) deliver(server, mailbox, number, []);
}

/** UIDs of all messages with these numbers. */
export function uidsOf(server: MemoryServer, mailbox: string, ...numbers: readonly number[]): UidSet {
  const { messages } = server.snapshot().mailboxes[mailbox] ?? { messages: [] };
  const found = messages.filter(({ uid }) => numbers.includes(numberOf(server.body(mailbox, uid))));
  return Uids.from(found.map(({ uid }) => uid));
}

export function drop(server: MemoryServer, mailbox: string, ...numbers: readonly number[]): void {
  server.expunge(mailbox, uidsOf(server, mailbox, ...numbers));
}

/** Flags with a `-` before them are taken away. */
export function flag(
  server: MemoryServer,
  mailbox: string,
  number: number,
  ...flags: readonly string[]
): void {
  const uids = uidsOf(server, mailbox, number);
  const removed = flags.filter((name) => name.startsWith('-')).map((name) => name.slice(1));
  const added = flags.filter((name) => !name.startsWith('-'));
  if (added.length > 0) server.setFlags(mailbox, uids, 'add', added);
  if (removed.length > 0) server.setFlags(mailbox, uids, 'remove', removed);
}

export function move(server: MemoryServer, from: string, to: string, ...numbers: readonly number[]): void {
  server.move(from, uidsOf(server, from, ...numbers), to);
}

/** Numbers of the messages at hand, in order. */
export function held(server: MemoryServer, mailbox = 'INBOX'): number[] {
  const { messages } = server.snapshot().mailboxes[mailbox] ?? { messages: [] };
  return messages.map(({ uid }) => numberOf(server.body(mailbox, uid)));
}

export function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** A source with some mail in INBOX and in a mailbox called Work. */
export function somewhere({ source }: EngineWorld): void {
  source.createMailbox('Work');
  put(source, 'INBOX', ...upTo(6));
  flag(source, 'INBOX', 2, '\\Seen');
  flag(source, 'INBOX', 3, '\\Flagged', 'Work');
  put(source, 'Work', ...upTo(24, 21));
}

function numberOf(body: Buffer): number {
  return Number(/Text of (\d+)/.exec(body.toString('latin1'))?.[1]);
}
