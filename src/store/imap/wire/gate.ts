/** Closed while somebody is in the middle of writing a command. */
export class Gate {
  #closed: Promise<unknown> | null = null;

  /** Resolves when it may be open again; null while it is. */
  get closed(): Promise<unknown> | null {
    return this.#closed;
  }

  /** Keeps other commands from being written until `done` settles, however it does. */
  hold(done: Promise<unknown>): Promise<void> {
    const gate = done.then(
      () => undefined,
      () => undefined,
    );
    this.#closed = gate;
    return gate.then(() => {
      if (this.#closed === gate) this.#closed = null;
    });
  }
}
