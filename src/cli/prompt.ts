import { MailferryError } from '../errors.js';
import type { Io } from './io.js';

const ENTER = new Set(['\r', '\n']);
const ERASE = new Set(['\x7f', '\b']);
const CTRL_C = '\x03';
const CTRL_D = '\x04';
const CTRL_U = '\x15';

/** Asks for a secret one at a time: two questions at once would take each other's answer. */
export class SecretPrompt {
  readonly #io: Io;
  #before: Promise<unknown> = Promise.resolve();

  constructor(io: Io) {
    this.#io = io;
  }

  /** What was typed up to Enter, without echo. Throws INTERRUPTED on Ctrl-C or when the signal aborts. */
  ask(question: string, signal: AbortSignal): Promise<string> {
    const answer = this.#before.then(() => readSecret(this.#io, question, signal));
    this.#before = answer.catch(() => undefined);
    return answer;
  }
}

function readSecret(io: Io, question: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let typed = '';
    const decoder = new TextDecoder();
    const onAbort = (): void => end(() => reject(signal.reason));
    const stop = io.stdin.listen(
      (data) => {
        for (const key of decoder.decode(data, { stream: true })) if (press(key)) return;
      },
      () => end(() => resolve(typed)),
    );
    const end = (settle: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      stop();
      io.stdin.setRawMode(false);
      io.stderr.write('\n');
      settle();
    };
    const press = (key: string): boolean => {
      if (ENTER.has(key) || (key === CTRL_D && typed === '')) end(() => resolve(typed));
      // Raw mode turns Ctrl-C into a key.
      else if (key === CTRL_C) end(() => reject(interrupted()));
      else {
        typed = edited(typed, key);
        return false;
      }
      return true;
    };
    signal.addEventListener('abort', onAbort);
    io.stdin.setRawMode(true);
    io.stderr.write(question);
  });
}

function edited(typed: string, key: string): string {
  if (key === CTRL_U) return '';
  if (ERASE.has(key)) return [...typed].slice(0, -1).join('');
  return key < ' ' ? typed : typed + key;
}

/** The person wants to stop. */
export function interrupted(): MailferryError {
  return new MailferryError({
    code: 'INTERRUPTED',
    scope: 'run',
    retry: 'now',
    message: 'interrupted; what is saved stays saved',
    hint: 'run the same command again; it goes on from there',
  });
}
