import type { MatrixEntry } from './entry.js';

export const EXPUNGES: readonly MatrixEntry[] = [
  {
    id: 'S040',
    title: 'expunged at the source',
    test: ['test/scenarios/backup-c-expunge.test.ts#S040'],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S040',
      'test/integration/mirror-flags-expunges.test.ts#C: expunged on either side is gone on both, whatever else became of it',
    ],
  },
  {
    id: 'S041',
    title: 'expunged at the destination',
    test: ['test/scenarios/backup-c-expunge.test.ts#S041'],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S041',
      'test/integration/mirror-flags-expunges.test.ts#C: expunged on either side is gone on both, whatever else became of it',
    ],
  },
  {
    id: 'S042',
    title: 'expunged on both sides',
    test: ['test/scenarios/backup-c-expunge.test.ts#S042'],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S042',
      'test/integration/mirror-flags-expunges.test.ts#C: expunged on either side is gone on both, whatever else became of it',
    ],
  },
  {
    id: 'S043',
    title: 'expunged here, flagged there',
    test: ['test/scenarios/backup-c-expunge.test.ts#S043'],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S043',
      'test/integration/mirror-flags-expunges.test.ts#C: expunged on either side is gone on both, whatever else became of it',
    ],
  },
  {
    id: 'S044',
    title: 'expunged here, moved there',
    test: ['test/scenarios/backup-c-expunge.test.ts#S044'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S044'],
  },
  {
    id: 'S045',
    title: 'only what has lost its partner goes',
    test: ['test/scenarios/backup-c-expunge.test.ts#S045'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S045'],
  },
  {
    id: 'S046',
    title: '\\Deleted messages of others survive',
    test: ['test/scenarios/backup-c-expunge.test.ts#S046'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S045'],
  },
  {
    id: 'S047',
    title: 'no UIDPLUS',
    test: ['test/scenarios/backup-c-expunge.test.ts#S047'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S047'],
  },
  {
    id: 'S048',
    title: 'the highest UID expunged',
    test: ['test/scenarios/backup-c-expunge.test.ts#S048'],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S048',
      'test/integration/mirror-flags-expunges.test.ts#C: expunged on either side is gone on both, whatever else became of it',
    ],
  },
  {
    id: 'S049',
    title: 'expunged in the middle of other commands',
    test: [
      'test/scenarios/backup-c-expunge.test.ts#S049',
      'test/unit/store/imap/fetch.test.ts#come with what vanished, in any form, within what was asked',
    ],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S049'],
  },
  {
    id: 'S050',
    title: 'VANISHED of almost every UID there can be',
    test: ['test/scenarios/backup-c-expunge.test.ts#S050'],
  },
  {
    id: 'S051',
    title: 'VANISHED of unknown UIDs',
    test: ['test/scenarios/backup-c-expunge.test.ts#S051'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S051'],
  },
  {
    id: 'S052',
    title: 'everything expunged',
    test: ['test/scenarios/backup-c-expunge.test.ts#S052'],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S052',
      'test/integration/mirror-flags-expunges.test.ts#C: expunged on either side is gone on both, whatever else became of it',
    ],
  },
  {
    id: 'S053',
    title: 'one gone and one new',
    test: ['test/scenarios/backup-c-expunge.test.ts#S053'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S053'],
  },
  {
    id: 'S054',
    title: 'gaps',
    test: ['test/scenarios/backup-c-expunge.test.ts#S054'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S054'],
  },
  {
    id: 'S055',
    title: 'a message that comes back',
    test: ['test/scenarios/backup-c-expunge.test.ts#S055'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S055'],
  },
  {
    id: 'S056',
    title: 'gone between list and body',
    test: ['test/scenarios/backup-c-expunge.test.ts#S056'],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S056'],
  },
  {
    id: 'S057',
    title: 'the guard over removals',
    test: [
      'test/scenarios/backup-c-expunge.test.ts#S057',
      'test/integration/backup-choices.test.ts#--max-delete: too many removals wait for the number that is named',
    ],
    mirrorTest: [
      'test/scenarios/mirror-c-expunge.test.ts#S057',
      'test/integration/mirror-flags-expunges.test.ts#C: a mailbox that is emptied on one side waits for a person, and then goes',
      'test/integration/mirror-new-mail.test.ts#E: an account that is suddenly empty takes nothing along, and may be put back',
    ],
  },
  {
    id: 'S058',
    title: 'a trash of our own',
    notApplicable: 'nothing is moved to a trash; removals are held back by the guard instead',
  },
  {
    id: 'S059',
    title: 'deletions that were not carried are remembered',
    test: [
      'test/scenarios/backup-c-expunge.test.ts#S059',
      'test/scenarios/copy-choices.test.ts#stays deleted, until it is to be restored',
    ],
    mirrorTest: ['test/scenarios/mirror-c-expunge.test.ts#S059'],
  },
];
