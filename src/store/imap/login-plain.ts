import type { ImapFlow } from 'imapflow';

type Tools = typeof import('imapflow/lib/tools.js');

/** What imapflow leaves out of its types. */
interface CommandSender {
  exec(
    command: string,
    attributes: readonly { type: 'ATOM'; value: string; sensitive?: boolean }[],
    options: { onPlusTag(): Promise<unknown> },
  ): Promise<{ next(): void }>;
  write(line: string): Promise<unknown>;
}

interface PlainCredentials {
  readonly user: string;
  readonly password: string;
  /** Whose account it is, when that is not the user who logs in. */
  readonly authzid: string | undefined;
}

/**
 * SASL PLAIN (RFC 4616) with the credentials in the command itself (SASL-IR, RFC 4959), which imapflow sends only when
 * asked. Returns whose account was opened; throws what imapflow's own login throws.
 */
export async function authenticatePlain(
  client: ImapFlow,
  { user, password, authzid = '' }: PlainCredentials,
): Promise<string> {
  const sender = client as unknown as CommandSender;
  // Beforehand: a server may hang up right after its refusal, which must be told before that is.
  const tools = await import('imapflow/lib/tools.js');
  const response = Buffer.from([authzid, user, password].join('\0')).toString('base64');
  try {
    const answer = await sender.exec(
      'AUTHENTICATE',
      [
        { type: 'ATOM', value: 'PLAIN' },
        { type: 'ATOM', value: response, sensitive: true },
      ],
      // A server that asks although it has them already has overlooked them.
      { onPlusTag: () => sender.write(response) },
    );
    answer.next();
    return authzid || user;
  } catch (error) {
    throw asRefusal(error, tools);
  }
}

/** Only a tagged NO or BAD is about the credentials. */
function asRefusal(error: unknown, { getStatusCode, isServerRefusal }: Tools): unknown {
  if (!(error instanceof Error)) return error;
  const { response } = error as { response?: Parameters<typeof getStatusCode>[0] };
  return Object.assign(error, {
    serverResponseCode: getStatusCode(response) || undefined,
    ...(isServerRefusal(error) ? { authenticationFailed: true } : {}),
  });
}
