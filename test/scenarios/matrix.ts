/**
 * One numbered scenario. `test` and `mirrorTest` name where it is shown for verbs of one direction and for mirror: the
 * path of a file, `#`, and the beginning of a title in it. One of `test`, `verb` and `notApplicable` is there.
 */
export interface MatrixEntry {
  readonly id: string;
  readonly title: string;
  readonly test?: readonly string[];
  readonly mirrorTest?: readonly string[];
  /** It is about changes on both sides that both survive. */
  readonly verb?: 'mirror';
  /** Why it says nothing about a verb of one direction. */
  readonly notApplicable?: string;
}

/** First and last number of each section. */
export const SECTIONS: Readonly<Record<string, readonly [number, number]>> = {
  'A: basics': [1, 20],
  'B: flags': [21, 38],
  'C: expunges': [40, 59],
  'D: new mail': [60, 79],
  'E: identity': [80, 94],
  'F: the tree': [100, 127],
  'H: crashes and faults': [140, 157],
  'I: mod-sequences': [160, 175],
  'K: fidelity and limits': [200, 209],
};

export const MATRIX: readonly MatrixEntry[] = [
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
      'test/integration/backup-trees.test.ts#--max-delete: too many removals wait for the number that is named',
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
  {
    id: 'S100',
    title: 'made',
    test: ['test/scenarios/backup-f-tree.test.ts#S100'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S100',
      'test/integration/mirror-trees.test.ts#F: mailboxes made on either side are on both, those of one name are one, and subscriptions follow',
    ],
  },
  {
    id: 'S101',
    title: 'deleted',
    test: ['test/scenarios/backup-f-tree.test.ts#S101'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S101',
      'test/integration/mirror-trees.test.ts#F: mailboxes deleted on either side are gone on both',
    ],
  },
  {
    id: 'S102',
    title: 'renamed',
    test: ['test/scenarios/backup-f-tree.test.ts#S102'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S102',
      'test/integration/mirror-trees.test.ts#F: a mailbox renamed on either side is so on both, with all below, and mail that came meanwhile',
    ],
  },
  {
    id: 'S103',
    title: 'renamed with all below',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S103',
      'test/integration/backup-trees.test.ts#renames with inferiors, deletions and subscriptions are followed without a body',
    ],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S103',
      'test/integration/mirror-trees.test.ts#F: a mailbox renamed on either side is so on both, with all below, and mail that came meanwhile',
    ],
  },
  {
    id: 'S104',
    title: 'renamed to a name that is taken',
    test: [
      'test/unit/sync/tree/follow-renames.test.ts#a name that another mailbox of the destination has: told, and paired where it is',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S104'],
  },
  {
    id: 'S105',
    title: 'below a parent that is none',
    test: ['test/scenarios/backup-f-tree.test.ts#S105'],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S105'],
  },
  {
    id: 'S106',
    title: 'swaps, circles, inversions, both sides',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S106',
      'test/integration/backup-trees.test.ts#a swap and a chain of renames are followed',
    ],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S106',
      'test/integration/mirror-trees.test.ts#F: of two names that a mailbox got on each side the first in order wins, and is told',
    ],
  },
  {
    id: 'S107',
    title: 'random trees',
    test: [
      'test/unit/sync/tree/follow-property.test.ts#whatever is renamed on either side, names and mail of the destination follow those of the source',
    ],
  },
  {
    id: 'S108',
    title: 'renamed and changed',
    test: ['test/scenarios/backup-f-tree.test.ts#S108'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S108',
      'test/integration/mirror-trees.test.ts#F: a mailbox renamed on either side is so on both, with all below, and mail that came meanwhile',
    ],
  },
  {
    id: 'S109',
    title: 'renamed and made anew',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S109',
      'test/unit/sync/tree/follow-renames.test.ts#renamed, and made anew under the old name',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S109'],
  },
  {
    id: 'S110',
    title: 'killed among renames',
    test: [
      'test/unit/sync/tree/follow-kills.test.ts#are the same in the end when killed before or after any write to the destination',
    ],
  },
  {
    id: 'S111',
    title: 'deleted here, changed there',
    test: ['test/scenarios/backup-f-tree.test.ts#S111'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S111',
      'test/integration/mirror-trees.test.ts#F: a mailbox deleted on one side to which mail came on the other is kept with all of it, and told',
    ],
  },
  {
    id: 'S112',
    title: 'deleted and made anew',
    test: ['test/scenarios/backup-f-tree.test.ts#S112'],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S112'],
  },
  {
    id: 'S113',
    title: 'a parent deleted, its children not',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S113',
      'test/conformance/suite/removing.ts#keeps what lies below',
    ],
    mirrorTest: [
      'test/scenarios/mirror-f-tree.test.ts#S113',
      'test/integration/mirror-trees.test.ts#F: a parent is deleted before what lies below it',
    ],
  },
  {
    id: 'S114',
    title: 'long names',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S114',
      'test/scenarios/copy-names.test.ts#a name that is too long is cut, and two that then are one stay apart',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S114'],
  },
  {
    id: 'S115',
    title: 'a parent is missing, or can have no children',
    test: ['test/scenarios/copy-names.test.ts#a destination that can have no children gets one level'],
  },
  {
    id: 'S116',
    title: 'delimiters',
    test: [
      'test/scenarios/copy-names.test.ts#levels get the delimiter of the destination, and its delimiter in a level is replaced',
      'test/unit/sync/tree/follow-renames.test.ts#into the names of a server with another delimiter and a prefix',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S116'],
  },
  {
    id: 'S117',
    title: 'no levels',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S117',
      'test/scenarios/copy-names.test.ts#a destination without hierarchy gets one level',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S117'],
  },
  {
    id: 'S118',
    title: 'INBOX and what is below',
    test: [
      'test/scenarios/copy-names.test.ts#below a prefix every mailbox is a child of INBOX already',
      'test/scenarios/copy-names.test.ts#a mailbox called Inbox below a prefix does not become the INBOX',
    ],
  },
  {
    id: 'S119',
    title: 'INBOX renamed',
    test: ['test/scenarios/backup-f-tree.test.ts#S119'],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S119'],
  },
  {
    id: 'S120',
    title: 'names with any letters',
    test: [
      'test/scenarios/copy-names.test.ts#names that need no change',
      'test/unit/store/imap/append.test.ts#names a mailbox in quotes, whatever is in its name',
      'test/unit/store/imap/list.test.ts#tells names as the server writes them, whatever octets',
    ],
  },
  {
    id: 'S121',
    title: 'names the destination cannot have',
    test: [
      'test/scenarios/copy-names.test.ts#a plainer name is tried, and names stay apart',
      'test/scenarios/copy-names.test.ts#a destination that does not know case keeps two mailboxes apart that differ in nothing else',
    ],
  },
  {
    id: 'S122',
    title: 'which mailboxes',
    test: [
      'test/unit/sync/tree/follow-choices.test.ts#both names have to be selected',
      'test/integration/backup-trees.test.ts#--mailbox touches nothing that it does not name',
    ],
  },
  {
    id: 'S123',
    title: 'part of the mailboxes',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S123',
      'test/integration/backup-trees.test.ts#--mailbox touches nothing that it does not name',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S123'],
  },
  {
    id: 'S124',
    title: 'a listing that is empty or broken',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S124',
      'test/unit/sync/tree/follow-choices.test.ts#is not what the listing has forgotten',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S124'],
  },
  {
    id: 'S125',
    title: 'roles, and two of one',
    test: [
      'test/scenarios/copy-names.test.ts#of two mailboxes with one role the first gets it',
      'test/scenarios/copy-names.test.ts#two mailboxes of one role at the destination decide nothing',
    ],
  },
  {
    id: 'S126',
    title: 'names that begin alike',
    test: ['test/scenarios/backup-f-tree.test.ts#S126'],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S126'],
  },
  {
    id: 'S127',
    title: 'a name that another had before',
    test: ['test/scenarios/backup-f-tree.test.ts#S127'],
    mirrorTest: ['test/scenarios/mirror-f-tree.test.ts#S127'],
  },
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
      'test/unit/store/imap/append.test.ts#in the middle of a literal stands, and ends the connection, as octets are owed',
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
  {
    id: 'S200',
    title: 'octets that break rules',
    test: [
      'test/scenarios/backup-k-fidelity.test.ts#S200',
      'test/scenarios/copy-mail.test.ts#every octet, flag and date arrives (MULTIAPPEND %s)',
    ],
  },
  {
    id: 'S201',
    title: 'no octets',
    test: [
      'test/scenarios/backup-k-fidelity.test.ts#S201',
      'test/unit/store/imap/append.test.ts#of no octets keeps the end of the command back',
    ],
  },
  {
    id: 'S202',
    title: 'literals of every size',
    test: [
      'test/scenarios/backup-k-fidelity.test.ts#S202',
      'test/integration/copy-mail.test.ts#60 MB from %s to %s',
    ],
  },
  {
    id: 'S203',
    title: 'APPENDLIMIT',
    test: [
      'test/scenarios/copy-refusals.test.ts#what is larger than the destination takes is not sent, and told',
      'test/integration/copy-refusals.test.ts#what is over the limit that is told is not sent; the rest arrives',
    ],
  },
  { id: 'S204', title: 'dates', test: ['test/scenarios/backup-k-fidelity.test.ts#S204'] },
  {
    id: 'S205',
    title: '8-bit names',
    test: [
      'test/unit/store/imap/select.test.ts#sends 8-bit names as they are',
      'test/scenarios/copy-names.test.ts#an 8-bit name is encoded where the destination does not take it as it is',
    ],
  },
  {
    id: 'S206',
    title: 'sizes that lie',
    test: [
      'test/scenarios/backup-k-fidelity.test.ts#S206',
      'test/scenarios/copy-mail.test.ts#sizes that a server tells wrongly spoil nothing',
    ],
  },
  {
    id: 'S207',
    title: 'order of a MULTIAPPEND',
    test: [
      'test/scenarios/backup-k-fidelity.test.ts#S207',
      'test/conformance/suite/appending-many.ts#stores them in their order, UIDs ascending',
    ],
  },
  {
    id: 'S208',
    title: 'order of a COPY',
    test: [
      'test/scenarios/backup-k-fidelity.test.ts#S208',
      'test/conformance/suite/copying.ts#copies in ascending order, with flags and dates, and tells which became which',
    ],
  },
  {
    id: 'S209',
    title: 'very many messages and mailboxes',
    test: [
      'test/unit/state/million.test.ts#keeps a million messages with 30 % holes in little space and memory',
      'test/unit/store/imap/list.test.ts#lists hundreds of mailboxes',
    ],
  },
];
