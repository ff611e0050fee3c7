import { MailferryError } from '../errors.js';

/** No secret could be had. Throws nothing of the secret itself into the message. */
export function secretUnavailable(message: string, hint: string, cause?: unknown): MailferryError {
  const init = { code: 'SECRET_UNAVAILABLE', scope: 'run', retry: 'never', message, hint } as const;
  return new MailferryError(cause === undefined ? init : { ...init, cause });
}

/** The one line of a secret's file or of a command's output, without its line ending. */
export function secretLine(text: string, where: string, hint: string): string {
  const line = text.replace(/\r?\n$/, '');
  if (line === '') throw secretUnavailable(`${where} is empty; wanted one line with the password`, hint);
  const lines = line.split('\n').length;
  if (lines > 1) {
    throw secretUnavailable(`${where} has ${lines} lines; wanted one line with the password`, hint);
  }
  if (line.includes('\0')) {
    throw secretUnavailable(`${where} holds a NUL octet; wanted one line with the password`, hint);
  }
  return line;
}
