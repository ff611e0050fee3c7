import { connectionLost } from '../../../src/store/imap/wire/failures.js';
import type { Connected } from './connected.js';

const ends: Connected[] = [];

/** Leaves a connection to {@link endAll}. */
export function endedLater<Ends extends Connected>(made: Ends): Ends {
  ends.push(made);
  return made;
}

/** For after each test: nothing waits for the other end any more. */
export function endAll(): void {
  for (const { connection, server } of ends.splice(0)) {
    connection.destroy(connectionLost('ann', 'the test is over', null));
    server.stream.destroy();
  }
}

/** Lets streams and promises move on, without a clock. */
export async function settle(rounds = 20): Promise<void> {
  for (let round = 0; round < rounds; round++) await new Promise(setImmediate);
}
