import type { MatrixEntry } from './entry.js';

export const BASICS: readonly MatrixEntry[] = [
  {
    id: 'S001',
    title: 'every state of a pair at once',
    test: ['test/scenarios/backup-a-basics.test.ts#S001'],
  },
  {
    id: 'S002',
    title: 'the same where the UIDs of what arrives are not told',
    test: ['test/scenarios/backup-a-basics.test.ts#S002'],
  },
  {
    id: 'S003',
    title: 'flags, then expunges, of everything',
    test: ['test/scenarios/backup-a-basics.test.ts#S003'],
  },
  { id: 'S004', title: '\\Deleted is a flag', test: ['test/scenarios/backup-a-basics.test.ts#S004'] },
  {
    id: 'S005',
    title: 'what the destination does itself is left alone',
    test: ['test/scenarios/copy-choices.test.ts#stays deleted, until it is to be restored'],
  },
  {
    id: 'S006',
    title: 'flags one way and deletions the other',
    notApplicable: 'a verb is one policy for both; nobody chooses single operations',
  },
  { id: 'S007', title: 'flags alone', test: ['test/scenarios/backup-a-basics.test.ts#S007'] },
  { id: 'S008', title: 'deletions alone', test: ['test/scenarios/backup-a-basics.test.ts#S008'] },
  { id: 'S009', title: 'new mail alone', test: ['test/scenarios/backup-a-basics.test.ts#S009'] },
  {
    id: 'S010',
    title: 'no operation but expunge',
    notApplicable: 'nothing expunges what is only flagged \\Deleted',
  },
  {
    id: 'S011',
    title: 'four messages to an empty account',
    test: ['test/scenarios/backup-a-basics.test.ts#S011'],
  },
  {
    id: 'S012',
    title: 'a second run writes nothing',
    test: [
      'test/scenarios/backup-a-basics.test.ts#S012',
      'test/integration/backup-survey.test.ts#flags, additions and removals arrive, and then nothing is left to do',
    ],
  },
  {
    id: 'S013',
    title: 'appended and expunged at the destination, source empty',
    test: ['test/scenarios/backup-a-basics.test.ts#S013'],
  },
  { id: 'S014', title: 'nothing to do at all', test: ['test/scenarios/backup-a-basics.test.ts#S014'] },
  {
    id: 'S015',
    title: 'shared mailboxes',
    test: [
      'test/scenarios/backup-a-basics.test.ts#S015',
      'test/scenarios/copy-names.test.ts#mailboxes of other people and shared ones stay behind',
    ],
  },
  {
    id: 'S016',
    title: 'new and \\Deleted already',
    test: [
      'test/scenarios/backup-a-basics.test.ts#S016',
      'test/scenarios/copy-choices.test.ts#stay behind, and follow once they are flagged so no more',
    ],
  },
  {
    id: 'S017',
    title: 'random changes by others while it runs',
    test: [
      'test/integration/backup-live.test.ts#while others change the source at random, run after run into %s loses nothing and doubles nothing',
      'test/property/backup.test.ts#ends equal to the source, never without the only copy of a message, and with nothing left to do',
    ],
    mirrorTest: [
      'test/property/mirror.test.ts#ends with what both sides did, nothing lost and nothing doubled, and with nothing left to do',
    ],
  },
  {
    id: 'S018',
    title: 'several sources into one hub',
    notApplicable:
      'a route has one account a side; routes into one account keep apart by their locks (test/unit/state/lock.test.ts)',
  },
  {
    id: 'S019',
    title: 'servers that can do next to nothing',
    test: ['test/scenarios/backup-a-basics.test.ts#S019'],
    mirrorTest: [
      'test/property/mirror.test.ts#ends with what both sides did, nothing lost and nothing doubled, and with nothing left to do',
    ],
  },
  {
    id: 'S020',
    title: 'two accounts that were filled before',
    test: ['test/scenarios/backup-a-basics.test.ts#S020'],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S020',
      'test/integration/mirror-new-mail.test.ts#D: when the state is lost all is recognised, nothing doubled and nothing removed',
      'test/integration/mirror-new-mail.test.ts#E: two accounts that were in use before become one, without a message twice',
    ],
  },
];
