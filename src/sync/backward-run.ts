import type { RunEvent, RunSide } from '../report/events.js';
import { turnedView } from '../state/turned-view.js';
import { RunContext } from './run-context.js';
import type { SyncRunOptions } from './run-options.js';

/** A run that also goes from b to a: what reads a and writes b does the other direction over exchanged sides. */
export function contextOf(options: SyncRunOptions): RunContext {
  const { policy } = options;
  if (policy.changesOfB !== 'merge') return new RunContext(options);
  const backward = new RunContext({
    ...options,
    policy: { ...policy, aToB: policy.bToA, bToA: policy.aToB },
    a: options.b,
    b: options.a,
    state: turnedView(options.state),
    onEvent: (event) => options.onEvent(turnedEvent(event)),
  });
  return new RunContext(options, backward);
}

function turnedEvent(event: RunEvent): RunEvent {
  switch (event.type) {
    case 'mailbox-planned':
    case 'messages-copied':
    case 'messages-moved':
    case 'messages-skipped':
    case 'messages-left':
    case 'problem':
      return { ...event, to: 'source' };
    default:
      return 'side' in event ? { ...event, side: otherSide(event.side) } : event;
  }
}

function otherSide(side: RunSide): RunSide {
  return side === 'source' ? 'destination' : 'source';
}
