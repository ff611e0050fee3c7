import { describeMailStore } from './mail-store.suite.js';
import { memoryFixture } from './suite/memory-fixture.js';
import { describeOverQuota } from './suite/over-quota.js';

describeMailStore('a server with everything', async () => memoryFixture());

describeMailStore('a server with as little as Courier has', async () =>
  memoryFixture({
    delimiter: '.',
    prefix: 'INBOX.',
    features: {
      condstore: false,
      qresync: false,
      multiAppend: 'none',
      esearch: false,
      listStatus: false,
      specialUse: false,
      createSpecialUse: false,
      objectId: false,
      emailId: false,
    },
    literals: 'synchronising',
  }),
);

describeMailStore('a server with CONDSTORE only, no UIDPLUS and synchronising literals', async () =>
  memoryFixture({ features: { qresync: false, uidplus: false }, literals: 'synchronising' }),
);

describeMailStore(
  'a server that has lost its expunge history, lies about UIDNEXT and limits APPEND',
  async () =>
    memoryFixture(
      {
        expungeHistory: 'lost',
        uidNextInSelect: false,
        features: { appendLimitBytes: 1_000_000, multiAppend: 'unproven' },
        multiAppendAtomic: false,
      },
      { hasUidNext: false, bodySizes: [1, 4096, 4097, 102_400] },
    ),
);

describeMailStore('a server without mod-sequences in its mailboxes, names without case', async () =>
  memoryFixture({ persistentModseq: () => false, caseInsensitiveNames: true }, { hasModseq: false }),
);

describeOverQuota('a server with a quota', async () => memoryFixture({ quotaBytes: 100_000 }));
