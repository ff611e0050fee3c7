import type { MailKind } from './mail/mail.js';
import type { NetworkName } from './network/network.js';

export type DestinationKind = 'dovecot' | 'cyrus' | 'microsoft-365' | 'gmail';

/** What is timed: an empty destination filled; a run with nothing to do; a run after changes at the source. */
export type Task = 'first copy' | 'nothing changed' | '1 % changed';

/** Median time of a variant of mailferry divided by that of the best peer. */
export interface RatioTarget {
  readonly variant: string;
  readonly network: NetworkName;
  readonly most: number;
}

/** One part of a row of the table. */
export interface BenchCase {
  readonly row: number;
  /** The row's number, with a letter where the row has several parts. */
  readonly id: string;
  readonly task: Task;
  readonly mail: MailKind;
  readonly destination: DestinationKind;
  /** Variants of mailferry besides the plain one. */
  readonly variants: readonly {
    readonly name: string;
    readonly network: NetworkName;
    readonly connections: number;
  }[];
  readonly ratios: readonly RatioTarget[];
  readonly mostMemoryMib: number;
  readonly mostStateKib?: number;
}

export const PLAIN = 'mailferry';
const EIGHT = 'mailferry --connections 8';
const MEMORY_MIB = 160;
const LARGE_MEMORY_MIB = 220;

export const CASES: readonly BenchCase[] = [
  firstCopy(1, '1', 'ten mailboxes', ratios(0.75, 0.2)),
  { ...firstCopy(2, '2', 'one mailbox', ratios(0.45, 0.45)), mostStateKib: 256 },
  {
    ...firstCopy(3, '3', 'many mailboxes', [
      ...ratios(0.25, 0.2),
      { variant: EIGHT, network: '40ms', most: 0.1 },
    ]),
    variants: [{ name: EIGHT, network: '40ms', connections: 8 }],
  },
  again('4a', 'ten mailboxes', []),
  again('4b', 'many mailboxes', ratios(1.5, 1)),
  again('4c', 'one mailbox', []),
  { ...firstCopy(5, '5', 'ten mailboxes', ratios(0.7, 0.3)), task: '1 % changed' },
  { ...firstCopy(6, '6a', 'ten mailboxes', ratios(0.85, 0.85)), destination: 'cyrus' },
  { ...firstCopy(6, '6b', 'ten smaller mailboxes', ratios(0.5, 0.5)), destination: 'microsoft-365' },
  { ...firstCopy(6, '6c', 'ten smaller mailboxes', ratios(0.5, 0.5)), destination: 'gmail' },
  { ...firstCopy(7, '7a', 'one large message', []), mostMemoryMib: LARGE_MEMORY_MIB },
  { ...firstCopy(7, '7b', 'large messages', []), mostMemoryMib: LARGE_MEMORY_MIB },
];

function firstCopy(row: number, id: string, mail: MailKind, targets: readonly RatioTarget[]): BenchCase {
  return {
    row,
    id,
    task: 'first copy',
    mail,
    destination: 'dovecot',
    variants: [],
    ratios: targets,
    mostMemoryMib: MEMORY_MIB,
  };
}

function again(id: string, mail: MailKind, targets: readonly RatioTarget[]): BenchCase {
  return { ...firstCopy(4, id, mail, targets), task: 'nothing changed' };
}

function ratios(loopback: number, delayed: number): RatioTarget[] {
  return [
    { variant: PLAIN, network: 'loopback', most: loopback },
    { variant: PLAIN, network: '40ms', most: delayed },
  ];
}
