export * from './courier.js';
export * from './cyrus.js';
export * from './dovecot.js';
export { DOVECOT_CAPABILITY, GMAIL_CAPABILITY, MICROSOFT_365_CAPABILITY } from './dovecot-settings.js';
export type { MailAccount, MailServer, ServerFacts, ServerKind } from './mail-server.js';
export { assertServersCanRun, whyServersCannotRun } from './platform.js';
export { type Packages, provision } from './provision.js';
export { reap } from './registry.js';
