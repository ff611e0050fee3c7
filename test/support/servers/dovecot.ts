import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dovecotSettings } from './dovecot-settings.js';
import { factsFrom, type MailAccount, type MailServer } from './mail-server.js';
import { type Packages, provision } from './provision.js';
import { makeRunFolder } from './run-folder.js';
import { launch, type Program, type ServerDriver } from './running-server.js';
import { MAIL_GID, MAIL_UID } from './system-users.js';
import { renderTemplate } from './template.js';

export type DovecotFormat = 'maildir' | 'sdbox' | 'mdbox';

export interface DovecotTls {
  /** PEM files. */
  readonly certFile: string;
  readonly keyFile: string;
  /** `implicit` speaks TLS from the first octet (imaps); `starttls` asks for STARTTLS before a login. */
  readonly mode: 'implicit' | 'starttls';
}

export interface DovecotOptions {
  /** Who can log in from the start; more by `addUser`. */
  readonly users?: readonly MailAccount[];
  /** The whole capability line after a login, such as {@link MICROSOFT_365_CAPABILITY}; else Dovecot's own. */
  readonly capability?: string;
  /** Hierarchy delimiter; Dovecot's own is `.` for Maildir and `/` otherwise. */
  readonly separator?: string;
  /** Prefix of the personal namespace with its delimiter, such as `INBOX.`. */
  readonly prefix?: string;
  readonly mailFormat?: DovecotFormat;
  /** Maildir only: folders in folders, so that names may hold dots. */
  readonly nestedFolders?: boolean;
  /** Mailboxes made for every user, with their special use or '' (RFC 6154): `{ Sent: '\\Sent' }`. */
  readonly mailboxes?: Readonly<Record<string, string>>;
  readonly quota?: { readonly storageKilobytes?: number; readonly messages?: number };
  /** May log in as anyone, by `user*master` or by SASL PLAIN with an authorization identity. */
  readonly masterUser?: MailAccount;
  readonly tls?: DovecotTls;
  /** More lines of dovecot.conf, read last. Each `{` and `}` ends a line of its own. */
  readonly extraConfig?: string;
}

/** Starts one more Dovecot 2.3 in a folder of its own on a free port of 127.0.0.1. */
export async function startDovecot(options: DovecotOptions = {}): Promise<MailServer> {
  return launch(dovecotDriver(await provision(), options), options.users ?? []);
}

function dovecotDriver(packages: Packages, options: DovecotOptions): ServerDriver {
  const root = makeRunFolder();
  const settings = dovecotSettings(options, root);
  makeMailFolder(root, options.masterUser);
  return {
    kind: 'dovecot',
    facts: factsFrom(settings.capability, { ...settings, uidNextInSelect: true }),
    folders: [root],
    packagesRoot: packages.root,
    logFiles: [join(root, 'log'), join(root, 'output')],
    secure: options.tls?.mode === 'implicit',
    prepare: (port) => {
      configure(packages, root, port, settings.lines);
      return [program(packages, root)];
    },
    addUser: (account) => appendFile(join(root, 'passwd'), passwdLine(account)),
    // Dovecot looks at the file once a second at most, and slows down whoever comes before it knows them.
    noticeUser: () => sleep(1050 - (Date.now() % 1000)),
  };
}

function makeMailFolder(root: string, master: MailAccount | undefined): void {
  mkdirSync(join(root, 'mail'));
  chownSync(join(root, 'mail'), MAIL_UID, MAIL_GID);
  writeFileSync(join(root, 'passwd'), '');
  if (master !== undefined) writeFileSync(join(root, 'masters'), passwdLine(master));
}

function configure(packages: Packages, root: string, port: number, settings: string): void {
  const values = { ROOT: root, LISTEN: '127.0.0.1', PORT: port };
  writeFileSync(join(root, 'dovecot.conf'), renderTemplate('dovecot/dovecot.conf', values));
  // Dovecot starts its processes with none of its environment but what is named here.
  const environment = `import_environment = LD_LIBRARY_PATH=${packages.libraryPath}`;
  writeFileSync(join(root, 'local.conf'), `${environment}\n${settings}`);
}

function program(packages: Packages, root: string): Program {
  return {
    file: join(packages.root, 'usr/sbin/dovecot'),
    args: ['-F', '-c', join(root, 'dovecot.conf')],
    env: { LD_LIBRARY_PATH: packages.libraryPath },
    cwd: root,
    logFile: join(root, 'output'),
  };
}

function passwdLine({ name, password }: MailAccount): string {
  return `${name}:{PLAIN.B64}${Buffer.from(password).toString('base64')}::::::\n`;
}
