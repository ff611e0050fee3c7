import type { FillableMailbox } from '../../support/accounts/index.js';
import {
  type AccountLogin,
  type AppendableMessage,
  type PersonalNamespace,
  rawNameOf,
} from '../../support/imap-client/index.js';
import { quoted, sayAll } from './bare-socket.js';

/** What one connection says. */
export type AppendPlan = readonly (readonly Buffer[])[];

export interface AppendOptions {
  readonly namespace: PersonalNamespace;
  readonly connections: number;
  /** Many messages in one command (RFC 3502); else a command each, none of them waited for. */
  readonly multiappend: boolean;
}

const BATCH_BYTES = 32 * 1024 ** 2;
const BATCH_MESSAGES = 10_000;
/** Smaller pieces are put together before anything is timed. */
const PIECE_BYTES = 256 * 1024;

/** Milliseconds that a bare client takes to append what was made ready. */
export async function timeAppending(way: AccountLogin, plans: readonly AppendPlan[]): Promise<number> {
  const startedMs = performance.now();
  await Promise.all(plans.map((plan) => sayAll(way, plan)));
  return performance.now() - startedMs;
}

export function planAppending(mailboxes: readonly FillableMailbox[], options: AppendOptions): AppendPlan[] {
  const filled = mailboxes.filter(({ messages }) => messages.length > 0);
  const plans = Array.from({ length: options.connections }, (_, index) =>
    shareOf(filled, index, options.connections).flatMap((mailbox) => commandsFor(mailbox, options)),
  );
  return plans.filter((plan) => plan.length > 0);
}

/** Whole mailboxes; of a single one its messages, which lose their order by it. */
function shareOf(
  mailboxes: readonly FillableMailbox[],
  index: number,
  of: number,
): readonly FillableMailbox[] {
  const own = <T>(items: readonly T[]): readonly T[] => items.filter((_, place) => place % of === index);
  if (mailboxes.length !== 1) return own(mailboxes);
  const slices = mailboxes.map((mailbox) => ({ ...mailbox, messages: own(mailbox.messages) }));
  return slices.filter(({ messages }) => messages.length > 0);
}

function commandsFor({ path, messages }: FillableMailbox, options: AppendOptions): Buffer[][] {
  const rawName = rawNameOf(path, options.namespace);
  const name = quoted(rawName);
  const create = rawName === 'INBOX' ? [] : [[Buffer.from(`CREATE ${name}`, 'latin1')]];
  const most = options.multiappend ? BATCH_MESSAGES : 1;
  return [...create, ...[...batches(messages, most)].map((batch) => appendCommand(name, batch))];
}

function* batches(
  messages: readonly AppendableMessage[],
  mostMessages: number,
): Generator<AppendableMessage[]> {
  let batch: AppendableMessage[] = [];
  let sizeBytes = 0;
  for (const message of messages) {
    batch.push(message);
    sizeBytes += message.body().length;
    if (batch.length < mostMessages && sizeBytes < BATCH_BYTES) continue;
    yield batch;
    batch = [];
    sizeBytes = 0;
  }
  if (batch.length > 0) yield batch;
}

function appendCommand(name: string, batch: readonly AppendableMessage[]): Buffer[] {
  const pieces: Buffer[] = [Buffer.from(`APPEND ${name}`, 'latin1')];
  for (const message of batch) {
    const body = message.body();
    const date = message.internalDate === undefined ? '' : ` "${message.internalDate}"`;
    pieces.push(Buffer.from(` (${message.flags.join(' ')})${date} {${body.length}+}\r\n`, 'latin1'), body);
  }
  return [...putTogether(pieces)];
}

function* putTogether(pieces: readonly Buffer[]): Generator<Buffer> {
  let small: Buffer[] = [];
  let sizeBytes = 0;
  for (const piece of pieces) {
    small.push(piece);
    sizeBytes += piece.length;
    if (sizeBytes < PIECE_BYTES) continue;
    yield small.length === 1 ? piece : Buffer.concat(small);
    small = [];
    sizeBytes = 0;
  }
  if (small.length > 0) yield Buffer.concat(small);
}
