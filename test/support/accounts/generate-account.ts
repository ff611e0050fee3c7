import { type GeneratedAccount, type GeneratedMailbox, GeneratedMessage } from './account.js';
import { DIFFICULT_SHAPE_NAMES } from './difficult.js';
import { allFlags, drawFlags, type FlagOptions } from './flags.js';
import { type PlannedMailbox, planMailboxes, shareOut } from './mailbox-names.js';
import { type ContentRecipe, MessageContent, type OmittableField } from './message-content.js';
import { SHAPE_NAMES, type ShapeName } from './mime-body.js';
import { Random } from './random.js';
import { drawSizes } from './sizes.js';

export interface GenerateOptions {
  readonly seed: number | string;
  /** How many messages there are in all mailboxes together. */
  readonly messages: number;
  readonly mailboxes?: number;
  readonly maxSizeBytes?: number;
  readonly medianSizeBytes?: number;
  /** Aim at this sum of all sizes. */
  readonly totalBytes?: number;
  /** `even` gives every mailbox as many messages and leaves none empty; `natural` fills INBOX most. */
  readonly spread?: 'natural' | 'even';
  /** False leaves keywords out. */
  readonly keywords?: boolean;
  /** False sets no \Deleted. */
  readonly deleted?: boolean;
  /** False makes every message different from every other. */
  readonly duplicates?: boolean;
  /** Adds internal dates from the ends of 32-bit time; Dovecot turns the one in 2037 into now. */
  readonly edgeDates?: boolean;
  /** Makes one message in ten one that breaks the rules: see difficult.ts. */
  readonly difficult?: boolean;
  /** Adds mailbox names that not every server takes: see mailbox-names.ts. */
  readonly difficultNames?: boolean;
}

const FIRST_DAY = Date.UTC(1995, 0, 1) / 1000;
const LAST_DAY = Date.UTC(2026, 0, 1) / 1000;
const EDGE_DATES = [86_400, 0, 1, 951_827_696, 1_000_000_000, Date.UTC(2037, 11, 31, 23, 59, 59) / 1000];
const ZONES = [0, 60, 120, -300, -480, 330, 345, -210, 765, 840, -720];

/** Makes an account from a seed: the same options give the same account, octet for octet. */
export function generateAccount(options: GenerateOptions): GeneratedAccount {
  return new AccountGenerator(options).account();
}

class AccountGenerator {
  readonly #options: GenerateOptions;
  readonly #random: Random;
  readonly #flags: FlagOptions;
  readonly #sizes: Float64Array;
  #ordinal = 0;
  /** What later mailboxes may hold copies of. */
  #elsewhere: readonly GeneratedMessage[] = [];

  constructor(options: GenerateOptions) {
    this.#options = options;
    this.#random = new Random(`${options.seed}/account`);
    this.#flags = { keywords: options.keywords ?? true, deleted: options.deleted ?? true };
    this.#sizes = drawSizes(new Random(`${options.seed}/sizes`), options.messages, {
      medianSizeBytes: options.medianSizeBytes ?? 4000,
      maxSizeBytes: options.maxSizeBytes ?? 20 * 1024 * 1024,
      totalBytes: options.totalBytes,
    });
  }

  account(): GeneratedAccount {
    const even = this.#options.spread === 'even';
    const tree = {
      count: this.#options.mailboxes ?? 16,
      even,
      difficult: this.#options.difficultNames ?? false,
    };
    const planned = planMailboxes(this.#random, tree);
    const shares = shareOut(planned, this.#options.messages);
    const mailboxes = planned.map((mailbox, index) => this.#mailbox(mailbox, shares[index] ?? 0));
    return { seed: this.#options.seed, mailboxes };
  }

  #mailbox({ path, subscribed }: PlannedMailbox, count: number): GeneratedMailbox {
    const messages: GeneratedMessage[] = [];
    for (let index = 0; index < count; index++) {
      messages.push(this.#duplicate(messages, path) ?? this.#original(messages, path, index / count));
      this.#ordinal++;
    }
    if (messages.length > this.#elsewhere.length) this.#elsewhere = messages;
    return { path, subscribed, messages };
  }

  /** A message that is there already, in this mailbox or another; undefined most of the time. */
  #duplicate(earlier: readonly GeneratedMessage[], path: readonly string[]): GeneratedMessage | undefined {
    if (this.#options.duplicates === false) return undefined;
    // The fixed places make sure that an account of some size has each kind.
    const here = earlier.length > 0;
    if (here && (this.#chance(0.01) || earlier.length === 9)) {
      const twin = this.#random.pick(earlier);
      return new GeneratedMessage(twin.content, this.#drawFlags(path), twin);
    }
    if (here && (this.#chance(0.01) || earlier.length === 11)) {
      return new GeneratedMessage(
        this.#random.pick(earlier).content,
        this.#drawFlags(path),
        this.#date(this.#random.fraction()),
      );
    }
    if (this.#elsewhere.length > 0 && (this.#chance(0.02) || earlier.length === 2)) {
      const copied = this.#random.pick(this.#elsewhere);
      return new GeneratedMessage(copied.content, this.#drawFlags(path), copied);
    }
    return undefined;
  }

  #original(
    earlier: readonly GeneratedMessage[],
    path: readonly string[],
    progress: number,
  ): GeneratedMessage {
    const date = this.#date(progress);
    return new GeneratedMessage(this.#content(earlier, date.epochSeconds), this.#drawFlags(path), date);
  }

  #content(earlier: readonly GeneratedMessage[], arrivedEpochSeconds: number): MessageContent {
    const sizeBytes = this.#sizes[this.#ordinal] ?? 0;
    const related = earlier.length > 0 ? this.#random.pick(earlier).content : undefined;
    const common: ContentRecipe = {
      accountSeed: this.#options.seed,
      ordinal: this.#ordinal,
      shape: this.#shape(sizeBytes),
      sizeBytes,
      sentEpochSeconds: Math.max(0, arrivedEpochSeconds - this.#random.between(0, 7200)),
      sentZoneMinutes: this.#random.pick(ZONES),
      omitted: this.#omitted(),
      ...(this.#options.difficult === true && this.#chance(0.1)
        ? { difficult: this.#random.pick(DIFFICULT_SHAPE_NAMES) }
        : {}),
    };
    if (related === undefined) return new MessageContent(common);
    if (this.#options.duplicates !== false && (this.#chance(0.01) || earlier.length === 14)) {
      return new MessageContent({ ...common, twinOf: related });
    }
    return new MessageContent(this.#chance(0.3) ? { ...common, parent: related } : common);
  }

  #shape(sizeBytes: number): ShapeName {
    // Only an attachment is as large as that.
    if (sizeBytes > 60_000) return 'attachments';
    // The first messages go through all shapes, so that even a small account has each.
    const turn = SHAPE_NAMES[this.#ordinal % (2 * SHAPE_NAMES.length)];
    if (this.#ordinal < 2 * SHAPE_NAMES.length && turn !== undefined) return turn;
    return this.#random.pick(this.#chance(0.02) ? SHAPE_NAMES : COMMON_SHAPES);
  }

  #omitted(): readonly OmittableField[] {
    const fixed = OMITTED_AT.get(this.#ordinal);
    if (fixed !== undefined) return fixed;
    return this.#chance(0.03) ? this.#random.pick(OMISSIONS) : NOTHING;
  }

  #drawFlags(path: readonly string[]): readonly string[] {
    return this.#ordinal === 5 ? allFlags(this.#flags) : drawFlags(this.#random, path, this.#flags);
  }

  /** Mail arrives more or less in order; now and then an old message is filed late. */
  #date(progress: number): { epochSeconds: number; zoneMinutes: number } {
    const zoneMinutes = this.#random.pick(ZONES);
    const edge = this.#options.edgeDates === true ? EDGE_DATES[this.#ordinal] : undefined;
    if (edge !== undefined) return { epochSeconds: edge, zoneMinutes };
    const place = this.#chance(0.05) ? this.#random.fraction() : progress;
    const jitter = this.#random.between(0, 100_000);
    return { epochSeconds: Math.floor(FIRST_DAY + place * (LAST_DAY - FIRST_DAY)) + jitter, zoneMinutes };
  }

  #chance(probability: number): boolean {
    return this.#random.chance(probability);
  }
}

const COMMON_SHAPES: readonly ShapeName[] = [
  'plain ASCII',
  '8-bit UTF-8',
  'quoted-printable',
  'two alternatives',
  'attachments',
];
const NOTHING: readonly OmittableField[] = [];
const OMISSIONS: readonly (readonly OmittableField[])[] = [
  ['Message-ID'],
  ['Date'],
  ['Subject'],
  ['Message-ID', 'Date'],
  ['Message-ID', 'Date', 'Subject'],
];
const OMITTED_AT = new Map(OMISSIONS.map((fields, index) => [3 + 5 * index, fields]));
