import type { MatrixEntry } from './entry.js';

export const NEW_MAIL: readonly MatrixEntry[] = [
  {
    id: 'S060',
    title: 'new at the source',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S060'],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S060',
      'test/integration/mirror-new-mail.test.ts#D: new mail of both sides is on both, each message as often as it was delivered',
    ],
  },
  { id: 'S061', title: 'new at the destination', test: ['test/scenarios/backup-d-new-mail.test.ts#S061'] },
  {
    id: 'S062',
    title: 'new on both sides under one UID',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S062'],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S062',
      'test/integration/mirror-new-mail.test.ts#D: new mail of both sides is on both, each message as often as it was delivered',
    ],
  },
  {
    id: 'S063',
    title: 'both sides used apart',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S063'],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S063'],
  },
  {
    id: 'S064',
    title: 'and the source expunged',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S064'],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S064'],
  },
  {
    id: 'S065',
    title: 'and the destination expunged',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S065'],
  },
  {
    id: 'S066',
    title: 'and both expunged',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S066'],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S066'],
  },
  {
    id: 'S067',
    title: 'delivered to both sides',
    test: [
      'test/scenarios/backup-d-new-mail.test.ts#S067',
      'test/scenarios/copy-late-arrival.test.ts#does not double a message that came to the destination by itself, a run before it came to the source',
    ],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S067',
      'test/integration/mirror-new-mail.test.ts#D: new mail of both sides is on both, each message as often as it was delivered',
    ],
  },
  {
    id: 'S068',
    title: 'twins',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S068'],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S068',
      'test/integration/mirror-new-mail.test.ts#D: new mail of both sides is on both, each message as often as it was delivered',
    ],
  },
  {
    id: 'S069',
    title: 'one second',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S069'],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S069'],
  },
  {
    id: 'S070',
    title: 'arrives during the run',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S070'],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S070'],
  },
  {
    id: 'S071',
    title: 'what we appended is not carried back',
    verb: 'mirror',
    notApplicable: 'two-way: see mirror',
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S071'],
  },
  {
    id: 'S072',
    title: 'skipped before',
    test: [
      'test/scenarios/backup-d-new-mail.test.ts#S072',
      'test/scenarios/copy-choices.test.ts#is no longer told when it has gone from the source',
    ],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S072'],
  },
  {
    id: 'S073',
    title: 'too large',
    test: [
      'test/scenarios/backup-d-new-mail.test.ts#S073',
      'test/scenarios/copy-choices.test.ts#because of its size is tried again when the limit has changed',
    ],
    mirrorTest: ['test/scenarios/mirror-d-new-mail.test.ts#S073'],
  },
  {
    id: 'S074',
    title: 'only so many messages of a mailbox',
    notApplicable: 'no such option; filters by date and size are those of copy',
  },
  {
    id: 'S075',
    title: 'a state that is older than the mail',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S075'],
    mirrorTest: ['test/scenarios/mirror-e-identity.test.ts#S089'],
  },
  {
    id: 'S076',
    title: 'filters come and go',
    test: [
      'test/scenarios/copy-choices.test.ts#with another filter, or none, what was left out is looked at again',
      'test/scenarios/copy-choices.test.ts#both bounds are inclusive',
    ],
  },
  {
    id: 'S077',
    title: 'moved',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S077'],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S077',
      'test/integration/mirror-new-mail.test.ts#D: what is moved and copied on either side is so on both',
    ],
  },
  {
    id: 'S078',
    title: 'moved to different mailboxes on each side',
    test: ['test/scenarios/backup-d-new-mail.test.ts#S078'],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S078',
      'test/integration/mirror-new-mail.test.ts#D: what is moved and copied on either side is so on both',
    ],
  },
  {
    id: 'S079',
    title: 'copied at the source',
    test: [
      'test/scenarios/backup-d-new-mail.test.ts#S079',
      'test/scenarios/backup-copied.test.ts#S079',
      'test/integration/backup-copied.test.ts#is copied inside the destination by a backup, and its body is not fetched',
    ],
    mirrorTest: [
      'test/scenarios/mirror-d-new-mail.test.ts#S079',
      'test/scenarios/mirror-copied.test.ts#S079',
      'test/integration/backup-copied.test.ts#is so by a mirror, and comes as octets from the side that tells no EMAILID',
      'test/integration/mirror-new-mail.test.ts#D: what is moved and copied on either side is so on both',
    ],
  },
];
