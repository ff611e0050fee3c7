import type { MessageImage } from './account-image.js';

export interface MessagePair {
  readonly expected: MessageImage;
  readonly actual: MessageImage;
}

export interface Pairing {
  /** Same octets, in the order of the expected side. */
  readonly same: readonly MessagePair[];
  /** Other octets but the same place between paired neighbours and the same date: a body that was changed. */
  readonly changed: readonly MessagePair[];
  readonly lost: readonly MessageImage[];
  readonly surplus: readonly MessageImage[];
}

/**
 * Pairs the messages of a mailbox as multisets: k here with k there. Messages with equal bodies are paired by
 * place when both sides have the same bodies in the same order, otherwise so that the fewest differ.
 */
export function pairMessages(
  expected: readonly MessageImage[],
  actual: readonly MessageImage[],
  sameness: (message: MessageImage) => string,
): Pairing {
  const byPlace = pairByPlace(expected, actual);
  if (byPlace !== undefined) return { same: byPlace, changed: [], lost: [], surplus: [] };
  const waiting = group(actual, (message) => message.sha256);
  const pairs = new Map<MessageImage, MessageImage>();
  // Those that agree in everything go first, so that one difference is told as one.
  for (const strict of [true, false]) {
    for (const message of expected) {
      if (pairs.has(message)) continue;
      const candidates = waiting.get(message.sha256) ?? [];
      const index = strict ? candidates.findIndex((other) => sameness(other) === sameness(message)) : 0;
      const [partner] = index < 0 ? [] : candidates.splice(index, 1);
      if (partner !== undefined) pairs.set(message, partner);
    }
  }
  const lost = expected.filter((message) => !pairs.has(message));
  const surplus = [...waiting.values()].flat();
  const same = expected.flatMap((message) => {
    const partner = pairs.get(message);
    return partner === undefined ? [] : [{ expected: message, actual: partner }];
  });
  return { same, ...pairChanged(lost, surplus) };
}

function pairByPlace(
  expected: readonly MessageImage[],
  actual: readonly MessageImage[],
): MessagePair[] | undefined {
  if (expected.length !== actual.length) return undefined;
  const pairs: MessagePair[] = [];
  for (const [index, message] of expected.entries()) {
    const partner = actual[index];
    if (partner?.sha256 !== message.sha256) return undefined;
    pairs.push({ expected: message, actual: partner });
  }
  return pairs;
}

function pairChanged(lost: readonly MessageImage[], surplus: readonly MessageImage[]): Omit<Pairing, 'same'> {
  const byDate = group(surplus, (message) => String(message.internalDate.epochSeconds));
  const changed: MessagePair[] = [];
  const stillLost: MessageImage[] = [];
  for (const message of lost) {
    const partner = byDate.get(String(message.internalDate.epochSeconds))?.shift();
    if (partner === undefined) stillLost.push(message);
    else changed.push({ expected: message, actual: partner });
  }
  const left = [...byDate.values()].flat().sort((one, other) => one.uid - other.uid);
  return { changed, lost: stillLost, surplus: left };
}

function group(
  messages: readonly MessageImage[],
  key: (message: MessageImage) => string,
): Map<string, MessageImage[]> {
  const groups = new Map<string, MessageImage[]>();
  for (const message of messages) {
    const members = groups.get(key(message));
    if (members === undefined) groups.set(key(message), [message]);
    else members.push(message);
  }
  return groups;
}
