export { corpusMessages } from './corpus.js';
export { difficultAccount } from './difficult-account.js';
export { peakMemoryKib } from './peak-memory.js';
export { type ReadMailbox, type ReadMessage, readMessages } from './read-messages.js';
export { withoutClock } from './without-clock.js';
