export * from './backup-pairs.js';
export * from './backup-stage.js';
export * from './edit-account.js';
export * from './expect-equal.js';
export * from './random-load.js';
export * from './said.js';
export * from './small-mail.js';
