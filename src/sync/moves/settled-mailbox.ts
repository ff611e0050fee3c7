import type { WireName } from '../../model/mailbox.js';

/** A mailbox pair of which a run before has known all that was on both sides. */
export interface SettledMailbox {
  readonly key: string;
  readonly names: { readonly a: WireName; readonly b: WireName };
}
