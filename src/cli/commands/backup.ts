import type { SyncPolicy } from '../../index.js';
import { carry } from '../carry.js';
import type { CarryRequest } from '../carry-route.js';
import type { ChoiceFlags } from '../choice-flags.js';
import { readChoice } from '../choice-flags.js';
import type { Engine } from '../engine.js';
import type { RemovalFlags } from '../removal-flags.js';
import { readRemoval } from '../removal-flags.js';
import type { RunContext } from '../run-context.js';
import type { RunFlags } from '../run-flags.js';

export interface BackupFlags extends RunFlags, ChoiceFlags, RemovalFlags {}

export interface BackupRequest extends CarryRequest {
  readonly flags: BackupFlags;
}

/** `mailferry backup`: makes the destination equal the source. Throws what ends the run. */
export async function backup(request: BackupRequest, context: RunContext): Promise<void> {
  const options = { ...readChoice(request.flags), ...readRemoval(request.flags) };
  const policy = ({ backupPolicy }: Engine): SyncPolicy => backupPolicy;
  await carry(request, { direction: 'one-way', policy, options }, context);
}
