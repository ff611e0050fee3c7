import fc from 'fast-check';
import { describe, it, vi } from 'vitest';
import { backupCase } from './support/backup-case.js';
import { BackupTrial } from './support/backup-trial.js';
import { atMostMs, howMany } from './support/how-many.js';

/** The pauses between attempts pass at once. */
vi.mock('node:timers/promises', async (original) => ({
  ...(await original<typeof import('node:timers/promises')>()),
  setTimeout: () => new Promise<void>((resolve) => setImmediate(resolve)),
}));

const HOW_MANY = howMany(300);

describe('a backup between two accounts that people edit, over connections that break', () => {
  it(
    'ends equal to the source, never without the only copy of a message, and with nothing left to do',
    async () => {
      const property = fc.asyncProperty(backupCase, (one) => new BackupTrial(one).run());
      await fc.assert(property, HOW_MANY);
    },
    atMostMs(HOW_MANY),
  );
});
