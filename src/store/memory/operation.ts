import type { MailferryErrorInit } from '../../errors.js';
import type { WireName } from '../../model/mailbox.js';
import type { UidSet } from '../../model/uid-set.js';

export type OperationKind =
  | 'login'
  | 'list'
  | 'status'
  /** Whether one mailbox is there. */
  | 'is-there'
  | 'create'
  | 'rename'
  | 'remove'
  | 'subscribe'
  | 'examine'
  | 'select'
  | 'search'
  | 'flags'
  | 'metadata'
  | 'headers'
  | 'email-ids'
  | 'bodies'
  /** The first message of an APPEND is about to be sent. */
  | 'append'
  /** The withheld end of an APPEND is about to be sent. */
  | 'append-commit'
  | 'store'
  | 'expunge'
  | 'copy';

const WRITES: readonly OperationKind[] = [
  'create',
  'rename',
  'remove',
  'subscribe',
  'select',
  'append-commit',
  'store',
  'expunge',
  'copy',
];

/** What a client asks for. */
export interface OperationRequest {
  readonly kind: OperationKind;
  readonly mailbox?: WireName;
  /** The other name of a RENAME; where a COPY goes. */
  readonly to?: WireName;
  /** UIDs that are read, changed or copied. */
  readonly uids?: UidSet;
  /** What a `flags` is narrowed to. */
  readonly changedSince?: bigint;
  /** Flags of a STORE, as `+\Seen` or `-\Seen`. */
  readonly flags?: readonly string[];
  /** Messages of an APPEND. */
  readonly messages?: number;
}

/** One entry of the server's log. */
export interface Operation extends OperationRequest {
  /** Name of the client (see `store({ name })`). */
  readonly client: string;
  /** Place in the log of the server, from 1. */
  readonly index: number;
  /** How many of this kind the server has been asked for, this one included. */
  readonly nth: number;
}

/** True for what may change the account; SELECT is one of them, because it takes `\Recent` away. */
export function isWriteOperation(operation: OperationRequest): boolean {
  return WRITES.includes(operation.kind);
}

/**
 * What becomes of an operation. `before` and `after` tell whether the server has done it.
 *
 * - `fail-…`: the connection breaks (CONNECTION_LOST).
 * - `silent-…`: the client gives up waiting (SERVER_SILENT).
 * - `hang…`: no answer until the caller's signal aborts.
 * - `kill-…`: the client's process ends: neither this call nor any other of that store ever settles.
 * - `refuse`: the server says no; the connection stays.
 * - `late`: the connection breaks, or what `answer` says, and the server does it `late` operations later, or
 *   on {@link MemoryServer.landLate}.
 * - `cutAfterBytes`: the connection breaks after so many octets of bodies or headers, in either direction;
 *   `fail-before` for an operation that carries none.
 * - `omit`: the answer lacks these messages or mailboxes; `complete` is what the store claims of it.
 */
export type Verdict =
  | 'go'
  | 'fail-before'
  | 'fail-after'
  | 'silent-before'
  | 'silent-after'
  | 'hang'
  | 'hang-after'
  | 'kill-before'
  | 'kill-after'
  | { readonly refuse: MailferryErrorInit }
  | { readonly late: number | 'on-demand'; readonly answer?: 'fail' | 'silent' | 'hang' | 'kill' }
  | { readonly cutAfterBytes: number }
  | { readonly omit: Omission; readonly complete: boolean };

export interface Omission {
  readonly uids?: UidSet;
  readonly mailboxes?: readonly WireName[];
}

/** Decides what becomes of an operation; a promise holds it back until it settles. */
export type OnOperation = (operation: Operation) => Verdict | Promise<Verdict>;

/** A {@link Verdict} taken apart. */
export interface Outcome {
  readonly does: 'now' | 'never' | { readonly late: number };
  readonly answer: 'answer' | 'fail' | 'silent' | 'hang' | 'kill';
  readonly refusal: MailferryErrorInit | null;
  readonly effects: Effects;
}

/** How the answer of an operation that is carried out differs from the truth. */
export interface Effects {
  /** Infinity: never. */
  readonly cutAfterBytes: number;
  readonly omit: Omission;
  readonly complete: boolean;
}

export const NO_EFFECTS: Effects = { cutAfterBytes: Number.POSITIVE_INFINITY, omit: {}, complete: true };

/** Operations with bodies or headers in them. */
const BULKY: readonly OperationKind[] = ['bodies', 'headers', 'append'];

export function outcomeOf(verdict: Verdict, kind: OperationKind): Outcome {
  const plain = { refusal: null, effects: NO_EFFECTS };
  if (verdict === 'go') return { ...plain, does: 'now', answer: 'answer' };
  if (typeof verdict === 'string') {
    const [word = 'fail', when] = verdict.split('-') as [Outcome['answer'], string?];
    return { ...plain, does: when === 'after' ? 'now' : 'never', answer: word };
  }
  if ('refuse' in verdict) return { ...plain, does: 'never', answer: 'answer', refusal: verdict.refuse };
  if ('late' in verdict) {
    const late = verdict.late === 'on-demand' ? Number.POSITIVE_INFINITY : verdict.late;
    return { ...plain, does: { late }, answer: verdict.answer ?? 'fail' };
  }
  if ('cutAfterBytes' in verdict && !BULKY.includes(kind)) return { ...plain, does: 'never', answer: 'fail' };
  return { refusal: null, effects: { ...NO_EFFECTS, ...verdict }, does: 'now', answer: 'answer' };
}
