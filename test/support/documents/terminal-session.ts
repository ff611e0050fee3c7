import { type ChildProcess, spawn } from 'node:child_process';

export interface SessionOptions {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** What is typed when the terminal asks; undefined ends the command. */
  readonly answer: (question: string) => string | undefined;
}

export interface CommandResult {
  readonly exitCode: number | null;
  /** Without blanks at the ends of lines and blank lines around it. */
  readonly printed: readonly string[];
}

/** A line that waits for somebody. */
const QUESTION = /(?:^|\n)(Password of .*): $/;

/**
 * Runs command lines one after the other, each in a shell at a terminal of its own, where `$?` is the exit status of
 * the one before.
 */
export class TerminalSession {
  readonly #options: SessionOptions;
  #lastExitCode = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  async run(command: string): Promise<CommandResult> {
    const line = `(exit ${this.#lastExitCode}); ${command}`;
    const { folder, env } = this.#options;
    const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
      cwd: folder,
      // A terminal that moves no cursor: what is printed can be read as lines.
      env: { ...env, SHELL: '/bin/bash', TERM: 'dumb', LC_ALL: 'C.UTF-8' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const text = this.#converse(child);
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    this.#lastExitCode = exitCode ?? 1;
    return {
      exitCode,
      printed: text()
        .trim()
        .split(/[ \r]*\n/),
    };
  }

  /** Answers what is asked. Returns a function that tells all that was printed so far. */
  #converse(child: ChildProcess): () => string {
    let text = '';
    let answeredChars = 0;
    child.stdout?.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const question = QUESTION.exec(text.slice(answeredChars))?.[1];
      if (question === undefined) return;
      answeredChars = text.length;
      const answer = this.#options.answer(question);
      if (answer === undefined) child.kill();
      else child.stdin?.write(`${answer}\r`);
    });
    return () => text;
  }
}
