import type { MatrixEntry } from './entry.js';

export const IDENTITY: readonly MatrixEntry[] = [
  {
    id: 'S080',
    title: 'made anew with other mail',
    test: [
      'test/scenarios/backup-e-identity.test.ts#S080',
      'test/integration/backup-trees.test.ts#a mailbox made anew with other mail: what was there before waits for a person',
    ],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S080'],
  },
  { id: 'S081', title: 'names exchanged', test: ['test/scenarios/backup-f-tree.test.ts#S081'] },
  {
    id: 'S082',
    title: 'new UIDVALIDITY, same mail',
    test: ['test/scenarios/backup-e-identity.test.ts#S082'],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S082'],
  },
  {
    id: 'S083',
    title: 'new UIDVALIDITY, new UIDs',
    test: ['test/scenarios/backup-e-identity.test.ts#S083'],
    mirrorTest: [
      'test/scenarios/mirror-e-identity.test.ts#S083',
      'test/integration/mirror-new-mail.test.ts#E: a mailbox replaced by its like on either side is recognised',
    ],
  },
  {
    id: 'S084',
    title: 'both sides at once',
    test: [
      'test/scenarios/backup-e-identity.test.ts#S084',
      'test/integration/backup-trees.test.ts#a mailbox replaced by its like at %s is recognised',
    ],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S084'],
  },
  {
    id: 'S085',
    title: 'no Message-ID',
    test: ['test/scenarios/backup-e-identity.test.ts#S085'],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S085'],
  },
  {
    id: 'S086',
    title: 'too little recognised',
    test: [
      'test/scenarios/backup-e-identity.test.ts#S086',
      'test/scenarios/copy-recovery.test.ts#waits for a decision, however often it is run',
    ],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S086'],
  },
  {
    id: 'S087',
    title: 'UIDs used again',
    test: ['test/scenarios/backup-e-identity.test.ts#S087'],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S087'],
  },
  {
    id: 'S088',
    title: 'UIDVALIDITY changes during the run',
    test: ['test/scenarios/backup-e-identity.test.ts#S088'],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S088'],
  },
  {
    id: 'S089',
    title: 'gone back in time',
    test: [
      'test/scenarios/backup-e-identity.test.ts#S089',
      'test/scenarios/copy-recovery.test.ts#to where it was before the last run gets what that run carried',
    ],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S089'],
  },
  {
    id: 'S090',
    title: 'the state of another account',
    test: [
      'test/unit/state/account-identity.test.ts#tells users, hosts, ports and prefixes apart',
      'test/unit/state/route-damage.test.ts#is refused when a shard stands in the place of another',
    ],
  },
  {
    id: 'S091',
    title: 'the last UIDs',
    test: ['test/scenarios/backup-e-identity.test.ts#S091'],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S091'],
  },
  {
    id: 'S092',
    title: 'large mod-sequences',
    test: [
      'test/scenarios/backup-e-identity.test.ts#S092',
      'test/unit/sync/dirty-check.test.ts#compares mod-sequences beyond 2^53 exactly',
      'test/unit/store/imap/wire/tokens.test.ts#reads mod-sequences beyond 2^53 exactly, alone or in a list',
    ],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S092'],
  },
  {
    id: 'S093',
    title: 'no UIDNEXT',
    test: [
      'test/scenarios/backup-e-identity.test.ts#S093',
      'test/unit/store/imap/select.test.ts#goes on without UIDNEXT where STATUS lacks it too',
    ],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S093'],
  },
  {
    id: 'S094',
    title: 'another MAILBOXID under one name',
    test: ['test/scenarios/backup-e-identity.test.ts#S094'],
    mirrorTest: [
      'test/scenarios/mirror-e-identity.test.ts#S094',
      'test/integration/mirror-new-mail.test.ts#E: a mailbox replaced by its like on either side is recognised',
    ],
  },
];
