import type { AccountFacts } from '../account-facts.js';
import { cleanText } from './clean-text.js';
import { counted, formatBytes, formatCount } from './units.js';

const LABEL_COLUMNS = 15;
const TEXT_COLUMNS = 62;
const SECURITY = {
  tls: 'TLS from the first octet',
  starttls: 'TLS by STARTTLS',
  tunnel: 'the tunnel alone, no TLS in it',
  none: 'clear text',
} as const;

/** The result of `check` for people. */
export function accountFactsLines(facts: AccountFacts): string[] {
  return [
    `${facts.account}: logged in`,
    row('server', facts.software ?? 'does not tell its name'),
    row('connection', SECURITY[facts.security]),
    ...tlsRows(facts),
    row('mailboxes', mailboxesText(facts)),
    row('messages', messagesText(facts)),
    ...facts.quota.map((quota) => row('quota', quotaText(quota))),
    ...Object.entries(facts.roles).map(([role, name]) => row(`role ${role.slice(1)}`, name)),
    ...namespaceRows(facts),
    row('size limit', sizeLimit(facts)),
    ...usedRows(facts),
    ...wrapped('capabilities', facts.capabilities),
    facts.listingComplete
      ? 'Ready: mailferry can use this account.'
      : 'A line of the mailbox list could not be understood; add --trace imap to see it.',
  ].map(cleanText);
}

function row(label: string, text: string): string {
  return `  ${label.padEnd(LABEL_COLUMNS)}${text}`;
}

function tlsRows({ tls }: AccountFacts): string[] {
  if (!tls) return [];
  const { protocol, cipher, certificate } = tls;
  if (!certificate) return [row('', `${protocol}, ${cipher}`)];
  return [
    row('', `${protocol}, ${cipher}`),
    row('certificate', certificate.names),
    row('', `by ${certificate.issuer}, valid until ${certificate.validTo.slice(0, 10)}`),
    row('', `SHA256 ${certificate.sha256}`),
  ];
}

/** Words in as many rows as they need. */
function wrapped(label: string, words: readonly string[]): string[] {
  const lines = [''];
  for (const word of words) {
    const last = lines[lines.length - 1] as string;
    if (last !== '' && last.length + word.length >= TEXT_COLUMNS) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line, index) => row(index === 0 ? label : '', line));
}

function mailboxesText({ mailboxes }: AccountFacts): string {
  const { seen, selectable, subscribed } = mailboxes;
  const folders = seen === selectable ? '' : `, ${seen - selectable} that hold no mail`;
  return `${formatCount(seen)}${folders}, ${formatCount(subscribed)} subscribed`;
}

function messagesText({ messages, sizeBytes }: AccountFacts): string {
  const size = sizeBytes === null ? 'size not told by the server' : formatBytes(sizeBytes);
  return `${formatCount(messages)} (${size})`;
}

function quotaText({ root, resource, used, limit }: AccountFacts['quota'][number]): string {
  const format = resource === 'STORAGE' ? formatBytes : formatCount;
  const share = limit > 0 ? `, ${Math.round((used / limit) * 100)}%` : '';
  const what = resource === 'STORAGE' ? '' : ` ${resource.toLowerCase()}`;
  return `${format(used)} of ${format(limit)}${what}${share}${root === '' ? '' : ` (${root})`}`;
}

function namespaceRows({ namespaces }: AccountFacts): string[] {
  const kinds = [
    ['own names', namespaces.personal],
    ['others’', namespaces.other],
    ['shared', namespaces.shared],
  ] as const;
  return kinds.flatMap(([label, list]) =>
    list.map(({ prefix, delimiter }) => {
      const between = delimiter === null ? 'no levels' : `"${delimiter}" between levels`;
      return row(label, `${prefix === '' ? 'no prefix' : `prefix "${prefix}"`}, ${between}`);
    }),
  );
}

function sizeLimit({ features }: AccountFacts): string {
  const { appendLimitBytes } = features;
  return appendLimitBytes === null ? 'none told' : `${formatBytes(appendLimitBytes)} a message`;
}

/** What of its capabilities will be used, and what their lack costs. */
function usedRows({ features, withoutModseq }: AccountFacts): string[] {
  return [
    row('finds changes', changesText(features)),
    ...(withoutModseq > 0 && features.condstore
      ? [row('', `not in ${counted(withoutModseq, 'mailbox')}: flags are compared in every run there`)]
      : []),
    row('looks', features.listStatus ? 'at all mailboxes by one LIST' : 'at each mailbox by its own STATUS'),
    row('stores', storesText(features.multiAppend)),
    row(
      'new UIDs',
      features.uidplus ? 'are told (UIDPLUS)' : 'are not told: messages are found by their contents',
    ),
    ...extensionRows(features),
  ];
}

/** What the extensions that are there or not mean, one row each. */
function extensionRows(features: AccountFacts['features']): string[] {
  const { createSpecialUse, objectId, emailId, esearch } = features;
  return [
    row(
      'new mailboxes',
      createSpecialUse ? 'get their role when they are made (CREATE-SPECIAL-USE)' : 'are made without a role',
    ),
    row(
      'renames',
      objectId
        ? 'are known by the ids of mailboxes (OBJECTID)'
        : 'are known by UIDVALIDITY and what the mailboxes hold',
    ),
    row('moved mail', 'is known by its header and date'),
    row(
      'copied mail',
      emailId ? 'is known by its ids (EMAILID)' : 'is not known: it is carried like new mail',
    ),
    row('searches', esearch ? 'are answered in ranges (ESEARCH)' : 'are answered with every single UID'),
  ];
}

function changesText({ qresync, condstore }: AccountFacts['features']): string {
  if (qresync) return 'new, changed and removed messages are told (QRESYNC)';
  if (condstore) return 'changed messages are told (CONDSTORE), removed ones are found by listing UIDs';
  return 'no mod-sequences: the flags of all messages are compared in every run';
}

function storesText(multiAppend: AccountFacts['features']['multiAppend']): string {
  if (multiAppend === 'atomic') return 'many messages in one APPEND (MULTIAPPEND)';
  if (multiAppend === 'unproven')
    return 'many messages in one APPEND (MULTIAPPEND), with more care: untested server';
  return 'one message an APPEND';
}
