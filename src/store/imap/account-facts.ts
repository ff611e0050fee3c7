import type { WireName } from '../../model/mailbox.js';
import type { Quota, StoreFacts } from '../mail-store.js';
import { ask, pairsOf } from './answers.js';
import { stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';
import { numberOf, type Token, textOf } from './wire/tokens.js';

/** Quota roots of a mailbox (RFC 9208, section 4.1.3); none where the server has no QUOTA or does not tell. */
export async function quotaOf(
  connection: Connection,
  facts: StoreFacts,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<Quota[]> {
  if (!facts.capabilities.some((capability) => capability === 'QUOTA' || capability.startsWith('QUOTA=')))
    return [];
  const command = ['GETQUOTAROOT ', stringPart(mailbox)];
  const { status, untagged } = await ask(connection, command, ['QUOTA', 'QUOTAROOT'], signal);
  if (status.status !== 'OK') return [];
  return untagged
    .filter(({ kind }) => kind === 'QUOTA')
    .flatMap((response) => readQuota(response.tokens() ?? []));
}

/** `root (RESOURCE used limit RESOURCE used limit …)`; STORAGE counts units of 1024 octets. */
function readQuota([root, list]: readonly Token[]): Quota[] {
  if (!Array.isArray(list)) return [];
  const quotas: Quota[] = [];
  for (let at = 0; at + 2 < list.length; at += 3) {
    const resource = textOf(list[at])?.toUpperCase();
    const used = numberOf(list[at + 1]);
    const limit = numberOf(list[at + 2]);
    if (resource === undefined || used === null || limit === null) continue;
    const unit = resource === 'STORAGE' ? 1024 : 1;
    quotas.push({ root: textOf(root) ?? '', resource, used: used * unit, limit: limit * unit });
  }
  return quotas;
}

/** Octets of all messages of a mailbox (RFC 8438); null where the server cannot tell without reading them. */
export async function totalBytesOf(
  connection: Connection,
  facts: StoreFacts,
  mailbox: WireName,
  signal: AbortSignal,
): Promise<number | null> {
  if (!facts.capabilities.includes('STATUS=SIZE')) return null;
  const command = ['STATUS ', stringPart(mailbox), ' (SIZE)'];
  const { status, untagged } = await ask(connection, command, ['STATUS'], signal);
  const list = untagged[0]?.tokens()?.[1];
  return status.status === 'OK' && Array.isArray(list) ? numberOf(pairsOf(list).get('SIZE')) : null;
}
