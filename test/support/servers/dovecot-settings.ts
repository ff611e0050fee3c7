import { join } from 'node:path';
import type { DovecotOptions } from './dovecot.js';

/** What Microsoft 365 advertises after a login. */
export const MICROSOFT_365_CAPABILITY = 'IMAP4rev1 UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+';

/** What Gmail advertises after a login, without its own labels and compression. */
export const GMAIL_CAPABILITY =
  'IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID UIDPLUS ENABLE MOVE CONDSTORE ESEARCH LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584';

/** What Dovecot 2.3.19 advertises after a login when nothing is configured. */
export const DOVECOT_CAPABILITY =
  'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY';

export interface DovecotSettings {
  readonly delimiter: string;
  readonly prefix: string;
  readonly capability: string;
  /** The text of local.conf. */
  readonly lines: string;
}

/** What differs from docker/dovecot/dovecot.conf for one server in `root`. */
export function dovecotSettings(options: DovecotOptions, root: string): DovecotSettings {
  const format = options.mailFormat ?? 'maildir';
  const delimiter = options.separator ?? (format === 'maildir' && !options.nestedFolders ? '.' : '/');
  const prefix = options.prefix ?? '';
  const blocks = [
    `mail_location = ${mailLocation(options)}`,
    namespaceBlock(delimiter, prefix, options.mailboxes ?? {}),
    options.capability === undefined ? '' : `imap_capability = ${options.capability}`,
    quotaBlocks(options.quota),
    masterBlocks(options.masterUser, root),
    tlsBlocks(options.tls),
    options.extraConfig ?? '',
  ];
  return { delimiter, prefix, capability: expectedCapability(options), lines: `${blocks.join('\n')}\n` };
}

function expectedCapability(options: DovecotOptions): string {
  if (options.capability !== undefined) return options.capability;
  const hasSpecialUse = Object.values(options.mailboxes ?? {}).some((use) => use !== '');
  const extras = [hasSpecialUse ? ' SPECIAL-USE' : '', options.quota === undefined ? '' : ' QUOTA'];
  return DOVECOT_CAPABILITY + extras.join('');
}

function mailLocation({ mailFormat = 'maildir', nestedFolders = false }: DovecotOptions): string {
  if (mailFormat === 'maildir') return `maildir:~/Maildir${nestedFolders ? ':LAYOUT=fs' : ''}`;
  return `${mailFormat}:~/${mailFormat}`;
}

function namespaceBlock(delimiter: string, prefix: string, mailboxes: Record<string, string>): string {
  const entries = Object.entries(mailboxes).flatMap(([name, use]) => [
    `  mailbox "${name}" {`,
    '    auto = create',
    ...(use === '' ? [] : [`    special_use = ${use}`]),
    '  }',
  ]);
  return block('namespace inbox', [`  separator = ${delimiter}`, `  prefix = ${prefix}`, ...entries]);
}

function quotaBlocks(quota: DovecotOptions['quota']): string {
  if (quota === undefined) return '';
  const limits = [
    ...(quota.storageKilobytes === undefined ? [] : [`storage=${quota.storageKilobytes}K`]),
    ...(quota.messages === undefined ? [] : [`messages=${quota.messages}`]),
  ];
  return [
    'mail_plugins = $mail_plugins quota',
    block('protocol imap', ['  mail_plugins = $mail_plugins imap_quota']),
    block('plugin', [
      '  quota = count:User quota',
      '  quota_vsizes = yes',
      `  quota_rule = *:${limits.join(':')}`,
      '  quota_grace = 0',
    ]),
  ].join('\n');
}

function masterBlocks(master: DovecotOptions['masterUser'], root: string): string {
  if (master === undefined) return '';
  return [
    'auth_master_user_separator = *',
    block('passdb', [
      '  driver = passwd-file',
      `  args = ${join(root, 'masters')}`,
      '  master = yes',
      '  result_success = continue',
    ]),
  ].join('\n');
}

function tlsBlocks(tls: DovecotOptions['tls']): string {
  if (tls === undefined) return '';
  const lines = ['ssl = required', `ssl_cert = <${tls.certFile}`, `ssl_key = <${tls.keyFile}`];
  // The one listener of docker/dovecot/dovecot.conf then speaks TLS from the first octet.
  const implicit = block('service imap-login', ['  inet_listener imap {', '    ssl = yes', '  }']);
  return [...lines, ...(tls.mode === 'implicit' ? [implicit] : [])].join('\n');
}

function block(head: string, lines: readonly string[]): string {
  return [`${head} {`, ...lines, '}'].join('\n');
}
