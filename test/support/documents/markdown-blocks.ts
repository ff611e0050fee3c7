/** A fenced block of a Markdown document. */
export interface Block {
  /** The first word after the fence. */
  readonly language: string;
  /** The second word: the name of the file that the block is, if it is one. */
  readonly file: string | undefined;
  readonly lines: readonly string[];
  /** Where its fence opens, from 1. */
  readonly lineNumber: number;
}

/** One command of a transcript and what it printed. */
export interface Step {
  readonly command: string;
  /** `…` on a line of its own stands for any lines. */
  readonly output: readonly string[];
  readonly lineNumber: number;
}

/** All fenced blocks in their order. Throws when one does not end. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: (Block & { lines: string[] }) | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (!line.startsWith('```')) open?.lines.push(line);
    else if (open !== undefined) {
      blocks.push(open);
      open = undefined;
    } else {
      const [language = '', file] = line.slice(3).split(' ');
      open = { language, file, lines: [], lineNumber: index + 1 };
    }
  }
  if (open !== undefined) throw new Error(`the block that opens in line ${open.lineNumber} does not end`);
  return blocks;
}

/** The steps of a transcript: commands after `$ `, which a `\` at the end of a line continues, and their output. */
export function stepsOf({ lines, lineNumber }: Block): Step[] {
  const steps: (Step & { command: string; output: string[] })[] = [];
  for (const [index, line] of lines.entries()) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) {
      steps.push({ command: line.slice(2), output: [], lineNumber: lineNumber + index + 1 });
    } else if (last?.output.length === 0 && last.command.endsWith('\\')) {
      last.command += `\n${line}`;
    } else if (last !== undefined) {
      last.output.push(line);
    } else if (line !== '') {
      throw new Error(`line ${lineNumber + index + 1} is output without a command: ${line}`);
    }
  }
  return steps;
}
