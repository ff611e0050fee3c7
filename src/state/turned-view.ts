import { MailferryError } from '../errors.js';
import type { WireName } from '../model/mailbox.js';
import type { PairState } from './pair-state.js';
import { type PairSummary, summaryFromOtherSide } from './pair-summary.js';
import type { Json, Side, StateRecord } from './record.js';
import type { RouteView } from './route-view.js';
import { otherSide } from './turn.js';
import { recordTurned } from './turned-record.js';

class TurnedView implements RouteView {
  readonly real: RouteView;

  constructor(real: RouteView) {
    this.real = real;
  }

  *pairs(): Generator<PairSummary> {
    for (const summary of this.real.pairs()) yield summaryFromOtherSide(summary);
  }

  pair(key: string): PairSummary | undefined {
    const summary = this.real.pair(key);
    return summary && summaryFromOtherSide(summary);
  }

  pairByName(side: Side, name: WireName): PairSummary | undefined {
    const summary = this.real.pairByName(otherSide(side), name);
    return summary && summaryFromOtherSide(summary);
  }

  createPair(a: WireName | null, b: WireName | null): PairSummary {
    return summaryFromOtherSide(this.real.createPair(b, a));
  }

  facts(side: Side): Json {
    return this.real.facts(otherSide(side));
  }

  nextIntentId(): number {
    return this.real.nextIntentId();
  }

  async load(key: string): Promise<PairState> {
    return (await this.real.load(key)).turned;
  }

  loaded(key: string): PairState | undefined {
    return this.real.loaded(key)?.turned;
  }

  unload(key: string): void {
    this.real.unload(key);
  }

  record(record: StateRecord): void {
    recordTurned(
      record,
      (key) => this.#mustBeLoaded(key),
      (real) => this.real.record(real),
    );
  }

  commit(): Promise<void> {
    return this.real.commit();
  }

  #mustBeLoaded(key: string): PairState {
    const pair = this.real.loaded(key);
    if (pair) return pair;
    if (!this.real.pair(key)) throw new RangeError(`there is no mailbox pair ${key}`);
    throw new MailferryError({
      code: 'INTERNAL',
      scope: 'run',
      retry: 'never',
      message: `the messages of the mailbox pair ${key} are recorded from its other side while it is not loaded`,
    });
  }
}

/**
 * An open state seen from its other side: what is a there is b here, in all that is read and in all that is recorded. A
 * record through one of the two is seen at once through both. The view of a view is the state itself.
 *
 * Unlike a state that was turned for good, policies are the very texts that were recorded: who looks from both sides
 * knows which is meant. A record of pairs, base flags or what was seen needs its mailbox pair loaded, as UIDs go through
 * its map; what it says of a UID without a partner is left out.
 *
 * **Aliases.** A message of this view's a that has several partners is shown with one of them in `map` (which one is not
 * promised), the others in `aliases`. A drop of it drops all of them, so that none of these messages has a partner any
 * more. Where several messages of this view's a have one partner, all are in `map`; a drop of one leaves the others
 * paired. They share their base flags: those that were agreed on for each of them.
 */
export function turnedView(state: RouteView): RouteView {
  return state instanceof TurnedView ? state.real : new TurnedView(state);
}
