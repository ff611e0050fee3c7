import type { MailboxWork } from './run-context.js';

/** Tells flags that the destination cannot keep, once a mailbox and flag, however many messages have them. */
export function tellUnkeepable(work: MailboxWork, flags: Iterable<string>): void {
  const fresh = [...flags].filter((flag) => !work.toldFlags.has(flag)).sort();
  if (fresh.length === 0) return;
  for (const flag of fresh) work.toldFlags.add(flag);
  const text = `${work.display}: the destination cannot keep ${fresh.join(', ')}`;
  work.run.emit({ type: 'note', level: 'warning', text });
}
