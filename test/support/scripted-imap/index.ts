export { answering, type Connected, connected } from './connected.js';
export { Conversation, type SentCommand } from './conversation.js';
export { type LoopbackServer, playServer, startLoopback } from './loopback.js';
export { endAll, endedLater, settle } from './settle.js';
