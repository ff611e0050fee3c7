import {
  accountIdentity,
  backupPolicy,
  copyPolicy,
  createImapStore,
  mirrorPolicy,
  openRouteState,
  runSync,
  withReadOnly,
} from '../index.js';
import type { Engine } from './engine.js';

/** The library this program comes with. */
export const ownEngine: Engine = {
  createStore: createImapStore,
  readOnly: withReadOnly,
  identity: accountIdentity,
  openState: openRouteState,
  runSync,
  copyPolicy,
  backupPolicy,
  mirrorPolicy,
};
