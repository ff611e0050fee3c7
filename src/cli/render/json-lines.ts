import type { MailboxCounts } from '../../report/activity.js';
import type { RunEvent, RunSide } from '../../report/events.js';

/**
 * The object that `--json` writes for an event; null for events it keeps to itself. `finished` comes with
 * `mailbox-finished`. `everyMessage`: also the messages, in batches (`-vv`).
 */
export function jsonObjectOf(
  event: RunEvent,
  finished: MailboxCounts | undefined,
  everyMessage: boolean,
): object | null {
  switch (event.type) {
    case 'problem':
      return { type: 'problem', ...event.problem };
    case 'mailbox-finished':
      return mailboxObject(event, finished);
    case 'messages-copied': {
      const { mailbox, uids, sizeBytes } = event;
      return everyMessage ? { type: 'messages', mailbox, uids, bytes: sizeBytes, ...whereTo(event) } : null;
    }
    case 'messages-moved': {
      const { mailbox, uids } = event;
      return everyMessage ? { type: 'moved', mailbox, uids, ...whereTo(event) } : null;
    }
    case 'messages-removed':
      return { type: 'removed', mailbox: event.mailbox, side: event.side, messages: event.messages };
    case 'messages-skipped':
      return { type: 'skipped', mailbox: event.mailbox, messages: event.messages, reason: event.reason };
    case 'listed':
      return { type: 'listed', seen: event.seen, toOpen: event.dirty };
    case 'connected':
    case 'mailbox-created':
    case 'mailbox-renamed':
    case 'mailbox-removed':
    case 'conflict':
    case 'waiting':
    case 'note':
      return event;
    case 'mailbox-started':
    case 'mailbox-planned':
    case 'messages-paired':
    case 'messages-left':
    case 'flags-updated':
    case 'bytes-moved':
      return null;
  }
}

function whereTo({ to }: { readonly to?: RunSide }): { to?: RunSide } {
  return to === undefined ? {} : { to };
}

function mailboxObject(
  event: { readonly mailbox: string; readonly changed: boolean; readonly failed: boolean },
  counts: MailboxCounts | undefined,
): object {
  return {
    type: 'mailbox',
    mailbox: event.mailbox,
    destination: counts?.destination ?? event.mailbox,
    changed: event.changed,
    failed: event.failed,
    messages: {
      copied: counts?.copied ?? 0,
      moved: counts?.moved ?? 0,
      removed: counts?.removed ?? 0,
      paired: counts?.paired ?? 0,
      skipped: counts?.skipped ?? 0,
      failed: counts?.failed ?? 0,
      atSource: {
        copied: counts?.atSource.copied ?? 0,
        moved: counts?.atSource.moved ?? 0,
        removed: counts?.atSource.removed ?? 0,
      },
    },
    planned: {
      messages: counts?.planned ?? 0,
      sizeBytes: counts?.plannedBytes ?? null,
      toSource: counts?.atSource.planned ?? 0,
    },
    flags: { updated: counts?.flagsUpdated ?? 0 },
    bytes: { copied: counts?.bytesCopied ?? 0 },
  };
}
