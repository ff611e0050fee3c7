import { spawn } from 'node:child_process';
import { secretLine, secretUnavailable } from './secret-line.js';

export interface SecretCommandOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the command may ask the person at the terminal. */
  readonly interactive: boolean;
  /** Where the command's stderr goes as it comes, so that its questions and complaints are seen. */
  readonly onStderr: (text: string) => void;
  readonly signal: AbortSignal;
}

const MOST_OUTPUT = 64 * 1024;

/** Runs a shell command whose output is the password in one line. Throws SECRET_UNAVAILABLE, INTERRUPTED. */
export async function runSecretCommand(
  command: string,
  option: string,
  options: SecretCommandOptions,
): Promise<string> {
  const ended = await run(command, options);
  options.signal.throwIfAborted();
  const said = ended.complaint === '' ? '' : `; it said: ${ended.complaint}`;
  if (ended.outcome !== 'exit status 0') {
    throw secretUnavailable(
      `the command of ${option} failed with ${ended.outcome}${said}; wanted exit status 0 and the password in one line`,
      'run the command by hand to see why',
    );
  }
  return secretLine(
    ended.output,
    `the output of the command of ${option}`,
    'let it print the password alone, for example with | head -n 1 at its end',
  );
}

interface Ended {
  readonly outcome: string;
  readonly output: string;
  /** The last line of stderr. */
  readonly complaint: string;
}

function run(command: string, options: SecretCommandOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], {
      stdio: [options.interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'],
      env: withoutPasswords(options.env),
      signal: options.signal,
    });
    const output: Buffer[] = [];
    let sizeBytes = 0;
    let stderr = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MOST_OUTPUT) output.push(chunk);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      options.onStderr(text);
      stderr = (stderr + text).slice(-1000);
    });
    const end = (outcome: string): void =>
      resolve({ outcome, output: Buffer.concat(output).toString(), complaint: lastLine(stderr) });
    child.on('error', (error) => end(`an error: ${error.message}`));
    child.on('close', (status, signal) =>
      end(status === null ? `signal ${signal}` : `exit status ${status}`),
    );
  });
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** The command needs no passwords that were meant for this program. */
function withoutPasswords(env: SecretCommandOptions['env']): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !/^MAILFERRY_(\w+_)?PASSWORD$/.test(name));
  return Object.fromEntries(kept);
}
