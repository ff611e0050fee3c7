import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../accounts/index.js';
import { type AccountLogin, CommandRefused, dataOf, type RawImap, tokenText } from '../imap-client/index.js';
import { type AccountEditor, editAccount } from './edit-account.js';
import { smallMessage } from './small-mail.js';

/** What is set and taken away. */
const FLAGS = ['\\Seen', '\\Flagged', '\\Answered', '\\Draft', 'Work', '$Forwarded'];
const PAUSE_MS = 15;

export interface RandomLoad {
  /** How many changes were made so far. */
  readonly changes: number;
  /** Lets every connection finish what it does. Throws what went wrong in any of them. */
  stop(): Promise<void>;
}

/**
 * Several clients of one account at once, each doing what clients do, at random: new mail, flags, expunges, copies and
 * moves from mailbox to mailbox. The same seed makes the same choices; how they interleave is up to the server.
 */
export function startRandomLoad(
  login: AccountLogin,
  mailboxes: readonly string[],
  { seed, connections }: { readonly seed: string; readonly connections: number },
): RandomLoad {
  const state = { stopped: false, changes: 0 };
  const clients = Array.from({ length: connections }, (_, number) =>
    editAccount(login, async (editor) => {
      const client = new RandomClient(editor, mailboxes, `${seed}/${number}`);
      while (!state.stopped) {
        await client.step();
        state.changes += 1;
        await sleep(PAUSE_MS);
      }
    }),
  );
  const done = Promise.all(clients);
  // A failure is thrown by `stop`.
  done.catch(() => undefined);
  return {
    get changes(): number {
      return state.changes;
    },
    stop: async () => {
      state.stopped = true;
      await done;
    },
  };
}

class RandomClient {
  readonly #editor: AccountEditor;
  readonly #imap: RawImap;
  readonly #mailboxes: readonly string[];
  readonly #random: Random;
  readonly #label: string;
  #appended = 0;

  constructor(editor: AccountEditor, mailboxes: readonly string[], seed: string) {
    this.#editor = editor;
    this.#imap = editor.imap;
    this.#mailboxes = mailboxes;
    this.#random = new Random(seed);
    this.#label = seed.replaceAll(/[^A-Za-z0-9]/g, '-');
  }

  async step(): Promise<void> {
    const mailbox = this.#random.pick(this.#mailboxes);
    const choice = this.#random.between(1, 10);
    if (choice <= 4) {
      const label = `${this.#label}.${++this.#appended}`;
      await this.#editor.append(mailbox, smallMessage(label, this.#random.between(1, 5000)));
      return;
    }
    await this.#editor.select(mailbox);
    const uids = await this.#someUids();
    if (uids === '') return;
    if (choice <= 7) {
      const flags = this.#random.pick(FLAGS);
      await this.#attempt([`UID STORE ${uids} ${this.#random.pick(['+', '-'])}FLAGS (${flags})`]);
      return;
    }
    const to = this.#editor.name(this.#random.pick(this.#mailboxes.filter((name) => name !== mailbox)));
    if (choice === 8) await this.#attempt([`UID COPY ${uids} `, to]);
    else if (choice === 9) await this.#attempt([`UID MOVE ${uids} `, to]);
    else {
      await this.#attempt([`UID STORE ${uids} +FLAGS (\\Deleted)`]);
      await this.#attempt([`UID EXPUNGE ${uids}`]);
    }
  }

  async #someUids(): Promise<string> {
    const { untagged } = await this.#imap.run(['UID SEARCH ALL']);
    const found = dataOf(untagged, 'SEARCH').flatMap((tokens) => tokens.slice(1).map(tokenText));
    const count = Math.min(found.length, this.#random.between(1, 3));
    return Array.from({ length: count }, () => this.#random.pick(found)).join();
  }

  /** Others may have taken away meanwhile what this is about; the server may say NO to that. */
  async #attempt(parts: Parameters<RawImap['command']>[0]): Promise<void> {
    const answer = await this.#imap.command(parts);
    if (answer.status === 'BAD') throw new CommandRefused(String(parts[0]), answer);
  }
}
