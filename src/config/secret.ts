import type { AccountRole } from './account-role.js';
import { describeRole, optionPrefix } from './account-role.js';
import type { KnownSecrets } from './known-secrets.js';
import { runSecretCommand } from './secret-command.js';
import { readSecretFile } from './secret-file.js';
import { secretUnavailable } from './secret-line.js';
import { usageError } from './usage-error.js';

/** What secrets are read from, besides files. */
export interface SecretEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** False: `--no-input` forbids to ask. */
  readonly mayAsk: boolean;
  /** Asks the person at the terminal without echo; null where there is none or none may be asked. */
  readonly prompt: ((question: string, signal: AbortSignal) => Promise<string>) | null;
  readonly onStderr: (text: string) => void;
  readonly known: KnownSecrets;
  readonly signal: AbortSignal;
}

export interface SecretSource {
  readonly role: AccountRole;
  readonly account: string;
  readonly file?: string;
  readonly command?: string;
}

/**
 * A function that reads the password when first called and remembers it. The order: file or command, environment
 * variable, prompt. It throws SECRET_UNAVAILABLE, INTERRUPTED; this function throws USAGE.
 */
export function secretOf(source: SecretSource, environment: SecretEnvironment): () => Promise<string> {
  const prefix = optionPrefix(source.role);
  if (source.file !== undefined && source.command !== undefined) {
    throw usageError(
      `${prefix}password-file and ${prefix}password-command are both given; wanted one of them`,
      'take one out',
    );
  }
  let known: Promise<string> | undefined;
  return () => {
    known ??= readSecret(source, environment).then((secret) => {
      environment.known.add(secret);
      return secret;
    });
    return known;
  };
}

export function passwordVariable(role: AccountRole): string {
  return role === 'account' ? 'MAILFERRY_PASSWORD' : `MAILFERRY_${role.toUpperCase()}_PASSWORD`;
}

async function readSecret(source: SecretSource, environment: SecretEnvironment): Promise<string> {
  const prefix = optionPrefix(source.role);
  if (source.file !== undefined) return readSecretFile(source.file, `${prefix}password-file`);
  if (source.command !== undefined) {
    const { env, onStderr, signal } = environment;
    const interactive = environment.prompt !== null;
    const options = { env, onStderr, signal, interactive };
    return runSecretCommand(source.command, `${prefix}password-command`, options);
  }
  const variable = passwordVariable(source.role);
  const value = environment.env[variable];
  if (value !== undefined && value !== '') return value;
  if (environment.prompt !== null) {
    const secret = await environment.prompt(`Password of ${source.account}: `, environment.signal);
    if (secret !== '') return secret;
    throw secretUnavailable(`no password was typed for ${source.account}; wanted one`, 'run it again');
  }
  throw secretUnavailable(
    `there is no password for the ${describeRole(source.role)} ${source.account}, and ${whyNotAsked(environment)}; ` +
      'wanted a file, a command or a variable',
    `give ${prefix}password-file FILE or ${prefix}password-command COMMAND, or set ${variable}`,
  );
}

function whyNotAsked({ mayAsk }: SecretEnvironment): string {
  return mayAsk ? 'no terminal to ask at' : '--no-input forbids to ask for it';
}
