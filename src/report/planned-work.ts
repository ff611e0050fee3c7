import type { RunEvent, RunSide } from './events.js';

/** What there is to carry in all; `sizeBytes` is null where nobody could tell, `toSource` is the part that goes there. */
export interface Planned {
  readonly messages: number;
  readonly sizeBytes: number | null;
  readonly toSource: number;
}

export const NOTHING_PLANNED: Planned = { messages: 0, sizeBytes: 0, toSource: 0 };

interface Plan {
  messages: number;
  readonly sizeBytes: number | null;
}

/**
 * What is to be carried in one mailbox: by its newest plan, and what was carried before that was made. Work that is taken
 * up again after a failure is planned again.
 */
export class PlannedWork {
  readonly #plans = new Map<RunSide, Plan>();
  /** Carried or refused, which no later plan holds, by where it was to go. */
  readonly #done = new Map<RunSide, number>();

  add(event: RunEvent): void {
    switch (event.type) {
      case 'mailbox-planned':
        this.#plans.set(event.to ?? 'destination', this.#planOf(event));
        return;
      case 'messages-copied':
      case 'messages-moved':
        this.#note(event.uids.length, event.to);
        return;
      case 'messages-skipped':
        this.#leaveOut(event.messages, event.to ?? 'destination');
        return;
      case 'problem':
        if (event.problem.scope === 'message') this.#note(1, event.to);
        return;
      default:
    }
  }

  get planned(): Planned {
    return [...this.#plans].reduce(
      (all, [to, { messages, sizeBytes }]) =>
        sumOf(all, { messages, sizeBytes, toSource: to === 'source' ? messages : 0 }),
      NOTHING_PLANNED,
    );
  }

  /** A plan with sizes is that of a dry run: each message was looked at, and nothing is carried. */
  #planOf({ messages, sizeBytes, to }: Extract<RunEvent, { type: 'mailbox-planned' }>): Plan {
    return sizeBytes === null
      ? { messages: messages + this.#doneTo(to), sizeBytes }
      : { messages, sizeBytes };
  }

  #note(messages: number, to: RunSide = 'destination'): void {
    this.#done.set(to, this.#doneTo(to) + messages);
  }

  #doneTo(to: RunSide = 'destination'): number {
    return this.#done.get(to) ?? 0;
  }

  /** Without sizes nobody had looked who is to be left out. */
  #leaveOut(messages: number, to: RunSide): void {
    const plan = this.#plans.get(to);
    if (plan?.sizeBytes === null) plan.messages = Math.max(0, plan.messages - messages);
  }
}

export function sumOf(one: Planned, other: Planned): Planned {
  return {
    messages: one.messages + other.messages,
    sizeBytes: one.sizeBytes === null || other.sizeBytes === null ? null : one.sizeBytes + other.sizeBytes,
    toSource: one.toSource + other.toSource,
  };
}
