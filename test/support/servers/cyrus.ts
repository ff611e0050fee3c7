import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { chown } from 'node:fs/promises';
import { join } from 'node:path';
import { factsFrom, type MailAccount, type MailServer } from './mail-server.js';
import { type Packages, provision } from './provision.js';
import { makeRunFolder } from './run-folder.js';
import { launch, type Program, type ServerDriver } from './running-server.js';
import { MAIL_GID, MAIL_UID } from './system-users.js';
import { renderTemplate } from './template.js';

/** What Cyrus 3.6.1 advertises after a login. */
export const CYRUS_CAPABILITY =
  'IMAP4rev1 LITERAL+ ID ENABLE ACL ANNOTATE-EXPERIMENT-1 BINARY CATENATE CHILDREN CONDSTORE CREATE-SPECIAL-USE ESEARCH ESORT LIST-EXTENDED LIST-MYRIGHTS LIST-STATUS MAILBOX-REFERRALS METADATA MOVE MULTIAPPEND NAMESPACE OBJECTID PREVIEW QRESYNC QUOTA RIGHTS=kxten SAVEDATE SEARCH=FUZZY SORT SORT=DISPLAY SPECIAL-USE STATUS=SIZE THREAD=ORDEREDSUBJECT THREAD=REFERENCES UIDPLUS UNSELECT URLAUTH URLAUTH=BINARY WITHIN DIGEST=SHA1 LIST-METADATA NO_ATOMIC_RENAME SCAN SORT=MODSEQ SORT=UID THREAD=REFS X-CREATEDMODSEQ X-REPLICATION X-SIEVE-MAILBOX XLIST XMOVE LOGINDISABLED COMPRESS=DEFLATE X-QUOTA=STORAGE X-QUOTA=MESSAGE X-QUOTA=X-ANNOTATION-STORAGE X-QUOTA=X-NUM-FOLDERS IDLE APPENDLIMIT=4294967295';

export interface CyrusOptions {
  /** Who can log in from the start; more by `addUser`. */
  readonly users?: readonly MailAccount[];
  /** Mailboxes made for every user, with their special use or '' (RFC 6154): `{ Sent: '\\Sent' }`. */
  readonly mailboxes?: Readonly<Record<string, string>>;
  /** More lines of imapd.conf. */
  readonly extraConfig?: string;
}

const SERVER_NAME = 'mailferry.test';
const OWN_FOLDERS = [
  'conf',
  'conf/db',
  'conf/log',
  'conf/msg',
  'conf/socket',
  'spool',
  'proc',
  'lock',
  'socket',
];

/** Starts one more Cyrus 3.6 in a folder of its own on a free port of 127.0.0.1. */
export async function startCyrus(options: CyrusOptions = {}): Promise<MailServer> {
  return launch(cyrusDriver(await provision(), options), options.users ?? []);
}

function cyrusDriver(packages: Packages, options: CyrusOptions): ServerDriver {
  const root = makeRunFolder();
  for (const folder of OWN_FOLDERS) makeOwnFolder(join(root, folder));
  return {
    kind: 'cyrus',
    facts: factsFrom(CYRUS_CAPABILITY, { delimiter: '/', prefix: '', uidNextInSelect: true }),
    folders: [root],
    packagesRoot: packages.root,
    logFiles: [join(root, 'output')],
    secure: false,
    prepare: (port) => {
      configure(packages, root, port, options);
      return [program(packages, root)];
    },
    addUser: (account) => savePassword(packages, root, account),
  };
}

function makeOwnFolder(folder: string): void {
  mkdirSync(folder);
  chownSync(folder, MAIL_UID, MAIL_GID);
}

function configure(packages: Packages, root: string, port: number, options: CyrusOptions): void {
  const values = {
    ROOT: root,
    PACKAGES: packages.root,
    SERVERNAME: SERVER_NAME,
    LISTEN: '127.0.0.1',
    PORT: port,
  };
  const more = [...mailboxLines(options.mailboxes ?? {}), options.extraConfig ?? ''].join('\n');
  writeFileSync(join(root, 'imapd.conf'), `${renderTemplate('cyrus/imapd.conf', values)}${more}\n`);
  writeFileSync(join(root, 'cyrus.conf'), renderTemplate('cyrus/cyrus.conf', values));
}

function mailboxLines(mailboxes: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(mailboxes);
  if (names.length === 0) return [];
  const uses = Object.entries(mailboxes).filter(([, use]) => use !== '');
  return [
    `autocreate_inbox_folders: ${names.join(' | ')}`,
    ...uses.map(([name, use]) => `xlist-${use.replace('\\', '').toLowerCase()}: ${name}`),
  ];
}

function program(packages: Packages, root: string): Program {
  const [settings, services, pidFile] = ['imapd.conf', 'cyrus.conf', 'pid'].map((name) => join(root, name));
  return {
    file: join(packages.root, 'usr/lib/cyrus/bin/master'),
    args: ['-C', settings, '-M', services, '-p', pidFile, '-D'].map(String),
    env: environment(packages),
    cwd: root,
    logFile: join(root, 'output'),
  };
}

function environment(packages: Packages): Record<string, string> {
  return { LD_LIBRARY_PATH: packages.libraryPath, SASL_PATH: packages.saslPath };
}

/** The password goes in by standard input, where no list of processes shows it. */
async function savePassword(packages: Packages, root: string, account: MailAccount): Promise<void> {
  const file = join(root, 'sasldb2');
  const [user = '', domain = SERVER_NAME] = account.name.split('@');
  await new Promise<void>((resolve, reject) => {
    const child = execFile(
      join(packages.root, 'usr/sbin/saslpasswd2'),
      ['-p', '-f', file, '-u', domain, '-c', user],
      { env: environment(packages) },
      (error) => (error === null ? resolve() : reject(error)),
    );
    child.stdin?.end(`${account.password}\n`);
  });
  await chown(file, MAIL_UID, MAIL_GID);
}
