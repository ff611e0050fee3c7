import { afterEach, describe, expect, it, vi } from 'vitest';
import { asMailferryError } from '../../../../../src/errors.js';
import { createImapStore } from '../../../../../src/store/imap/imap-store.js';
import { login } from '../../../../../src/store/imap/login.js';
import type {
  ConnectionNotice,
  ImapAccountOptions,
  TraceEvent,
} from '../../../../../src/store/imap/options.js';
import { playServer as playLogin, startLoopback } from '../../../../support/scripted-imap/index.js';
import { accountOn, type Play, type PlayedServer, playServer } from './played-server.js';

const PASSWORD = 'pa"ss\\word of ann';
const servers: { close(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

interface Seen {
  readonly events: readonly TraceEvent[];
  readonly error: unknown;
  readonly asked: number;
  readonly server: PlayedServer;
}

async function enter(play: Play, more: Partial<ImapAccountOptions> = {}): Promise<Seen> {
  const server = await playServer(play);
  servers.push(server);
  const events: TraceEvent[] = [];
  let asked = 0;
  const options = accountOn(server.port, {
    password: async () => {
      asked += 1;
      return PASSWORD;
    },
    trace: (event) => events.push(event),
    ...more,
  });
  const error = await login(options, 1, new AbortController().signal).then(
    ({ connection }) => connection.logout(),
    (thrown: unknown) => thrown,
  );
  return { events, error: error ?? null, asked, server };
}

/** Everything that could be shown of it, causes and all. */
function shown({ events, error }: Seen): string {
  const texts = events.map(({ text }) => text);
  for (let at = error; at instanceof Error; at = at.cause) {
    texts.push(String(at.stack), at.message, JSON.stringify(at));
  }
  return texts.join('\n');
}

const payload = Buffer.from(`\0ann\0${PASSWORD}`).toString('base64');
const adminPayload = Buffer.from(`ann\0boss\0${PASSWORD}`).toString('base64');
const FORMS = [
  PASSWORD,
  'pa\\"ss\\\\word of ann',
  Buffer.from(PASSWORD).toString('base64'),
  payload,
  adminPayload,
];

function expectHidden(seen: Seen): void {
  const text = shown(seen);
  for (const form of FORMS) expect(text).not.toContain(form);
}

const WAYS = [
  { way: 'SASL PLAIN', capabilities: 'AUTH=PLAIN', sent: payload },
  { way: 'SASL PLAIN where SASL-IR is offered', capabilities: 'SASL-IR AUTH=PLAIN', sent: payload },
  { way: 'LOGIN', capabilities: '', sent: 'pa\\"ss\\\\word of ann' },
];

describe.each(WAYS)('a login by $way', ({ capabilities, sent }) => {
  it('goes out, but is not in the trace', async () => {
    const seen = await enter({ capabilities });
    expect(seen.error).toBeNull();
    expect(seen.server.heard.join('\n')).toContain(sent);
    expect(seen.events.some(({ text }) => /LOGIN|AUTHENTICATE/.test(text))).toBe(true);
    expectHidden(seen);
  });

  it('that is refused is in neither trace nor error, even when the server repeats it', async () => {
    const words = `Bad password: ${FORMS.join(' ')}`;
    const answer = (command: string): string | null =>
      /^(?:LOGIN|AUTHENTICATE)/.test(command) ? `+ \r\n%T NO [AUTHENTICATIONFAILED] ${words}\r\n` : null;
    const seen = await enter({ capabilities, answer });
    expect(asMailferryError(seen.error)).toMatchObject({ code: 'AUTH_FAILED', retry: 'never' });
    expect(asMailferryError(seen.error).serverText).toContain('Bad password');
    expectHidden(seen);
  });
});

it('keeps a login as admin out of the trace', async () => {
  const seen = await enter({ capabilities: 'AUTH=PLAIN' }, { admin: 'boss' });
  expect(seen.error).toBeNull();
  expect(seen.server.heard).toContain(adminPayload);
  expectHidden(seen);
});

it('keeps a login as admin out of the trace where SASL-IR is offered', async () => {
  const seen = await enter({ capabilities: 'SASL-IR AUTH=PLAIN' }, { admin: 'boss' });
  expect(seen.error).toBeNull();
  expect(seen.server.heard.some((line) => line.endsWith(` AUTHENTICATE PLAIN ${adminPayload}`))).toBe(true);
  expectHidden(seen);
});

it('keeps a password out of the trace that the server repeats after the login', async () => {
  const answer = (command: string): string | null =>
    command === 'NAMESPACE' ? `* NAMESPACE (("" "/")) NIL NIL\r\n%T OK ${FORMS.join(' ')}\r\n` : null;
  const seen = await enter({ capabilities: 'AUTH=PLAIN NAMESPACE', answer });
  expect(seen.error).toBeNull();
  expect(seen.events.some(({ text }) => text.includes('NAMESPACE (('))).toBe(true);
  expectHidden(seen);
});

it('keeps a password out of the error that the server repeats it in long after the login', async () => {
  const server = await playServer({
    capabilities: 'AUTH=PLAIN',
    answer: (command) => (command.startsWith('EXAMINE') ? `%T NO no such box, ${FORMS.join(' ')}\r\n` : null),
  });
  servers.push(server);
  const events: TraceEvent[] = [];
  const trace = (event: TraceEvent): void => void events.push(event);
  const store = createImapStore(accountOn(server.port, { password: async () => PASSWORD, trace }));
  const quiet = new AbortController().signal;
  const session = await store.lease(quiet);
  const error = await session.open('Box', 'examine', quiet).catch((thrown: unknown) => thrown);
  await store.close();
  expect(asMailferryError(error).serverText).toMatch(/^no such box, \[hidden\]/);
  expectHidden({ events, error, asked: 1, server });
});

it('keeps a password out of what is said on another connection, before that one needs it', async () => {
  const server = await startLoopback(async (conversation, index) => {
    if (index === 0) await playLogin(conversation, '');
    else conversation.send(`* BYE no more, ${FORMS.join(' ')}\r\n`);
  });
  servers.push(server);
  const notices: string[] = [];
  const onNotice = ({ text }: ConnectionNotice): void => void notices.push(text);
  const account = { host: '127.0.0.1', connections: 2, password: async () => PASSWORD, onNotice };
  const store = createImapStore(accountOn(server.port, account));
  const quiet = new AbortController().signal;
  const first = await store.lease(quiet);
  const second = store.lease(quiet);
  await vi.waitFor(() => expect(notices).not.toEqual([]));
  first.release();
  (await second).release();
  await store.close();
  expect(notices.join()).toMatch(/takes no more than 1 connection: no more, \[hidden\]/);
  for (const form of FORMS) expect(notices.join()).not.toContain(form);
});

describe('a login as admin where SASL PLAIN is not offered', () => {
  it.each(['', 'AUTH=LOGIN', 'AUTH=CRAM-MD5'])('sends nothing (%j)', async (capabilities) => {
    const seen = await enter({ capabilities }, { admin: 'boss' });
    expect(asMailferryError(seen.error)).toMatchObject({ code: 'AUTH_FAILED', retry: 'never' });
    expect(asMailferryError(seen.error).message).toMatch(/SASL PLAIN/);
    expect(seen.server.heard.join('\n')).not.toMatch(/LOGIN|AUTHENTICATE/);
    expect(seen.asked).toBe(0);
  });
});

describe('a password', () => {
  it('is not asked for by a greeting that is past the login', async () => {
    const seen = await enter({ greeting: '* PREAUTH in as ann' });
    expect(seen.error).toBeNull();
    expect(seen.asked).toBe(0);
  });

  it('is neither asked for nor sent where logins are disabled in clear text', async () => {
    const seen = await enter({ capabilities: 'STARTTLS LOGINDISABLED' });
    expect(asMailferryError(seen.error)).toMatchObject({ code: 'TLS_UNAVAILABLE', retry: 'never' });
    expect(asMailferryError(seen.error).hint).toMatch(/tls=none/);
    expect(seen.asked).toBe(0);
  });

  it('is neither asked for nor sent where STARTTLS is due and not offered, or refused', async () => {
    const refuse = (command: string): string | null => (command === 'STARTTLS' ? '%T NO not now\r\n' : null);
    for (const play of [{ capabilities: 'AUTH=PLAIN' }, { capabilities: 'STARTTLS', answer: refuse }]) {
      const seen = await enter(play, { security: 'starttls' });
      expect(asMailferryError(seen.error)).toMatchObject({ code: 'TLS_UNAVAILABLE', retry: 'never' });
      expect(seen.server.heard.join('\n')).not.toMatch(/LOGIN|AUTHENTICATE/);
      expect(seen.asked).toBe(0);
    }
  });

  it('is neither asked for nor sent when somebody slips words in before TLS', async () => {
    const slip = (command: string): string | null =>
      command === 'STARTTLS' ? '%T OK go\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n' : null;
    const seen = await enter({ capabilities: 'STARTTLS', answer: slip }, { security: 'starttls' });
    expect(asMailferryError(seen.error)).toMatchObject({ code: 'TLS_UNAVAILABLE', retry: 'never' });
    expect(seen.asked).toBe(0);
  });

  it('that cannot be had ends the login with the reason', async () => {
    const reason = new Error('no such file');
    const seen = await enter({}, { password: () => Promise.reject(reason) });
    expect(asMailferryError(seen.error).cause).toBe(reason);
    expect(seen.server.heard.join('\n')).not.toMatch(/AUTHENTICATE/);
  });
});
