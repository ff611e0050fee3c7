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
  readonly verb: 'copy' | 'backup' | 'mirror';
  readonly aToB: DirectionPolicy;
  readonly bToA: DirectionPolicy;
  /**
   * What becomes of changes made on side b itself: they stay and are not looked at (`leave`), they are undone
   * (`a-wins`), or they go to side a as those of a go to b (`merge`).
   */
  readonly changesOfB: 'leave' | 'a-wins' | 'merge';
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
  changesOfB: 'leave',
  carryDeleted: false,
};

const everything: DirectionPolicy = {
  copyNew: true,
  copyFlags: true,
  removeGone: true,
  createMailboxes: true,
  removeMailboxes: true,
};

/** Makes the destination equal the source; what was changed at the destination is undone. */
export const backupPolicy: SyncPolicy = {
  verb: 'backup',
  aToB: everything,
  bToA: off,
  changesOfB: 'a-wins',
  carryDeleted: true,
};

/** Two-way: changes of both sides survive. */
export const mirrorPolicy: SyncPolicy = {
  verb: 'mirror',
  aToB: everything,
  bToA: everything,
  changesOfB: 'merge',
  carryDeleted: true,
};
