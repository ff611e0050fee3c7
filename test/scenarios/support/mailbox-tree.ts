import type { MemoryServer } from '../../../src/store/memory.js';
import { put, upTo } from './mail.js';

/** Names of what {@link fillTree} makes, besides INBOX. */
export const TREE = ['A', 'A/one', 'A/one/deep', 'B', 'C'] as const;

/** Mailboxes A, A/one, A/one/deep, B and C with a few messages each. */
export function fillTree(server: MemoryServer): void {
  put(server, 'INBOX', 1, 2, 3);
  for (const [index, name] of TREE.entries()) {
    server.createMailbox(name);
    server.subscribe(name);
    put(server, name, ...upTo(14 + index * 10, 11 + index * 10));
  }
}

/** The same on the one of two mirrored servers. */
export function tree({ one }: { readonly one: MemoryServer }): void {
  fillTree(one);
}

export function make(server: MemoryServer, name: string): void {
  if (!server.snapshot().mailboxes[name]) server.createMailbox(name);
}

export function remove(server: MemoryServer, name: string): void {
  server.subscribe(name, false);
  server.deleteMailbox(name);
}

/** As a person does it who wants to keep the subscriptions. */
export function rename(server: MemoryServer, from: string, to: string, delimiter = '/'): void {
  const { subscriptions } = server.snapshot();
  const below = subscriptions.filter((name) => name === from || name.startsWith(from + delimiter));
  server.renameMailbox(from, to);
  for (const name of below) {
    server.subscribe(name, false);
    server.subscribe(to + name.slice(from.length));
  }
}

export function exchange(server: MemoryServer, one: string, other: string): void {
  rename(server, one, 'away');
  rename(server, other, one);
  rename(server, 'away', other);
}
