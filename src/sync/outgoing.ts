import type { Hash } from 'node:crypto';
import { FlagTableBuilder } from '../model/flags.js';
import type { Intent } from '../state/record.js';
import { digestText, newDigest } from './body-digest.js';

/** A message on its way: what is sent with its body. */
export interface OutgoingMessage {
  readonly uid: number;
  readonly flags: readonly string[];
  readonly internalDate: string;
  /** As the source estimates it. */
  readonly sizeBytes: number;
}

interface SentMessage {
  readonly message: OutgoingMessage;
  readonly sizeBytes: number;
  readonly digest: string | null;
}

/** What has been handed to one APPEND so far, in literal order; becomes its commit record. */
export class AppendLedger {
  readonly #sent: SentMessage[] = [];
  #open: { readonly message: OutgoingMessage; readonly sizeBytes: number; readonly hash: Hash } | null = null;

  begin(message: OutgoingMessage, sizeBytes: number): void {
    this.#open = { message, sizeBytes, hash: newDigest() };
  }

  update(octets: Buffer): void {
    this.#open?.hash.update(octets);
  }

  end(): void {
    if (!this.#open) return;
    const { message, sizeBytes, hash } = this.#open;
    this.#sent.push({ message, sizeBytes, digest: digestText(hash) });
    this.#open = null;
  }

  /** The message whose octets are not all here. */
  get unfinished(): OutgoingMessage | undefined {
    return this.#open?.message;
  }

  get messages(): readonly OutgoingMessage[] {
    return this.#sent.map((sent) => sent.message);
  }

  intent(base: IntentBase): Intent {
    return intentOf(this.#sent, base);
  }
}

export type IntentBase = Pick<
  Intent,
  'id' | 'side' | 'sourceUidValidity' | 'uidValidity' | 'uidNext' | 'writtenAtMs'
>;

/** The record written before the first octet, for servers that may store part of a MULTIAPPEND. */
export function earlyIntent(messages: readonly OutgoingMessage[], base: IntentBase): Intent {
  const sent = messages.map((message) => ({ message, sizeBytes: message.sizeBytes, digest: null }));
  return { ...intentOf(sent, base), digests: null };
}

function intentOf(sent: readonly SentMessage[], base: IntentBase): Intent {
  const flags = new FlagTableBuilder();
  for (const [index, { message }] of sent.entries()) flags.addRow(index + 1, message.flags);
  return {
    ...base,
    sourceUids: sent.map(({ message }) => message.uid),
    sizes: sent.map(({ sizeBytes }) => sizeBytes),
    digests: sent.map(({ digest }) => digest ?? ''),
    internalDates: sent.map(({ message }) => message.internalDate),
    flags: flags.build().flags.toDeltas(),
  };
}
