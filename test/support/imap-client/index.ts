export { type AccountLogin, loginOf, type TlsTrust } from './account-login.js';
export { type AppendableMessage, type AppendOutcome, appendAll } from './append.js';
export { argument } from './argument.js';
export { type ConnectOptions, connectRaw, loginRaw, type ServerAddress, withLogin } from './connect.js';
export { type ExaminedMailbox, examine } from './examine.js';
export { type FetchedItems, fetchAll, fetchedItems } from './fetch.js';
export { formatInternalDate, parseInternalDate } from './internal-date.js';
export {
  dataOf,
  type ListedMailbox,
  listMailboxes,
  type MailboxTree,
  type PersonalNamespace,
  pathOf,
  personalNamespace,
  rawNameOf,
} from './mailbox-tree.js';
export { decodeModifiedUtf7, encodeModifiedUtf7 } from './modified-utf7.js';
export {
  type CommandOptions,
  type CommandPart,
  CommandRefused,
  type CommandResult,
  type RawImap,
  type Untagged,
} from './raw-imap.js';
export type { Response, StatusResponse, StatusWord } from './response.js';
export { type Token, tokenBytes, tokenList, tokenText } from './token-parser.js';
