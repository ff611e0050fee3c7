import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type FillReport,
  fillAccount,
  type GeneratedMessage,
  generateAccount,
} from '../support/accounts/index.js';
import {
  type AccountImage,
  assertSameAccounts,
  compareAccounts,
  fingerprintServer,
  multisetReport,
  readAccount,
} from '../support/compare/index.js';
import {
  type AccountLogin,
  appendAll,
  argument,
  loginOf,
  personalNamespace,
  type RawImap,
  rawNameOf,
  withLogin,
} from '../support/imap-client/index.js';
import {
  GMAIL_CAPABILITY,
  type MailServer,
  MICROSOFT_365_CAPABILITY,
  startCourier,
  startCyrus,
  startDovecot,
} from '../support/servers/index.js';

const USERS = ['plain', 'edited', 'hard1', 'hard2'].map((name) => ({ name, password: `pass-${name}` }));

/** Each takes another way of appending: many in one command, many commands at once, one by one. */
const SERVERS: readonly (readonly [what: string, start: () => Promise<MailServer>])[] = [
  ['Dovecot', () => startDovecot({ users: USERS })],
  ['Dovecot below INBOX', () => startDovecot({ users: USERS, separator: '.', prefix: 'INBOX.' })],
  [
    'Dovecot as Microsoft 365',
    () => startDovecot({ users: USERS, capability: MICROSOFT_365_CAPABILITY, separator: '/' }),
  ],
  [
    'Dovecot as Gmail',
    () => startDovecot({ users: USERS, capability: GMAIL_CAPABILITY, mailFormat: 'sdbox' }),
  ],
  ['Cyrus', () => startCyrus({ users: USERS })],
  ['Courier', () => startCourier({ users: USERS })],
];

const PLAIN = generateAccount({ seed: 'servers', messages: 320, mailboxes: 19, maxSizeBytes: 2_000_000 });
const SMALL = generateAccount({ seed: 'edits', messages: 30, mailboxes: 3, maxSizeBytes: 5000 });
const HARD = generateAccount({ seed: 1, messages: 150, mailboxes: 2, maxSizeBytes: 5000, difficult: true });

/** INBOX of the account that is edited. */
const INBOX: readonly GeneratedMessage[] = SMALL.mailboxes[0]?.messages ?? [];
/** Positions in INBOX, far enough apart that no edit touches another. */
const FLAGGED_AT = 3;
const LOST_AT = 7;
const DOUBLED_AT = 5;

describe.each(SERVERS)('%s', (_what, start) => {
  let server: MailServer;

  beforeAll(async () => {
    server = await start();
  });

  afterAll(async () => {
    await server.stop();
  });

  test('holds what was put there, octet for octet, and is not changed by being read', async () => {
    const login = loginOf(server, 'plain');
    const report = await fillAccount(login, PLAIN);
    expect(report).toMatchObject({ appended: 320, refused: [] });
    const before = await fingerprintServer(login);
    const image = await readAccount(login);
    expect(compareAccounts(PLAIN, image)).toEqual([]);
    expect(multisetReport(PLAIN, image)).toEqual({ lost: [], doubled: [], unknown: [] });
    expect(await fingerprintServer(login)).toEqual(before);
  });

  test('gives away each single edit', async () => {
    const login = loginOf(server, 'edited');
    await fillAccount(login, SMALL);
    assertSameAccounts(SMALL, await readAccount(login));
    for (const { name, edit, finds } of EDITS) {
      const image = await readAccount(login);
      const fingerprint = await fingerprintServer(login);
      await editInbox(login, edit);
      const found = compareAccounts(image, await readAccount(login));
      expect(found, name).toEqual(finds.map((sentence) => expect.stringMatching(sentence)));
      expect(await fingerprintServer(login), name).not.toEqual(fingerprint);
    }
  });

  test('does to difficult messages the same every time', async () => {
    const [one, other] = [loginOf(server, 'hard1'), loginOf(server, 'hard2')];
    const report = await fillAccount(one, HARD, { skipRefused: true });
    const again = await fillAccount(other, HARD, { skipRefused: true });
    expect(placesOf(again)).toEqual(placesOf(report));
    const image: AccountImage = await readAccount(one);
    expect(compareAccounts(image, await readAccount(other))).toEqual([]);
    const kept = image.mailboxes.reduce((sum, { messages }) => sum + messages.length, 0);
    expect(kept + report.refused.length).toBe(150);
  });
});

test('Dovecot holds mailboxes with names that other servers refuse', async () => {
  const server = await startDovecot({ users: USERS });
  try {
    const account = generateAccount({ seed: 'names', messages: 30, mailboxes: 8, difficultNames: true });
    await fillAccount(loginOf(server), account);
    expect(compareAccounts(account, await readAccount(loginOf(server)))).toEqual([]);
  } finally {
    await server.stop();
  }
});

interface Edit {
  readonly name: string;
  readonly edit: (imap: RawImap, rawName: string, uids: readonly number[]) => Promise<void>;
  readonly finds: readonly RegExp[];
}

const EDITS: readonly Edit[] = [
  {
    name: 'a flag',
    edit: async (imap, _rawName, uids) => {
      const present = INBOX[FLAGGED_AT]?.flags.includes('\\Flagged') === true;
      await imap.run([`UID STORE ${uids[FLAGGED_AT]} ${present ? '-' : '+'}FLAGS (\\Flagged)`]);
    },
    finds: [/^INBOX: message .* (lacks \\flagged|has \\flagged too much)$/],
  },
  {
    name: 'a keyword',
    edit: async (imap, _rawName, uids) => {
      await imap.run([`UID STORE ${uids[FLAGGED_AT]} +FLAGS (Quite-New)`]);
    },
    finds: [/^INBOX: message .* has quite-new too much$/],
  },
  {
    name: 'a doubled message',
    edit: async (imap, rawName, uids) => {
      await imap.run([`UID COPY ${uids[DOUBLED_AT]} `, argument(rawName)]);
    },
    finds: [
      /^INBOX: holds \d+ messages where \d+ are expected$/,
      /^INBOX: message .* is there once too often$/,
    ],
  },
  {
    name: 'a removed message',
    edit: async (imap, _rawName, uids) => {
      await imap.run([`UID STORE ${uids[LOST_AT]} +FLAGS.SILENT (\\Deleted)`]);
      await imap.run([`UID EXPUNGE ${uids[LOST_AT]}`]);
    },
    finds: [/^INBOX: holds \d+ messages where \d+ are expected$/, /^INBOX: message .* is lost$/],
  },
  {
    name: 'a changed byte',
    edit: async (imap, rawName, uids) => {
      const first = INBOX[0];
      if (first === undefined) throw new Error('INBOX has no messages');
      const body = first.body();
      body.writeUInt8(body.readUInt8(body.length - 3) ^ 1, body.length - 3);
      await appendAll(imap, rawName, [
        { flags: first.flags, internalDate: first.internalDate, body: () => body },
      ]);
      await imap.run([`UID STORE ${uids[0]} +FLAGS.SILENT (\\Deleted)`]);
      await imap.run([`UID EXPUNGE ${uids[0]}`]);
    },
    finds: [/^INBOX: message .* has other octets: (\d+) bytes instead of \1, SHA-256 /],
  },
  {
    name: 'a subscription',
    edit: async (imap) => {
      await imap.run(['UNSUBSCRIBE ', argument(await rawSent(imap))]);
    },
    finds: [/^Sent: is not subscribed, the other way round than expected$/],
  },
  {
    name: 'a new mailbox',
    edit: async (imap) => {
      await imap.run(['CREATE ', argument(`${await rawSent(imap)} again`)]);
    },
    finds: [/^Sent again: nobody expects this mailbox, with 0 messages$/],
  },
  {
    name: 'a renamed mailbox',
    edit: async (imap) => {
      const sent = await rawSent(imap);
      await imap.run(['RENAME ', argument(`${sent} again`), ' ', argument(`${sent} later`)]);
    },
    finds: [/^Sent again: the mailbox is missing/, /^Sent later: nobody expects this mailbox/],
  },
];

async function editInbox(login: AccountLogin, edit: Edit['edit']): Promise<void> {
  await withLogin(login, {}, async (imap) => {
    await imap.run(['SELECT INBOX']);
    const uids: number[] = [];
    const { untagged } = await imap.run(['UID SEARCH ALL']);
    for (const response of untagged) {
      if (response.type !== 'data' || response.tokens[0]?.type !== 'atom') continue;
      if (response.tokens[0].text !== 'SEARCH') continue;
      for (const token of response.tokens.slice(1)) if (token.type === 'atom') uids.push(Number(token.text));
    }
    await edit(imap, 'INBOX', uids);
  });
}

async function rawSent(imap: RawImap): Promise<string> {
  return rawNameOf(['Sent'], await personalNamespace(imap));
}

function placesOf(report: FillReport): unknown {
  return report.refused.map(({ path, index }) => [path, index]);
}
