import type { GeneratedAccount, GeneratedMailbox } from '../accounts/index.js';
import type { AccountImage, MailboxImage } from './account-image.js';
import { describeMessage } from './describe-message.js';

/** What a server must hold after it was filled with this account; UIDs are positions. */
export function expectedImage(account: GeneratedAccount): AccountImage {
  return { mailboxes: account.mailboxes.map(expectedMailbox) };
}

function expectedMailbox({ path, subscribed, messages }: GeneratedMailbox): MailboxImage {
  return {
    path,
    rawName: undefined,
    selectable: true,
    subscribed,
    uidValidity: 0,
    messages: messages.map((message, index) => {
      const internalDate = { epochSeconds: message.epochSeconds, raw: message.internalDate };
      return describeMessage(index + 1, message.body(), message.flags, internalDate);
    }),
  };
}
