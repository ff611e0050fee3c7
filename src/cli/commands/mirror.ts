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

export interface MirrorFlags
  extends Omit<RunFlags, 'reverse'>,
    ChoiceFlags,
    Pick<RemovalFlags, 'maxDelete'> {}

export interface MirrorRequest extends CarryRequest {
  readonly flags: MirrorFlags;
}

/** `mailferry mirror`: carries the changes of each account to the other. Throws what ends the run. */
export async function mirror(request: MirrorRequest, context: RunContext): Promise<void> {
  const options = { ...readChoice(request.flags), ...readRemoval(request.flags) };
  const policy = ({ mirrorPolicy }: Engine): SyncPolicy => mirrorPolicy;
  await carry(request, { direction: 'two-way', policy, options }, context);
}
