import { UidSet } from '../model/uid-set.js';
import type { PairState } from '../state/pair-state.js';
import type { MailboxWork, RunContext } from './run-context.js';
import type { MailboxToDo } from './surveyed-account.js';

/** Where the work on a mailbox pair takes place. */
export type WorkPlace = Pick<MailboxWork, 'names' | 'display' | 'destinationExists' | 'listed'>;

/** Work begins on a mailbox; null when nothing is known of it, because it could not be prepared. */
export async function beginWork(run: RunContext, mailbox: MailboxToDo): Promise<MailboxWork | null> {
  const pair = run.options.state.pairByName('a', mailbox.source.name);
  if (!pair) return null;
  return await workOn(run, pair.key, {
    names: { a: mailbox.source.name, b: mailbox.destination },
    display: mailbox.display,
    listed: { a: mailbox.source.status, b: mailbox.existing?.status ?? null },
    destinationExists: mailbox.existing?.status !== undefined && mailbox.existing.status !== null,
  });
}

/** Loads the state of the pair, which whoever ends the work unloads. */
export async function workOn(run: RunContext, key: string, place: WorkPlace): Promise<MailboxWork> {
  const { backward } = run;
  const { names, listed } = place;
  const turned = {
    ...place,
    names: { a: names.b, b: names.a },
    listed: { a: listed.b, b: listed.a },
  };
  const back = backward && newWork(backward, await backward.options.state.load(key), turned, null);
  return newWork(run, await run.options.state.load(key), place, back);
}

function newWork(
  run: RunContext,
  pair: PairState,
  place: WorkPlace,
  backward: MailboxWork | null,
): MailboxWork {
  return {
    run,
    pair,
    ...place,
    backward,
    batch: run.batch,
    destinationUidNext: 1,
    hasStrangers: false,
    appendsAlone: false,
    refusals: 0,
    toldFlags: new Set(),
    withoutKeywords: new Set(),
    suspects: new Map(),
    refusedUids: new Set(),
    surplus: UidSet.empty,
    leftOut: UidSet.empty,
    planned: null,
    anchorCandidates: new Map(),
    wrote: false,
    flagged: UidSet.empty,
    progress: 0,
  };
}
