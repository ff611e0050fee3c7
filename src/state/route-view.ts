import type { RouteState } from './route-state.js';

/** The state of a route as whoever carries mail sees it, from either side: see {@link turnedView}. */
export type RouteView = Pick<
  RouteState,
  | 'pairs'
  | 'pair'
  | 'pairByName'
  | 'createPair'
  | 'facts'
  | 'nextIntentId'
  | 'load'
  | 'loaded'
  | 'unload'
  | 'record'
  | 'commit'
>;
