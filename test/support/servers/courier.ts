import { chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CourierAccounts } from './courier-accounts.js';
import { factsFrom, type MailAccount, type MailServer } from './mail-server.js';
import { type Packages, provision } from './provision.js';
import { type Relocation, relocateFile } from './relocate.js';
import { makeRunFolder, makeShortFolder } from './run-folder.js';
import { launch, type Program, type ServerDriver } from './running-server.js';
import { MAIL_GID, MAIL_UID } from './system-users.js';
import { renderTemplate } from './template.js';

/** What Courier-IMAP 5.0.13 advertises after a login. */
export const COURIER_CAPABILITY =
  'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE ACL ACL2=UNION ENABLE UTF8=ACCEPT';

export interface CourierOptions {
  /** Who can log in from the start; more by `addUser`. */
  readonly users?: readonly MailAccount[];
  /** Variables to be different from docker/courier/imapd, such as `IMAP_IDLE_TIMEOUT`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * Starts one more Courier-IMAP 5, with an authentication daemon of its own, on a free port of 127.0.0.1.
 *
 * Courier has the paths of that daemon's socket, settings and accounts compiled in, so that there could be but
 * one a machine. Each server gets copies of the few programs concerned with a path of its own in that place.
 */
export async function startCourier(options: CourierOptions = {}): Promise<MailServer> {
  return launch(courierDriver(await provision(), options), options.users ?? []);
}

function courierDriver(packages: Packages, options: CourierOptions): ServerDriver {
  const root = makeRunFolder();
  const state = makeShortFolder();
  const accounts = new CourierAccounts(packages, root, state);
  mkdirSync(join(root, 'mail'));
  chownSync(join(root, 'mail'), MAIL_UID, MAIL_GID);
  copyPrograms(packages, state);
  return {
    kind: 'courier',
    facts: factsFrom(COURIER_CAPABILITY, { delimiter: '.', prefix: 'INBOX.', uidNextInSelect: false }),
    folders: [root, state],
    packagesRoot: packages.root,
    logFiles: [join(root, 'authdaemond.log'), join(root, 'log')],
    secure: false,
    prepare: (port) => {
      writeFileSync(join(state, 'authdaemonrc'), renderTemplate('courier/authdaemonrc', { STATE: state }));
      return [authDaemon(packages, root, state), imapServer(packages, root, state, port, options)];
    },
    addUser: (account) => accounts.add(account),
  };
}

function copyPrograms(packages: Packages, state: string): void {
  const lib = join(state, 'lib');
  mkdirSync(lib);
  mkdirSync(join(state, 'authdaemon'));
  const relocations: Relocation[] = [
    ['/etc/courier', state],
    ['/run/courier', state],
    ['/usr/lib/courier-authlib', lib],
    ['/usr/libexec/gam_server', join(state, 'gam_server')],
  ];
  const libraries = packages.libraryPath.split(':')[0] ?? '';
  const copies: [from: string, to: string][] = [
    [join(packages.root, 'usr/lib/courier/courier-authlib/authdaemond'), join(state, 'authdaemond')],
    [join(packages.root, 'usr/lib/libcourierauth.so.0'), join(lib, 'libcourierauth.so.0')],
    [join(packages.root, 'usr/lib/courier-authlib/libauthuserdb.so'), join(lib, 'libauthuserdb.so.0')],
    [join(libraries, 'libfam.so.0'), join(lib, 'libfam.so.0')],
  ];
  for (const [from, to] of copies) relocateFile(from, to, relocations);
  // Waiting for a lock needs the file monitor, which the library would start from where it is installed.
  copyFileSync(join(packages.root, 'usr/libexec/gam_server'), join(state, 'gam_server'));
}

function authDaemon(packages: Packages, root: string, state: string): Program {
  return {
    file: join(state, 'authdaemond'),
    args: [],
    env: environment(packages, state),
    cwd: root,
    logFile: join(root, 'authdaemond.log'),
  };
}

function imapServer(
  packages: Packages,
  root: string,
  state: string,
  port: number,
  options: CourierOptions,
): Program {
  const values = { LISTEN: '127.0.0.1', PORT: port };
  const settings = { ...parseVariables(renderTemplate('courier/imapd', values)), ...options.settings };
  const from = (path: string): string => join(packages.root, path);
  return {
    file: from('usr/sbin/couriertcpd'),
    args: [
      `-address=${settings['ADDRESS']}`,
      `-maxprocs=${settings['MAXDAEMONS']}`,
      `-maxperip=${settings['MAXPERIP']}`,
      '-nodnslookup',
      '-noidentlookup',
      String(port),
      from('usr/lib/courier/courier/imaplogin'),
      from('usr/bin/imapd'),
      String(settings['MAILDIRPATH']),
    ],
    env: { ...settings, ...environment(packages, state) },
    cwd: root,
    logFile: join(root, 'log'),
  };
}

function parseVariables(text: string): Record<string, string> {
  const lines = text.matchAll(/^([A-Z_]+)="(.*)"$/gm);
  return Object.fromEntries([...lines].map((match) => [match[1] ?? '', match[2] ?? '']));
}

/** The file monitor is shared by all who give the same client name, so every server gives its own. */
function environment(packages: Packages, state: string): Record<string, string> {
  return {
    LD_LIBRARY_PATH: `${join(state, 'lib')}:${packages.libraryPath}`,
    GAM_CLIENT_ID: state.slice('/tmp/'.length),
  };
}
