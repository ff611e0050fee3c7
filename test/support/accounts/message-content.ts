import { DIFFICULT_SHAPES, type DifficultShape } from './difficult.js';
import { addressText, dateText, encodedText, headerField } from './header-lines.js';
import { SHAPES, type ShapeName } from './mime-body.js';
import { Random } from './random.js';
import { DOMAINS, PEOPLE, SUBJECTS } from './words.js';

export type OmittableField = 'Message-ID' | 'Date' | 'Subject';

/** What a message is made of. */
export interface ContentRecipe {
  readonly accountSeed: number | string;
  /** Unique in the account. */
  readonly ordinal: number;
  readonly shape: ShapeName;
  /** What the message aims at; its true size differs a little. */
  readonly sizeBytes: number;
  readonly sentEpochSeconds: number;
  readonly sentZoneMinutes: number;
  readonly omitted: readonly OmittableField[];
  /** The message that this one answers. */
  readonly parent?: MessageContent;
  /** Another message whose Message-ID, Date, From and Subject this one has, as a mailing list makes them. */
  readonly twinOf?: MessageContent;
  readonly difficult?: DifficultShape;
}

const REFERENCES_MAX = 8;

/** A message as a recipe: its octets are made when asked for, so that a large account needs little memory. */
export class MessageContent {
  readonly recipe: ContentRecipe;

  constructor(recipe: ContentRecipe) {
    this.recipe = recipe;
  }

  /** With its angle brackets; undefined for a message that has none. */
  get messageId(): string | undefined {
    const identity = this.#identity;
    if (identity.recipe.omitted.includes('Message-ID')) return undefined;
    const random = identity.#random('id');
    return `<${identity.recipe.ordinal.toString(36)}.${random.hex(12)}@${random.pick(DOMAINS)}>`;
  }

  body(): Buffer {
    const random = this.#random('body');
    const head = Buffer.from(this.#header(), 'latin1');
    const { fields, body } = SHAPES[this.recipe.shape](
      random,
      Math.max(1, this.recipe.sizeBytes - head.length - 60),
    );
    const message = Buffer.concat([head, Buffer.from(`${fields}\r\n`, 'latin1'), body]);
    const { difficult } = this.recipe;
    return difficult === undefined ? message : DIFFICULT_SHAPES[difficult](message, random);
  }

  #header(): string {
    const { omitted, parent } = this.#identity.recipe;
    const random = this.#random('header');
    let header = this.#trace(random);
    if (!omitted.includes('Date')) {
      const { sentEpochSeconds, sentZoneMinutes } = this.#identity.recipe;
      header += headerField('Date', dateText(sentEpochSeconds, sentZoneMinutes));
    }
    header += headerField('From', person(this.#identity.#random('from')));
    const to = Array.from({ length: random.between(1, 3) }, () => person(random));
    header += headerField('To', to.join(', '), '\t');
    if (!omitted.includes('Subject')) header += headerField('Subject', this.#encodedSubject());
    const { messageId } = this;
    if (messageId !== undefined) header += headerField('Message-ID', messageId);
    const answered = parent?.messageId;
    if (answered !== undefined) header += headerField('In-Reply-To', answered);
    const references = this.#references();
    if (references.length > 0) header += headerField('References', references.join(' '));
    if (random.chance(0.3)) header += headerField('X-Mailer', 'Sample 1.0 (tests)');
    return header;
  }

  /** Fields that servers on the way have put on top. */
  #trace(random: Random): string {
    let trace = '';
    for (let hop = random.between(0, 2); hop > 0; hop--) {
      const when = dateText(this.recipe.sentEpochSeconds + hop, 0);
      const by = `from mx${hop}.example.net (mx${hop}.example.net [192.0.2.${hop}]) by mail.example.org`;
      trace += headerField('Received', `${by} with ESMTPS id ${random.hex(10)}; ${when}`, '\t');
    }
    if (random.chance(0.2)) {
      const signature =
        random
          .bytes(96)
          .toString('base64')
          .match(/.{1,60}/g) ?? [];
      trace += headerField('DKIM-Signature', `v=1; a=rsa-sha256; d=example.org; b=${signature.join(' ')}`);
    }
    return trace;
  }

  #encodedSubject(): string {
    let root: MessageContent = this.#identity;
    while (root.recipe.parent !== undefined) root = root.recipe.parent.#identity;
    const random = root.#random('subject');
    const subject = `${random.pick(SUBJECTS)} ${root.recipe.ordinal}`;
    return encodedText(root === this.#identity ? subject : `Re: ${subject}`, random);
  }

  /** Message-IDs of the thread, oldest first. */
  #references(): string[] {
    const ids: string[] = [];
    let { parent } = this.#identity.recipe;
    while (parent !== undefined && ids.length < REFERENCES_MAX) {
      if (parent.messageId !== undefined) ids.unshift(parent.messageId);
      parent = parent.recipe.parent;
    }
    return ids;
  }

  get #identity(): MessageContent {
    const { twinOf } = this.recipe;
    return twinOf === undefined ? this : twinOf.#identity;
  }

  /** One sequence a purpose: what one part draws does not move the others. */
  #random(purpose: string): Random {
    return new Random(`${this.recipe.accountSeed}/${this.recipe.ordinal}/${purpose}`);
  }
}

function person(random: Random): string {
  const [name, local] = random.pick(PEOPLE);
  return addressText(name, `${local}@${random.pick(DOMAINS)}`, random);
}
