import { counted } from '../../model/counted.js';
import type { EqualTask } from './equal-task.js';
import type { Finding } from './find.js';
import type { EqualFlagPlan } from './plan-equal-flags.js';

/** Gone on one side, given other flags on the other: gone wins, and the report says so, once a message. */
export function tellConflicts(task: EqualTask, { gone, lost }: Finding, flags: EqualFlagPlan): void {
  const { work } = task;
  if (!work.backward) return;
  const all = gone.intersect(flags.drifted).union(lost.intersect(flags.changedAtA));
  const messages = all.subtract(task.toldConflicts).size;
  if (messages === 0) return;
  task.toldConflicts = task.toldConflicts.union(all);
  const what = counted(messages, 'one message was', 'messages were');
  const text = `${what} removed on one side and got other flags on the other; removed wins`;
  work.run.emit({ type: 'conflict', mailbox: work.display, kind: 'gone-and-changed', messages, text });
}
