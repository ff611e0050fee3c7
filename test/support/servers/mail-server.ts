/** Somebody who can log in. */
export interface MailAccount {
  readonly name: string;
  readonly password: string;
}

export type ServerKind = 'dovecot' | 'cyrus' | 'courier';

/** What a test has to know of a server before it asks. */
export interface ServerFacts {
  /** Hierarchy delimiter of the personal namespace. */
  readonly delimiter: string;
  /** Prefix of the personal namespace with its delimiter, such as `INBOX.`; often empty. */
  readonly prefix: string;
  /** What it advertises after a login, in upper case. */
  readonly capabilities: ReadonlySet<string>;
  /** Mod-sequences are kept (RFC 7162); false without CONDSTORE. */
  readonly persistentModseq: boolean;
  readonly uidplus: boolean;
  readonly move: boolean;
  readonly multiappend: boolean;
  readonly literalPlus: boolean;
  readonly specialUse: boolean;
  /** SELECT answers with UIDNEXT. */
  readonly uidNextInSelect: boolean;
}

/** A real server that listens on 127.0.0.1. */
export interface MailServer {
  readonly kind: ServerKind;
  readonly host: string;
  readonly port: number;
  /** Everyone added so far. */
  readonly users: readonly MailAccount[];
  readonly facts: ServerFacts;
  /** Its own folder: configuration, logs and mail. */
  readonly rootDir: string;
  addUser(name: string, password: string): Promise<void>;
  /** Every process of the server at this moment. */
  pids(): number[];
  /** The end of what the server logged. Cyrus tells most of it to syslog only. */
  logTail(): string;
  /** Ends its processes at once, as a power cut would, but keeps its mail. */
  down(): void;
  /** Starts it again on the same port after {@link down}. */
  up(): Promise<void>;
  /** Ends it and removes all it has. May be called twice. */
  stop(): Promise<void>;
}

/** @param capabilityLine what follows CAPABILITY */
export function factsFrom(
  capabilityLine: string,
  given: Pick<ServerFacts, 'delimiter' | 'prefix' | 'uidNextInSelect'>,
): ServerFacts {
  const capabilities = new Set(capabilityLine.toUpperCase().split(' '));
  return {
    ...given,
    capabilities,
    persistentModseq: capabilities.has('CONDSTORE') || capabilities.has('QRESYNC'),
    uidplus: capabilities.has('UIDPLUS'),
    move: capabilities.has('MOVE'),
    multiappend: capabilities.has('MULTIAPPEND'),
    literalPlus: capabilities.has('LITERAL+'),
    specialUse: capabilities.has('SPECIAL-USE'),
  };
}
