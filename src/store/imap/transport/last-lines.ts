const MOST_BYTES = 2048;
const MOST_LINES = 5;

/** The end of what a command printed, fit for one sentence: without control characters, lines parted by ` / `. */
export class LastLines {
  #end: Buffer = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#end = Buffer.concat([this.#end, chunk]).subarray(-MOST_BYTES);
  }

  get text(): string {
    const lines = this.#end.toString('utf8').split(/[\r\n]+/);
    const clean = lines.map((line) => line.replace(/\p{Cc}+/gu, ' ').trim()).filter((line) => line !== '');
    return clean.slice(-MOST_LINES).join(' / ');
  }
}
