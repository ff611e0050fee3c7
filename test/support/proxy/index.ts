export {
  type ProxyCounters,
  type ProxyOptions,
  type SeenCommand,
  startProxy,
  type TcpProxy,
} from './proxy.js';
export type { Action, ByteTrigger, CommandTrigger, Direction, Rule, Trigger } from './rules.js';
