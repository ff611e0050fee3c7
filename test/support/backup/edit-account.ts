import {
  type AccountLogin,
  type AppendableMessage,
  appendAll,
  argument,
  type CommandPart,
  type PersonalNamespace,
  personalNamespace,
  type RawImap,
  rawNameOf,
  withLogin,
} from '../imap-client/index.js';

/** A connection that knows how mailboxes are called on its server; `/` between the levels of a path. */
export class AccountEditor {
  readonly imap: RawImap;
  readonly #namespace: PersonalNamespace;

  constructor(imap: RawImap, namespace: PersonalNamespace) {
    this.imap = imap;
    this.#namespace = namespace;
  }

  name(path: string): CommandPart {
    return argument(rawNameOf(path.split('/'), this.#namespace));
  }

  async select(path: string): Promise<void> {
    await this.imap.run(['SELECT ', this.name(path)]);
  }

  /** Runs a command in a mailbox. */
  async inMailbox(path: string, ...commands: readonly string[]): Promise<void> {
    await this.select(path);
    for (const command of commands) await this.imap.run([command]);
  }

  /** Removes messages, and with them all others that are flagged \Deleted. */
  async remove(path: string, uids: string): Promise<void> {
    await this.inMailbox(path, `UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`, 'EXPUNGE');
  }

  async append(path: string, ...messages: readonly AppendableMessage[]): Promise<void> {
    await appendAll(this.imap, rawNameOf(path.split('/'), this.#namespace), messages);
  }

  /** By MOVE where the server has it, else by hand. */
  async move(from: string, uids: string, to: string): Promise<void> {
    await this.select(from);
    if (this.imap.has('MOVE')) {
      await this.imap.run([`UID MOVE ${uids} `, this.name(to)]);
      return;
    }
    await this.imap.run([`UID COPY ${uids} `, this.name(to)]);
    await this.imap.run([`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`]);
    await this.imap.run(['EXPUNGE']);
  }

  /** CREATE, DELETE, SUBSCRIBE or UNSUBSCRIBE. */
  async tree(command: 'CREATE' | 'DELETE' | 'SUBSCRIBE' | 'UNSUBSCRIBE', path: string): Promise<void> {
    // Some servers do not rename or delete what is open.
    if (this.imap.has('UNSELECT')) await this.imap.command(['UNSELECT']);
    await this.imap.run([`${command} `, this.name(path)]);
  }

  async rename(from: string, to: string): Promise<void> {
    if (this.imap.has('UNSELECT')) await this.imap.command(['UNSELECT']);
    await this.imap.run(['RENAME ', this.name(from), ' ', this.name(to)]);
  }
}

/** Logs in and edits an account as another client would. */
export function editAccount<T>(login: AccountLogin, edit: (editor: AccountEditor) => Promise<T>): Promise<T> {
  return withLogin(login, {}, async (imap) => edit(new AccountEditor(imap, await personalNamespace(imap))));
}
