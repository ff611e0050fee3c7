import {
  DIFFICULT_SHAPE_NAMES,
  DIFFICULT_SHAPES,
  type FillableAccount,
  generateAccount,
  Random,
} from '../accounts/index.js';
import { type AppendableMessage, formatInternalDate } from '../imap-client/index.js';
import { corpusMessages } from './corpus.js';

/** The ends of 32-bit time, a leap day, and the seconds around 1970. */
const DATES = [0, 1, 86_400, 951_827_696, 1_000_000_000, Date.UTC(2037, 11, 31, 23, 59, 59) / 1000];
const ZONES = [0, 765, -720, 330];

/** Mail that breaks the rules in every way the generator knows, between mail that does not. */
export function difficultAccount(seed: string): FillableAccount {
  const options = { messages: 160, mailboxes: 6, edgeDates: true, difficult: true, maxSizeBytes: 300_000 };
  const corpus = corpusMessages();
  return {
    mailboxes: [
      ...generateAccount({ seed, ...options }).mailboxes,
      { path: ['Difficult'], subscribed: true, messages: oneOfEach(seed) },
      ...(corpus.length === 0 ? [] : [{ path: ['Corpus'], subscribed: true, messages: corpus }]),
    ],
  };
}

/** Every shape alone and then good mail, so that a batch is refused at its start, its end and in between. */
function oneOfEach(seed: string): AppendableMessage[] {
  const good = generateAccount({ seed: `${seed}/good`, messages: 60, mailboxes: 1, maxSizeBytes: 20_000 });
  const bodies = good.mailboxes[0]?.messages ?? [];
  const random = new Random(seed);
  const messages: AppendableMessage[] = [];
  for (const [index, message] of bodies.entries()) {
    const name = DIFFICULT_SHAPE_NAMES[index];
    if (name !== undefined) {
      const octets = DIFFICULT_SHAPES[name](message.body(), random);
      const internalDate = formatInternalDate(
        DATES[index % DATES.length] ?? 0,
        ZONES[index % ZONES.length] ?? 0,
      );
      messages.push({
        flags: index % 2 === 0 ? ['\\Seen'] : ['\\Flagged', 'work'],
        internalDate,
        body: () => octets,
      });
    }
    messages.push(message);
  }
  return messages;
}
