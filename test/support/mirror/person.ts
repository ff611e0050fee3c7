import { type AccountEditor, editAccount, smallMessage } from '../backup/index.js';
import {
  type AccountLogin,
  type AppendableMessage,
  dataOf,
  fetchAll,
  listMailboxes,
  tokenList,
  tokenText,
} from '../imap-client/index.js';

const HEADER = 'BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]';

/** The small message of a label that ends in its number: `inbox.3` is the third that `smallMessages` makes for INBOX. */
export function messageOf(label: string): AppendableMessage {
  return smallMessage(label, Number(/\d+$/.exec(label)?.[0] ?? 0));
}

/** `labels('inbox', 1, 3)` are those of the messages 1 to 3. */
export function labels(prefix: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}.${first + index}`);
}

/** Somebody at a mail program of one side, who knows messages by their labels. */
export class Person {
  readonly editor: AccountEditor;

  constructor(editor: AccountEditor) {
    this.editor = editor;
  }

  async deliver(mailbox: string, ...wanted: readonly string[]): Promise<void> {
    await this.editor.append(mailbox, ...wanted.map(messageOf));
  }

  async remove(mailbox: string, ...wanted: readonly string[]): Promise<void> {
    const uids = await this.uids(mailbox, ...wanted);
    await this.editor.imap.run([`UID STORE ${uids} +FLAGS.SILENT (\\Deleted)`]);
    await this.editor.imap.run([`UID EXPUNGE ${uids}`]);
  }

  /** Flags as `+\Seen` or `-Work`. */
  async flag(mailbox: string, label: string, ...changes: readonly string[]): Promise<void> {
    const uids = await this.uids(mailbox, label);
    for (const change of changes) {
      await this.editor.imap.run([`UID STORE ${uids} ${change[0]}FLAGS.SILENT (${change.slice(1)})`]);
    }
  }

  async move(from: string, to: string, ...wanted: readonly string[]): Promise<void> {
    await this.editor.move(from, await this.uids(from, ...wanted), to);
  }

  async copy(from: string, to: string, ...wanted: readonly string[]): Promise<void> {
    const uids = await this.uids(from, ...wanted);
    await this.editor.imap.run([`UID COPY ${uids} `, this.editor.name(to)]);
  }

  /** Makes a mailbox and subscribes to it, as mail programs do. */
  async make(mailbox: string): Promise<void> {
    await this.editor.tree('CREATE', mailbox);
    await this.editor.tree('SUBSCRIBE', mailbox);
  }

  async drop(mailbox: string): Promise<void> {
    await this.#leave();
    await this.editor.tree('UNSUBSCRIBE', mailbox);
    await this.editor.tree('DELETE', mailbox);
  }

  /** Renames a mailbox with all below and takes the subscriptions along, which servers leave behind. */
  async rename(from: string, to: string): Promise<void> {
    const { mailboxes } = await listMailboxes(this.editor.imap);
    const names = mailboxes.filter(({ subscribed }) => subscribed).map(({ path }) => path.join('/'));
    await this.#leave();
    await this.editor.rename(from, to);
    for (const name of names.filter((one) => one === from || one.startsWith(`${from}/`))) {
      await this.editor.tree('UNSUBSCRIBE', name);
      await this.editor.tree('SUBSCRIBE', to + name.slice(from.length));
    }
  }

  /** Deletes a mailbox and makes it anew with these messages: another UIDVALIDITY, other UIDs. */
  async replace(mailbox: string, ...wanted: readonly string[]): Promise<void> {
    await this.#leave();
    await this.editor.tree('DELETE', mailbox);
    await this.editor.tree('CREATE', mailbox);
    // Some servers take the time in seconds for UIDVALIDITY, others count.
    await this.deliver(mailbox, 'gone.at.once.1');
    await this.remove(mailbox, 'gone.at.once.1');
    await this.deliver(mailbox, ...wanted);
  }

  /** Courier renames and deletes nothing that is open, and has no UNSELECT to close it. */
  async #leave(): Promise<void> {
    if (!this.editor.imap.has('UNSELECT')) await this.editor.select('INBOX');
  }

  /** How many messages there are; null where there is no such mailbox, whatever a listing says. */
  async count(mailbox: string): Promise<number | null> {
    const name = this.editor.name(mailbox);
    const { status, untagged } = await this.editor.imap.command(['STATUS ', name, ' (MESSAGES)']);
    if (status !== 'OK') return null;
    return Number(tokenText(tokenList(dataOf(untagged, 'STATUS')[0]?.[2])[1]));
  }

  /** Opens a mailbox and finds its messages, twins as well. Throws where one is missing. */
  async uids(mailbox: string, ...wanted: readonly string[]): Promise<string> {
    await this.editor.select(mailbox);
    const there: { readonly label: string; readonly uid: string }[] = [];
    await fetchAll(this.editor.imap, `UID ${HEADER}`, (items) => {
      // Some servers write the name of the field in quotes.
      const header = tokenText([...items].find(([name]) => name.startsWith('BODY['))?.[1]);
      there.push({ label: /<(.*)@/.exec(header)?.[1] ?? '', uid: tokenText(items.get('UID')) });
    });
    const uids = wanted.flatMap((label) => {
      const found = there.filter((one) => one.label === label).map(({ uid }) => uid);
      if (found.length === 0) throw new Error(`${label} is not in ${mailbox}`);
      return found;
    });
    return uids.join();
  }
}

/** What a person does at one side. */
export function act<T>(login: AccountLogin, work: (person: Person) => Promise<T>): Promise<T> {
  return editAccount(login, (editor) => work(new Person(editor)));
}
