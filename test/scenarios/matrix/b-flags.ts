import type { MatrixEntry } from './entry.js';

export const FLAGS: readonly MatrixEntry[] = [
  {
    id: 'S021',
    title: '\\Seen set and taken away',
    test: ['test/scenarios/backup-a-basics.test.ts#S007'],
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S021',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S022',
    title: 'different flags added on each side',
    verb: 'mirror',
    notApplicable: 'the flags of the source decide',
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S022',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S023',
    title: 'added here, taken away there',
    verb: 'mirror',
    notApplicable: 'the flags of the source decide',
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S023',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S024',
    title: 'the same flag on both sides',
    verb: 'mirror',
    notApplicable: 'the flags of the source decide',
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S024',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S025',
    title: 'a keyword the other side has not seen',
    test: ['test/scenarios/backup-a-basics.test.ts#S007'],
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S025',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S026',
    title: 'set and taken away before anybody saw it',
    test: [
      'test/property/backup.test.ts#ends equal to the source, never without the only copy of a message, and with nothing left to do',
    ],
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S026',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S027',
    title: 'keywords that cannot be kept',
    test: [
      'test/scenarios/copy-refusals.test.ts#a keyword that cannot be changed is told, and neither other flags nor new mail wait for it',
      'test/integration/copy-refusals.test.ts#Courier: a keyword it refuses is told and left out; everything else arrives',
    ],
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S027',
      'test/integration/mirror-flags-expunges.test.ts#B: a keyword stays where it can be kept, and is not taken away by the side that cannot',
    ],
  },
  {
    id: 'S028',
    title: 'too many keywords',
    test: [
      'test/scenarios/copy-refusals.test.ts#a message that is refused for its keywords goes without them',
    ],
  },
  {
    id: 'S029',
    title: 'keywords compare without case',
    test: [
      'test/unit/sync/plan-flags.test.ts#says for every flag and message what a plain three-way comparison says',
    ],
    mirrorTest: ['test/scenarios/mirror-b-flags.test.ts#S029'],
  },
  {
    id: 'S030',
    title: '\\Deleted is a flag, \\Recent none',
    test: ['test/scenarios/backup-a-basics.test.ts#S004'],
    mirrorTest: [
      'test/scenarios/mirror-b-flags.test.ts#S030',
      'test/integration/mirror-flags-expunges.test.ts#B: flags set and taken away on either side are so on both',
    ],
  },
  {
    id: 'S031',
    title: '\\Seen shared or one for each user',
    notApplicable: 'only mailboxes of the account itself are carried, as it sees them',
  },
  {
    id: 'S032',
    title: 'changed while the body is on its way',
    test: [
      'test/property/backup.test.ts#ends equal to the source, never without the only copy of a message, and with nothing left to do',
    ],
    mirrorTest: ['test/scenarios/mirror-b-flags.test.ts#S032'],
  },
  {
    id: 'S033',
    title: 'changed between look and write',
    test: ['test/scenarios/backup-i-mod-sequences.test.ts#S168'],
    mirrorTest: ['test/scenarios/mirror-b-flags.test.ts#S033'],
  },
  {
    id: 'S034',
    title: '[MODIFIED] without a FETCH',
    notApplicable:
      'flags are changed one by one and without UNCHANGEDSINCE, so there is nothing to be refused',
  },
  {
    id: 'S035',
    title: '[MODIFIED] for a part',
    notApplicable: 'as above',
  },
  {
    id: 'S036',
    title: 'expunged before it is told of a flag',
    test: ['test/conformance/suite/flags.ts#is silent about messages that are not there'],
    mirrorTest: ['test/scenarios/mirror-b-flags.test.ts#S036'],
  },
  {
    id: 'S037',
    title: 'two at work on one message',
    test: ['test/scenarios/backup-i-mod-sequences.test.ts#S168'],
    mirrorTest: ['test/scenarios/mirror-b-flags.test.ts#S037'],
  },
  {
    id: 'S038',
    title: 'FETCH with MODSEQ and without FLAGS',
    test: ['test/unit/store/imap/fetch.test.ts#are not read from rows with a mod-sequence alone'],
  },
];
