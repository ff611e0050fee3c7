import type { BenchCase, DestinationKind } from '../cases.js';
import { onePercentOf } from '../mail/change-source.js';
import type { NetworkName } from '../network/network.js';
import { count, sizeText } from './numbers.js';

const DESTINATIONS: Readonly<Record<DestinationKind, string>> = {
  dovecot: 'Dovecot',
  cyrus: 'Cyrus',
  'microsoft-365': 'a Dovecot cut down to the capabilities of Microsoft 365',
  gmail: 'a Dovecot cut down to the capabilities of Gmail',
};

export const NETWORK_TITLES: Readonly<Record<NetworkName, string>> = {
  loopback: 'loopback',
  '40ms': '40 ms round trip',
};

/** What one part of a row is about. */
export function titleOf(
  { task, destination }: BenchCase,
  mail: { readonly messages: number; readonly sizeBytes: number; readonly mailboxes: number },
): string {
  const messages = `${count(mail.messages)} ${mail.messages === 1 ? 'message' : 'messages'}, ${sizeText(mail.sizeBytes)}`;
  const all = `${messages}, in ${count(mail.mailboxes)} ${mail.mailboxes === 1 ? 'mailbox' : 'mailboxes'}`;
  switch (task) {
    case 'first copy':
      return `first copy of ${all}, Dovecot to ${DESTINATIONS[destination]}`;
    case 'nothing changed':
      return `run again, nothing changed: ${all}`;
    case '1 % changed': {
      const { flagged, added, removed } = onePercentOf(mail.messages);
      return `run again, ${count(flagged)} with other flags, ${count(added)} new, ${count(removed)} removed: ${all}`;
    }
  }
}
