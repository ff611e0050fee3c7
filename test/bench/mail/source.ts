import { type FillableAccount, fillAccount } from '../../support/accounts/index.js';
import { type AccountLogin, loginOf } from '../../support/imap-client/index.js';
import { type MailServer, startDovecot } from '../../support/servers/index.js';
import { type Contents, readContents, readSizeBytes } from './contents.js';
import { type MailKind, makeMail } from './mail.js';

/** A filled account at the source. */
export interface SourceAccount {
  readonly login: AccountLogin;
  readonly contents: Contents;
  readonly messages: number;
  readonly sizeBytes: number;
}

export const PASSWORD = 'benchmark';
const FILLING_CONNECTIONS = 4;
/** More than there are accounts to be filled. All there from the start: Dovecot reads a list of users once a second. */
const USERS = Array.from({ length: 20 }, (_, index) => ({ name: `source${index + 1}`, password: PASSWORD }));

/** The Dovecot that everything is carried from. */
export class Source {
  readonly #server: MailServer;
  readonly #scale: number;
  readonly #accounts = new Map<MailKind, Promise<SourceAccount>>();
  #usersTaken = 0;

  private constructor(server: MailServer, scale: number) {
    this.#server = server;
    this.#scale = scale;
  }

  static async start(scale: number): Promise<Source> {
    return new Source(await startDovecot({ users: USERS }), scale);
  }

  get mailFolder(): string {
    return this.#server.rootDir;
  }

  /** An account with this mail, which nobody may change; filled when it is asked for the first time. */
  shared(kind: MailKind): Promise<SourceAccount> {
    const made = this.#accounts.get(kind) ?? this.own(kind);
    this.#accounts.set(kind, made);
    return made;
  }

  /** A new account with this mail, for whoever wants to change it. */
  async own(kind: MailKind): Promise<SourceAccount> {
    const user = USERS[this.#usersTaken];
    this.#usersTaken += 1;
    return fill(loginOf(this.#server, user?.name), makeMail(kind, this.#scale));
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }
}

async function fill(login: AccountLogin, mail: FillableAccount): Promise<SourceAccount> {
  const { appended } = await fillAccount(login, mail, { connections: FILLING_CONNECTIONS });
  return {
    login,
    contents: await readContents(login),
    messages: appended,
    sizeBytes: await readSizeBytes(login),
  };
}
