import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { MailAccount } from './mail-server.js';
import type { Packages } from './provision.js';
import { MAIL_GID, MAIL_UID } from './system-users.js';

const run = promisify(execFile);

/** The userdb of one Courier: what makeuserdb(8), a Perl script, makes of /etc/courier/userdb. */
export class CourierAccounts {
  readonly #packages: Packages;
  readonly #root: string;
  readonly #state: string;
  readonly #accounts: MailAccount[] = [];
  #written: Promise<void> = Promise.resolve();

  constructor(packages: Packages, root: string, state: string) {
    this.#packages = packages;
    this.#root = root;
    this.#state = state;
  }

  async add(account: MailAccount): Promise<void> {
    await this.#makeMaildir(account.name);
    this.#accounts.push(account);
    this.#written = this.#written.then(() => this.#write());
    await this.#written;
  }

  /** Courier expects the three folders and makes none of them. */
  async #makeMaildir(name: string): Promise<void> {
    const home = join(this.#root, 'mail', name);
    const maildir = join(home, 'Maildir');
    for (const folder of [home, maildir, ...['cur', 'new', 'tmp'].map((part) => join(maildir, part))]) {
      await mkdir(folder, { recursive: true });
      await chown(folder, MAIL_UID, MAIL_GID);
    }
  }

  async #write(): Promise<void> {
    await this.#compile('userdb', (account) => this.#fields(account));
    await this.#compile('userdbshadow', ({ password }) => `systempw={SHA256}${sha256(password)}`);
  }

  #fields({ name }: MailAccount): string {
    const home = join(this.#root, 'mail', name);
    return `home=${home}|mail=${home}/Maildir|uid=${MAIL_UID}|gid=${MAIL_GID}`;
  }

  /** A line with nothing but a dot ends the list. */
  async #compile(name: string, fieldsOf: (account: MailAccount) => string): Promise<void> {
    const lines = this.#accounts.map((account) => `${account.name}\t${fieldsOf(account)}`);
    const file = join(this.#state, name);
    await writeFile(file, `${[...lines, '.'].join('\n')}\n`, { mode: 0o600 });
    const program = join(this.#packages.root, 'usr/lib/courier/courier-authlib/makedatprog');
    const env = { LD_LIBRARY_PATH: this.#packages.libraryPath };
    await run(program, [file, `${file}.tmp`, `${file}.dat`], { env });
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
