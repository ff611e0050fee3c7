/** `one` as it is for a single thing, `12 many` for any other number of them. */
export function counted(count: number, one: string, many: string): string {
  return count === 1 ? one : `${count} ${many}`;
}

/** `one message`, `12 messages`. */
export function countedMessages(messages: number): string {
  return counted(messages, 'one message', 'messages');
}
