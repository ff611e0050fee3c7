import type { MatrixEntry } from './entry.js';

export const MOD_SEQUENCES: readonly MatrixEntry[] = [
  { id: 'S160', title: 'QRESYNC', test: ['test/scenarios/backup-i-mod-sequences.test.ts#S160'] },
  {
    id: 'S161',
    title: 'no mod-sequences in one mailbox',
    test: [
      'test/scenarios/backup-i-mod-sequences.test.ts#S161',
      'test/integration/backup-survey.test.ts#a mailbox of the %s that keeps no mod-sequences is always looked at, the others are not',
    ],
  },
  {
    id: 'S162',
    title: 'mod-sequences come and go',
    test: ['test/scenarios/backup-i-mod-sequences.test.ts#S162'],
  },
  {
    id: 'S163',
    title: 'CONDSTORE alone',
    test: [
      'test/scenarios/backup-c-expunge.test.ts#S040',
      'test/scenarios/support/servers.ts#servers without QRESYNC',
      'test/integration/backup-survey.test.ts#flags, additions and removals arrive, and then nothing is left to do',
    ],
  },
  {
    id: 'S164',
    title: 'neither',
    test: [
      'test/scenarios/backup-c-expunge.test.ts#S040',
      'test/scenarios/support/servers.ts#servers without CONDSTORE',
      'test/integration/backup-survey.test.ts#flags, additions and removals arrive, and then nothing is left to do',
    ],
  },
  { id: 'S165', title: 'history lost', test: ['test/scenarios/backup-i-mod-sequences.test.ts#S165'] },
  {
    id: 'S166',
    title: 'mod-sequences grow with nothing to see',
    test: [
      'test/scenarios/backup-i-mod-sequences.test.ts#S166',
      'test/conformance/suite/snapshots.ts#takes a fresh snapshot each time, of the same mailbox too',
    ],
  },
  {
    id: 'S167',
    title: 'our own echo',
    test: ['test/scenarios/backup-i-mod-sequences.test.ts#S167'],
    mirrorTest: ['test/scenarios/mirror-passes.test.ts#takes its own writes for nobody else'],
  },
  {
    id: 'S168',
    title: 'others right behind our writes',
    test: ['test/scenarios/backup-i-mod-sequences.test.ts#S168'],
    mirrorTest: [
      'test/scenarios/mirror-passes.test.ts#sees in the same run what somebody does between its write and its second look',
    ],
  },
  {
    id: 'S169',
    title: 'killed before the cursor is written',
    test: [
      'test/crash/backup-kills.test.ts#is whole when killed at any append to the journal (%i mailboxes at once)',
      'test/scenarios/backup-h-faults.test.ts#S147',
    ],
    mirrorTest: [
      'test/scenarios/mirror-passes.test.ts#after its write has seen to it that a later removal of the same flag counts',
    ],
  },
  {
    id: 'S170',
    title: 'long sets of UIDs',
    test: [
      'test/conformance/suite/copying.ts#copies each message once when the set takes more than one command',
      'test/unit/store/imap/fetch.test.ts#asks which of some exist, in lines a server takes, and asks nothing about none',
    ],
  },
  {
    id: 'S171',
    title: 'QRESYNC that was not enabled',
    test: ['test/unit/store/imap/fetch.test.ts#do not ask for what vanished where the server cannot tell'],
  },
  {
    id: 'S172',
    title: 'responses around the closing of a mailbox',
    test: ['test/unit/store/imap/select.test.ts#takes nothing over from the mailbox that is closed by it'],
  },
  {
    id: 'S173',
    title: 'a proxy that refuses VANISHED',
    notApplicable:
      'no proxy at hand does so; a FETCH that is refused fails the mailbox and removes nothing (S154)',
  },
  {
    id: 'S174',
    title: 'rows of other messages',
    test: [
      'test/unit/store/imap/fetch.test.ts#of messages nobody asked for are read and dropped',
      'test/unit/store/imap/fetch.test.ts#are not read from rows with a mod-sequence alone',
    ],
  },
  {
    id: 'S175',
    title: 'a mod-sequence without words, several counts',
    test: [
      'test/unit/store/imap/select.test.ts#reads a mod-sequence without words behind it, and of 63 bits',
      'test/unit/store/imap/select.test.ts#believes the last of several counts',
    ],
  },
];
