import { setMaxListeners } from 'node:events';

/** Calls `act` once when the signal is aborted, unless what is returned was called before. */
export function whenAborted(signal: AbortSignal, act: () => void): () => void {
  // One signal serves all commands of a run; Node would warn of a leak at the eleventh in flight.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
