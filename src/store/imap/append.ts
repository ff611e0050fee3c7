import { MailferryError } from '../../errors.js';
import { isCarriedFlag, isSendableFlag, isSystemFlag } from '../../model/flags.js';
import type { WireName } from '../../model/mailbox.js';
import { internalDateEpoch } from '../../model/message.js';
import type { AppendMessage, AppendResult, AppendStream, Pending } from '../mail-store.js';
import { appendRefusal } from './errors.js';
import { uidsInOrder } from './uids-in-order.js';
import { type LiteralMode, literalHeader, needsContinuation, stringPart } from './wire/command.js';
import type { Connection } from './wire/connection.js';
import type { StreamedCommand } from './wire/connection-parts.js';
import { connectionLost, protocolBroken } from './wire/failures.js';
import type { StatusLine } from './wire/status-line.js';
import { numberOf, textOf } from './wire/tokens.js';

const NOTHING = Buffer.alloc(0);

/** Short messages that are at hand are gathered up to so many octets: a system call for each costs as much as all else. */
const TOGETHER_BYTES = 32 * 1024;

/**
 * One APPEND (RFC 3501, section 6.3.11) or MULTIAPPEND (RFC 3502) on its way. The last octet of each literal is
 * held until the next message begins or {@link commit} is called, because only then it is known to be, or not to
 * be, the last of the command.
 */
export class ImapAppend implements AppendStream {
  readonly #connection: Connection;
  readonly #account: string;
  readonly #mailbox: WireName;
  readonly #command: StreamedCommand;
  /** Keywords sent that the server has not accepted on this connection before. */
  readonly #keywords = new Set<string>();
  #started = 0;
  #left = 0;
  #withheld: Buffer = NOTHING;
  /** What is at hand and leaves at the end of this turn of the event loop. */
  #unsent: (Buffer | string)[] = [];
  #unsentBytes = 0;
  #isDue = false;
  /** What leaves at the end of a turn is waited for by who comes next. */
  #full: Pending;
  /** Why the server takes no more; set as soon as it answers. */
  #refused: MailferryError | null = null;
  /** The end of the command has gone out, so an answer is due. */
  #ended = false;
  /** False once the server has refused a literal that it was asked about: it waits for nothing then. */
  #owesOctets = true;

  constructor(connection: Connection, account: string, mailbox: WireName, signal: AbortSignal) {
    this.#connection = connection;
    this.#account = account;
    this.#mailbox = mailbox;
    this.#command = connection.startStreamed(signal);
    this.#command.answer.then(
      (status) => {
        if (status.status !== 'OK') this.#refused = appendRefusal(status, { account, mailbox });
        else if (!this.#ended) this.#refused = answeredEarly(account);
      },
      () => undefined,
    );
  }

  begin(message: AppendMessage): Pending {
    if (this.#refused) return Promise.reject(this.#breakOff(this.#refused));
    if (this.#left > 0) return Promise.reject(new Error('the message before is not complete'));
    if (/[\r\n\0]/.test(this.#mailbox)) return Promise.reject(this.#breakOff(unspeakable(this.#mailbox)));
    const flags = sendableFlags(message);
    const mode = this.#literalMode(flags);
    const text = `${this.#opening()}${messageArguments(flags, message)}${literalHeader(mode, message.sizeBytes)}`;
    const asked = needsContinuation(mode, message.sizeBytes) ? this.#asked() : undefined;
    this.#left = message.sizeBytes;
    const wait = this.#send(this.#takeWithheld(), text);
    if (!asked) return wait;
    this.#ignoreFull(wait);
    this.#ignoreFull(this.#flush());
    return asked;
  }

  write(chunk: Buffer): Pending {
    if (this.#refused) return Promise.reject(this.#breakOff(this.#refused));
    if (chunk.length === 0) return undefined;
    if (chunk.length > this.#left) return Promise.reject(new Error('more octets than announced'));
    this.#left -= chunk.length;
    if (this.#left > 0) return this.#send(chunk);
    const last = chunk.length - 1;
    this.#withheld = Buffer.from(chunk.subarray(last));
    return this.#send(chunk.subarray(0, last));
  }

  async commit(): Promise<AppendResult> {
    if (this.#refused) throw this.#breakOff(this.#refused);
    if (this.#left > 0 || this.#started === 0) throw new Error('the message is not complete');
    this.#ended = true;
    this.#command.end();
    this.#ignoreFull(this.#send(this.#takeWithheld(), '\r\n'));
    this.#ignoreFull(this.#flush());
    const status = await this.#command.answer;
    if (status.status === 'OK') {
      for (const flag of this.#keywords) this.#connection.acceptedKeywords.add(flag);
      return readAppendUid(status, this.#started);
    }
    throw this.#refused ?? appendRefusal(status, { account: this.#account, mailbox: this.#mailbox });
  }

  abandon(): void {
    this.#connection.destroy(connectionLost(this.#account, 'an APPEND was broken off', null));
  }

  /**
   * A server that refuses a keyword may answer at once and then read the octets of a literal it never asked for as
   * commands (Dovecot 2.3 does). So it is asked first until it has accepted the keyword on this connection.
   */
  #literalMode(flags: readonly string[]): LiteralMode {
    const { literalMode, acceptedKeywords } = this.#connection;
    const unknown = flags.filter((flag) => !isSystemFlag(flag) && !acceptedKeywords.has(flag));
    for (const flag of unknown) this.#keywords.add(flag);
    return unknown.length > 0 ? 'synchronizing' : literalMode;
  }

  #opening(): string {
    if (this.#started++ > 0) return '';
    const name = stringPart(this.#mailbox);
    if (typeof name === 'string') return `${this.#command.tag} APPEND ${name}`;
    // Names that cannot be quoted are 8-bit ones; every server seen takes those in quotes as well.
    return `${this.#command.tag} APPEND "${this.#mailbox.replace(/["\\]/g, '\\$&')}"`;
  }

  async #asked(): Promise<void> {
    try {
      await this.#command.continuation();
    } catch (error) {
      // An answer instead of `+` is a refusal; its words are in the tagged response.
      const status = await this.#command.answer;
      if (status.status === 'OK') throw this.#breakOff(answeredEarly(this.#account, error));
      this.#owesOctets = false;
      throw appendRefusal(status, { account: this.#account, mailbox: this.#mailbox });
    }
  }

  /**
   * The server answered while it was owed octets. What it would make of them is unknown, so it gets none: the
   * connection ends, and the refusal stands.
   */
  #breakOff(refused: MailferryError): MailferryError {
    if (this.#owesOctets) this.abandon();
    return refused;
  }

  #takeWithheld(): Buffer {
    const held = this.#withheld;
    this.#withheld = NOTHING;
    return held;
  }

  #send(...parts: readonly (Buffer | string)[]): Pending {
    for (const part of parts) {
      if (part.length === 0) continue;
      this.#unsent.push(part);
      this.#unsentBytes += part.length;
    }
    if (this.#unsentBytes >= TOGETHER_BYTES) return this.#flush();
    if (!this.#isDue) setImmediate(() => this.#noteFull(this.#flush()));
    this.#isDue = true;
    return this.#full;
  }

  /** One that fails stays, so that whoever comes next hears of it. */
  #noteFull(wait: Pending): void {
    if (!wait) return;
    this.#full = wait;
    wait.then(
      () => {
        if (this.#full === wait) this.#full = undefined;
      },
      () => undefined,
    );
  }

  #flush(): Pending {
    this.#isDue = false;
    const parts = this.#unsent;
    if (parts.length === 0) return undefined;
    this.#unsent = [];
    this.#unsentBytes = 0;
    // A server that has refused may take octets that come after that for commands.
    if (this.#refused) return undefined;
    const last = parts.pop() as Buffer | string;
    // What is large is not copied once more.
    if (last.length < TOGETHER_BYTES || parts.length === 0) return this.#command.write(...parts, last);
    this.#ignoreFull(this.#command.write(...parts));
    return this.#command.write(last);
  }

  /** A full socket buffer is no reason to wait here; a broken connection shows in the answer. */
  #ignoreFull(wait: Pending): void {
    wait?.catch(() => undefined);
  }
}

/** An OK for a message the server cannot have yet is worth nothing, and what it stored is unknown. */
function answeredEarly(account: string, cause?: unknown): MailferryError {
  const message = 'the server said that it had stored a message before it had all of it';
  return protocolBroken(account, new Error(message, { cause }));
}

/** Names go out in quotes here, so one with a line end would become a command of its own. */
function unspeakable(mailbox: WireName): MailferryError {
  return new MailferryError({
    code: 'MAILBOX_UNAVAILABLE',
    scope: 'mailbox',
    retry: 'never',
    message: 'the name of the mailbox holds a line end or NUL',
    at: { mailbox },
  });
}

function sendableFlags({ flags }: AppendMessage): string[] {
  return flags.filter((flag) => isCarriedFlag(flag) && isSendableFlag(flag));
}

/** Flags and date of one message; a date that is none is left to the server. */
function messageArguments(flags: readonly string[], { internalDate }: AppendMessage): string {
  const date = internalDateEpoch(internalDate) === null ? '' : ` "${internalDate}"`;
  return ` (${flags.join(' ')})${date} `;
}

/** `[APPENDUID uidvalidity uid-set]` (RFC 4315, section 3); the set follows the order of the literals. */
function readAppendUid(status: StatusLine, messages: number): AppendResult {
  if (status.code !== 'APPENDUID') return { assigned: null };
  const uidValidity = numberOf(status.args[0]);
  const uids = uidsInOrder(textOf(status.args[1]) ?? '', messages);
  return { assigned: uidValidity === null || uids?.length !== messages ? null : { uidValidity, uids } };
}
