/** What one direction of a route does. */
export interface DirectionPolicy {
  readonly copyNew: boolean;
  readonly copyFlags: boolean;
  readonly removeGone: boolean;
  readonly createMailboxes: boolean;
  readonly removeMailboxes: boolean;
}

/** A verb is nothing but one of these. */
export interface SyncPolicy {
  readonly verb: 'copy';
  readonly aToB: DirectionPolicy;
  readonly bToA: DirectionPolicy;
  /** Whether messages flagged `\Deleted` are carried like any other. */
  readonly carryDeleted: boolean;
}

const off: DirectionPolicy = {
  copyNew: false,
  copyFlags: false,
  removeGone: false,
  createMailboxes: false,
  removeMailboxes: false,
};

/** Adds what is missing and later flag changes; removes nothing. */
export const copyPolicy: SyncPolicy = {
  verb: 'copy',
  aToB: { copyNew: true, copyFlags: true, removeGone: false, createMailboxes: true, removeMailboxes: false },
  bToA: off,
  carryDeleted: false,
};
