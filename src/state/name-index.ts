/** Which mailbox pair has a name, on one side. While mailboxes swap names two pairs may have one for a moment. */
export class NameIndex {
  /** Keys of those that have a name, the latest last. */
  readonly #keys = new Map<string, string[]>();

  /** Of several the one that got the name last. */
  keyOf(name: string): string | undefined {
    return this.#keys.get(name)?.at(-1);
  }

  add(name: string, key: string): void {
    const keys = this.#keys.get(name);
    if (keys) keys.push(key);
    else this.#keys.set(name, [key]);
  }

  remove(name: string, key: string): void {
    const others = this.#keys.get(name)?.filter((other) => other !== key) ?? [];
    if (others.length > 0) this.#keys.set(name, others);
    else this.#keys.delete(name);
  }
}
