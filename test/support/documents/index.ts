export { isAsShown } from './compare-output.js';
export { type Block, blocksOf, type Step, stepsOf } from './markdown-blocks.js';
export { type CommandResult, TerminalSession } from './terminal-session.js';
export { startTwoServers, type TwoServers } from './two-servers.js';
