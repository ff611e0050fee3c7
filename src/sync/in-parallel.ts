import PQueue from 'p-queue';
import { asMailferryError, type MailferryError } from '../errors.js';
import type { RunContext } from './run-context.js';

/**
 * Works on as many items at once as the run may have mailboxes open. After a failure no further item is begun; it is
 * thrown once those at work have ended.
 */
export async function inParallel<T>(
  run: RunContext,
  items: Iterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = new PQueue({ concurrency: run.options.parallel });
  let fatal: MailferryError | null = null;
  const jobs = [...items].map((item) =>
    queue.add(async () => {
      if (fatal) return;
      try {
        run.checkFinish();
        await work(item);
      } catch (error) {
        fatal ??= asMailferryError(error);
      }
    }),
  );
  await Promise.all(jobs);
  if (fatal) throw fatal;
}
