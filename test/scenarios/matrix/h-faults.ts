import type { MatrixEntry } from './entry.js';

export const FAULTS: readonly MatrixEntry[] = [
  {
    id: 'S140',
    title: 'killed at any record',
    test: [
      'test/crash/backup-kills.test.ts#is whole when killed at any append to the journal (%i mailboxes at once)',
      'test/crash/journal-kills.test.ts#arrives whole and once when killed at any append to the journal (%i mailboxes at once)',
      'test/crash/backup-sigkill.test.ts#S140',
    ],
    mirrorTest: [
      'test/property/mirror.test.ts#ends with what both sides did, nothing lost and nothing doubled, and with nothing left to do',
    ],
  },
  {
    id: 'S141',
    title: 'killed between APPEND and its record',
    test: [
      'test/crash/backup-kills.test.ts#is whole when killed before or after any write to the destination (%i mailboxes at once)',
      'test/crash/commit-record.test.ts#is on the disk, with every digest, before the last octet of %s leaves',
    ],
  },
  {
    id: 'S142',
    title: 'given up, and stored',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S142',
      'test/integration/copy-broken-answers.test.ts#that stores and never answers is given up in time, and what it stored is found',
    ],
  },
  {
    id: 'S143',
    title: 'stored after we came back',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S143',
      'test/crash/late-commits.test.ts#leaves every message once after the next run (%s)',
    ],
  },
  { id: 'S144', title: 'not there: sent once more', test: ['test/scenarios/backup-h-faults.test.ts#S144'] },
  {
    id: 'S145',
    title: 'no UIDPLUS while others append',
    test: ['test/scenarios/copy-recovery.test.ts#that rewrites mail gets each once (MULTIAPPEND: %s)'],
  },
  { id: 'S146', title: 'twins on their way', test: ['test/scenarios/backup-h-faults.test.ts#S146'] },
  {
    id: 'S147',
    title: 'flagged or expunged since the kill',
    test: ['test/scenarios/backup-h-faults.test.ts#S147'],
  },
  { id: 'S148', title: 'tampered with in every way', test: ['test/scenarios/backup-h-faults.test.ts#S148'] },
  {
    id: 'S149',
    title: 'damaged state',
    test: [
      'test/unit/state/route-damage.test.ts#is refused at any octet of any file',
      'test/unit/state/route-damage.test.ts#are removed when they are left over from a crash, and left alone otherwise',
    ],
  },
  {
    id: 'S150',
    title: 'the state cannot be written; a lock left behind',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S150',
      'test/unit/state/files.test.ts#%s is STATE_WRITE_FAILED with advice',
      'test/unit/state/lock.test.ts#is refused while its process lives, naming it, and taken over at once when that was killed',
    ],
  },
  {
    id: 'S151',
    title: 'full in the middle',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S151',
      'test/scenarios/copy-refusals.test.ts#fills the room that is left when a batch does not fit',
    ],
  },
  {
    id: 'S152',
    title: 'one mailbox fails',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S152',
      'test/scenarios/copy-refusals.test.ts#a source mailbox that cannot be opened is told, and the others go on',
    ],
  },
  {
    id: 'S153',
    title: 'cut in the middle',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S153',
      'test/crash/backup-storms.test.ts#ends equal to the source when the weather has cleared',
    ],
  },
  {
    id: 'S154',
    title: 'refusals of every class',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S154',
      'test/unit/store/imap/append-answers.test.ts#in the middle of a literal stands, and ends the connection, as octets are owed',
    ],
  },
  {
    id: 'S155',
    title: 'slowed down by the server',
    notApplicable:
      'waiting longer and longer is for the store wrappers, with replicate; SERVER_BUSY alone is S154',
  },
  {
    id: 'S156',
    title: 'a message that cannot be read',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S156',
      'test/scenarios/copy-refusals.test.ts#is found also when the server ends the connection at it',
    ],
  },
  {
    id: 'S157',
    title: 'fewer listed than there are',
    test: [
      'test/scenarios/backup-h-faults.test.ts#S157',
      'test/scenarios/copy-late-arrival.test.ts#tells of a source that never lists all it counts, and carries what it lists',
    ],
  },
];
