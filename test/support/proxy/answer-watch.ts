/** Waits in a server's words for the tagged answer to one command. */
export class AnswerWatch {
  readonly #answer: RegExp | undefined;
  readonly #onAnswer: () => void;
  #tail = '';

  /** @param tag of the command; without one anything said counts as the answer */
  constructor(tag: string | undefined, onAnswer: () => void) {
    const escaped = tag?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    this.#answer = escaped === undefined ? undefined : new RegExp(`(?:^|\n)${escaped} [^\n]*\n`, 'i');
    this.#onAnswer = onAnswer;
  }

  see(chunk: Buffer): void {
    if (this.#answer === undefined) {
      this.#onAnswer();
      return;
    }
    this.#tail += chunk.toString('latin1');
    if (this.#answer.test(this.#tail)) this.#onAnswer();
    this.#tail = this.#tail.slice(this.#tail.lastIndexOf('\n'));
  }
}
