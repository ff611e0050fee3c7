import type { MemoryServer } from '../../../src/store/memory.js';

/** What a server holds, in a form in which two may be compared: one line a message, in order, without UIDs. */
export type Contents = Readonly<Record<string, readonly string[]>>;

export function contentsOf(server: MemoryServer): Contents {
  const { mailboxes, subscriptions } = server.snapshot();
  const lines: Record<string, readonly string[]> = { '(subscribed)': [...subscriptions].sort() };
  for (const [name, { messages }] of Object.entries(mailboxes)) {
    lines[name] = messages.map(
      ({ digest, internalDate, flags }) => `${digest.slice(0, 12)} ${internalDate} ${flags.join(' ')}`,
    );
  }
  return lines;
}
