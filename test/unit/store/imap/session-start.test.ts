import { describe, expect, it } from 'vitest';
import { type SessionStart, startSession } from '../../../../src/store/imap/session-start.js';
import { connected } from '../../../support/scripted-imap/index.js';
import { quiet } from './session-parts.js';

const ALL = ['ID', 'NAMESPACE', 'ENABLE', 'CONDSTORE', 'QRESYNC'];
const USUAL: Readonly<Record<string, string>> = {
  ID: '* ID ("name" "Cyrus IMAPD" "VERSION" "3.6.1" "os" NIL)\r\n%T OK done',
  NAMESPACE: '* NAMESPACE (("INBOX." ".")) (("user" ".")) NIL\r\n%T OK done',
  ENABLE: '* ENABLED CONDSTORE QRESYNC\r\n%T OK done',
  LIST: '* LIST (\\Noselect) "/" ""\r\n%T OK done',
};

interface Started extends SessionStart {
  readonly commands: readonly string[];
}

/** Nothing is answered before `flight` commands have come in; then each by its first word. */
async function start(
  capabilities: readonly string[],
  answers: Readonly<Record<string, string>> = {},
  flight = 1,
): Promise<Started> {
  const { connection, server } = connected();
  const commands: string[] = [];
  const play = async (): Promise<void> => {
    for (const waiting: string[] = []; ; ) {
      waiting.push(await server.line());
      if (commands.length + waiting.length < flight) continue;
      for (const line of waiting.splice(0)) {
        const [tag = '', verb = ''] = line.split(' ');
        commands.push(line.slice(tag.length + 1));
        const answer = answers[verb] ?? USUAL[verb] ?? '%T BAD what';
        server.send(`${answer.replaceAll('%T', tag)}\r\n`);
      }
    }
  };
  void play().catch(() => undefined);
  try {
    const started = await startSession(connection, new Set(capabilities), quiet);
    return { ...started, commands: [...commands] };
  } finally {
    connection.logout();
    server.stream.destroy();
  }
}

describe('the start of a session', () => {
  it('asks for everything in one round trip', async () => {
    const { commands, software, namespaces, enabled } = await start(ALL, {}, 3);
    expect(commands).toEqual(['ID ("name" "mailferry")', 'NAMESPACE', 'ENABLE CONDSTORE QRESYNC']);
    expect(software).toBe('Cyrus IMAPD 3.6.1');
    expect([...enabled]).toEqual(['CONDSTORE', 'QRESYNC']);
    expect(namespaces).toEqual({
      personal: [{ prefix: 'INBOX.', delimiter: '.' }],
      other: [{ prefix: 'user.', delimiter: '.' }],
      shared: [],
    });
  });

  it('asks for nothing that is not offered but the delimiter', async () => {
    const { commands, software, namespaces, enabled } = await start([]);
    expect(commands).toEqual(['LIST "" ""']);
    expect(namespaces.personal).toEqual([{ prefix: '', delimiter: '/' }]);
    expect(software).toBeNull();
    expect([...enabled]).toEqual([]);
  });

  it('goes on when all of it is refused', async () => {
    const no = { ID: '%T NO no', NAMESPACE: '%T BAD no', ENABLE: '%T BAD no', LIST: '%T NO no' };
    const { software, namespaces, enabled } = await start(ALL, no);
    expect({ software, namespaces, enabled: [...enabled] }).toEqual({
      software: null,
      namespaces: { personal: [], other: [], shared: [] },
      enabled: [],
    });
  });

  it('enables no more than the server confirms', async () => {
    const { enabled } = await start(ALL, { ENABLE: '* ENABLED CONDSTORE\r\n%T OK done' });
    expect([...enabled]).toEqual(['CONDSTORE']);
  });

  it('takes the delimiter from LIST where no personal namespace is named', async () => {
    const { namespaces } = await start(['NAMESPACE'], { NAMESPACE: '* NAMESPACE NIL NIL NIL\r\n%T OK done' });
    expect(namespaces.personal).toEqual([{ prefix: '', delimiter: '/' }]);
  });

  it('reads prefixes in literals and octets, and a namespace without levels', async () => {
    const answer = '* NAMESPACE ((NIL NIL)("" NIL)({4}\r\nBox/ "/")) NIL (("\xe4\xf6" "."))\r\n%T OK done';
    const { namespaces } = await start(['NAMESPACE'], { NAMESPACE: answer });
    expect(namespaces).toEqual({
      personal: [
        { prefix: '', delimiter: null },
        { prefix: 'Box/', delimiter: '/' },
      ],
      other: [],
      shared: [{ prefix: '\xe4\xf6.', delimiter: '.' }],
    });
  });

  it('takes a login to a mailbox that Exchange cannot open for a refused one', async () => {
    const answer = '%T BAD User is authenticated but not connected.';
    await expect(start(['NAMESPACE'], { NAMESPACE: answer })).rejects.toMatchObject({
      authenticationFailed: true,
      responseText: 'User is authenticated but not connected.',
    });
  });
});
