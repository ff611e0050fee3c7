import {
  GMAIL_CAPABILITY,
  MICROSOFT_365_CAPABILITY,
  startCourier,
  startCyrus,
  startDovecot,
} from '../support/servers/index.js';
import { describeMailStore } from './mail-store.suite.js';
import { imapFixture, placeInMaildir, USER } from './suite/imap-fixture.js';
import { describeOverQuota } from './suite/over-quota.js';

const MIB = 1024 * 1024;
const SIZES = [64, 4096, 4097, 102_400, 20 * MIB];
/** Dovecot takes octets that are no message at all. */
const DOVECOT = {
  keepsZone: false,
  bodySizes: [1, ...SIZES],
  oddNames: ['two words', '&AOk-t&AOk-', 'q"uo\\te', '100%*', '__proto__'],
};

describeMailStore('Dovecot, Maildir', async () => {
  const server = await startDovecot({ users: [USER], mailboxes: { Kept: '\\Trash' } });
  const features = {
    condstore: true,
    qresync: true,
    uidplus: true,
    multiAppend: 'atomic',
    esearch: true,
    listStatus: true,
    specialUse: true,
    emailId: false,
  } as const;
  const specialUse = { name: 'Kept', use: '\\trash' } as const;
  return imapFixture(server, { ...DOVECOT, features, specialUse }, placeInMaildir(server));
});

describeMailStore('Dovecot, sdbox below INBOX.', async () =>
  imapFixture(await startDovecot({ users: [USER], mailFormat: 'sdbox', separator: '.', prefix: 'INBOX.' }), {
    ...DOVECOT,
    features: { qresync: true, uidplus: true, multiAppend: 'atomic' },
  }),
);

describeMailStore('Dovecot that offers what Gmail offers', async () =>
  imapFixture(await startDovecot({ users: [USER], capability: GMAIL_CAPABILITY }), {
    ...DOVECOT,
    features: { condstore: true, qresync: false, uidplus: true, multiAppend: 'none', esearch: true },
  }),
);

describeMailStore('Dovecot that offers what Microsoft 365 offers', async () =>
  imapFixture(await startDovecot({ users: [USER], capability: MICROSOFT_365_CAPABILITY }), {
    ...DOVECOT,
    features: { condstore: false, qresync: false, uidplus: true, multiAppend: 'none', esearch: false },
  }),
);

describeMailStore('Dovecot that offers nothing but IMAP4rev1', async () =>
  imapFixture(await startDovecot({ users: [USER], capability: 'IMAP4rev1' }), {
    ...DOVECOT,
    features: { condstore: false, qresync: false, uidplus: false, multiAppend: 'none', listStatus: false },
  }),
);

describeMailStore('Cyrus', async () =>
  imapFixture(await startCyrus({ users: [USER], mailboxes: { Kept: '\\Trash' } }), {
    keepsZone: false,
    bodySizes: SIZES,
    oddNames: ['two words', '&AOk-t&AOk-'],
    features: {
      condstore: true,
      qresync: true,
      uidplus: true,
      multiAppend: 'atomic',
      objectId: false,
      emailId: true,
    },
    refusesParents: true,
    refusedBody: Buffer.from('Subject: no\r\n\r\n\0\r\n'),
  }),
);

describeMailStore('Courier', async () =>
  imapFixture(await startCourier({ users: [USER] }), {
    keepsZone: false,
    bodySizes: SIZES,
    takesEmpty: true,
    renumbersRenamed: true,
    oddNames: ['two words', '&AOk-t&AOk-'],
    features: { condstore: false, qresync: false, uidplus: true, multiAppend: 'none', listStatus: false },
  }),
);

describeOverQuota('Dovecot with a quota', async () =>
  imapFixture(await startDovecot({ users: [USER], quota: { storageKilobytes: 100 } }), {
    ...DOVECOT,
    features: { multiAppend: 'atomic' },
  }),
);
