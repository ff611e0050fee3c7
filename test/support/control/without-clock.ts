import type { AccountImage } from '../compare/index.js';

/**
 * The image with every date that a server took from its clock instead of what it was given set to one and the same, so
 * that accounts filled at different moments compare. `sinceMs`: before the first of them was filled.
 */
export function withoutClock(image: AccountImage, sinceMs: number): AccountImage {
  const since = Math.floor(sinceMs / 1000);
  const untilNow = Math.ceil(Date.now() / 1000) + 1;
  return {
    ...image,
    mailboxes: image.mailboxes.map((mailbox) => ({
      ...mailbox,
      messages: mailbox.messages.map((message) => {
        const { epochSeconds } = message.internalDate;
        if (epochSeconds < since || epochSeconds > untilNow) return message;
        return { ...message, internalDate: { epochSeconds: since, raw: '(now)' } };
      }),
    })),
  };
}
