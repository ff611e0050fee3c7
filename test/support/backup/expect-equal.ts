import { expect } from 'vitest';
import { type CompareOptions, compareAccounts } from '../compare/index.js';
import type { BackupStage } from './backup-stage.js';
import { writesIn } from './said.js';

/** Both accounts hold the same; mailboxes without messages may be on one side alone. */
export async function expectEqual(stage: BackupStage, options: CompareOptions = {}): Promise<void> {
  const [source, destination] = await stage.images();
  expect(compareAccounts(source, destination, { ...options, ignoreExtraMailboxes: 'empty' })).toEqual([]);
}

/** One more run neither carries nor writes. */
export async function expectNothingToDo(stage: BackupStage): Promise<void> {
  const { summary, stderr, said } = await stage.run();
  expect(summary, stderr).toMatchObject({ exitCode: 0, problems: [], messages: { copied: 0, removed: 0 } });
  expect(Object.values(said).flatMap(writesIn)).toEqual([]);
}
