export * from './backup-stage.js';
export * from './edit-account.js';
export * from './random-load.js';
export * from './said.js';
export * from './small-mail.js';
