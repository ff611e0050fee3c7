import type { SyncPolicy } from '../../index.js';
import { carry } from '../carry.js';
import type { CarryRequest } from '../carry-route.js';
import type { ChoiceFlags } from '../choice-flags.js';
import { readChoice } from '../choice-flags.js';
import type { Engine } from '../engine.js';
import type { FilterFlags } from '../filter-flags.js';
import { readFilter } from '../filter-flags.js';
import type { RunContext } from '../run-context.js';
import type { RunFlags } from '../run-flags.js';

export interface CopyFlags extends RunFlags, ChoiceFlags, FilterFlags {
  readonly includeDeleted?: true;
  readonly restore?: true;
}

export interface CopyRequest extends CarryRequest {
  readonly flags: CopyFlags;
}

/** `mailferry copy`: adds what is missing. Throws what ends the run. */
export async function copy(request: CopyRequest, context: RunContext): Promise<void> {
  const { flags } = request;
  const options = {
    ...readFilter(flags),
    ...readChoice(flags),
    ...(flags.restore === undefined ? {} : { restore: true }),
  };
  const policy = (engine: Engine): SyncPolicy => ({
    ...engine.copyPolicy,
    carryDeleted: flags.includeDeleted === true,
  });
  await carry(request, { direction: 'one-way', policy, options }, context);
}
