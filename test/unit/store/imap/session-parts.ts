import { afterEach } from 'vitest';
import { noQuirks, type Quirks } from '../../../../src/store/imap/features.js';
import { ImapSession } from '../../../../src/store/imap/session.js';
import type { ConnectionOptions } from '../../../../src/store/imap/wire/connection-parts.js';
import type { StoreFacts, StoreFeatures } from '../../../../src/store/mail-store.js';
import { answering, type Connected, endAll, endedLater } from '../../../support/scripted-imap/index.js';

export const quiet = new AbortController().signal;

const NO_FEATURES: StoreFeatures = {
  condstore: false,
  qresync: false,
  uidplus: false,
  multiAppend: 'none',
  esearch: false,
  listStatus: false,
  specialUse: false,
  createSpecialUse: false,
  objectId: false,
  emailId: false,
  appendLimitBytes: null,
};

export interface ScriptedSession extends Connected {
  readonly session: ImapSession;
  readonly quirks: Quirks;
  /** Commands so far, without their tags. */
  readonly commands: string[];
}

export interface ScriptedOptions extends Partial<ConnectionOptions> {
  readonly features?: Partial<StoreFeatures>;
  readonly facts?: Partial<Omit<StoreFacts, 'features'>>;
  readonly quirks?: Quirks;
}

afterEach(endAll);

/** A session whose server answers by rule. Lines of an answer end in CRLF by themselves; `%T` is the tag. */
export function scripted(
  rule: (command: string) => readonly string[],
  options: ScriptedOptions = {},
): ScriptedSession {
  const { features, facts, quirks = noQuirks(), ...connection } = options;
  const commands: string[] = [];
  const made = endedLater(
    answering((command) => {
      commands.push(command);
      return rule(command)
        .map((line) => `${line}\r\n`)
        .join('');
    }, connection),
  );
  const all: StoreFacts = {
    personal: [{ prefix: '', delimiter: '/' }],
    other: [],
    shared: [],
    software: null,
    tls: null,
    capabilities: [],
    ...facts,
    features: { ...NO_FEATURES, ...features },
  };
  const session = new ImapSession(made.connection, all, 'ann@example.net', quirks, () => undefined);
  return { ...made, session, quirks, commands };
}

export const SELECTED = [
  '* FLAGS (\\Seen \\Answered)',
  '* 3 EXISTS',
  '* OK [UIDVALIDITY 7] ok',
  '* OK [UIDNEXT 10] ok',
  '* OK [PERMANENTFLAGS (\\Seen \\*)] ok',
  '%T OK [READ-WRITE] done',
];

/** Rules for one opened mailbox and one more kind of command. */
export function openBox(
  rule: (command: string) => readonly string[],
): (command: string) => readonly string[] {
  return (command) => (/^(?:SELECT|EXAMINE)/.test(command) ? SELECTED : rule(command));
}
