import type { MatrixEntry } from './entry.js';

export const TREE: readonly MatrixEntry[] = [
  {
    id: 'S100',
    title: 'made',
    test: ['test/scenarios/backup-f-tree.test.ts#S100'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree-made-deleted.test.ts#S100',
      'test/integration/mirror-trees.test.ts#F: mailboxes made on either side are on both, those of one name are one, and subscriptions follow',
    ],
  },
  {
    id: 'S101',
    title: 'deleted',
    test: ['test/scenarios/backup-f-tree.test.ts#S101'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree-made-deleted.test.ts#S101',
      'test/integration/mirror-trees.test.ts#F: mailboxes deleted on either side are gone on both',
    ],
  },
  {
    id: 'S102',
    title: 'renamed',
    test: ['test/scenarios/backup-f-tree.test.ts#S102'],
    mirrorTest: [
      'test/scenarios/mirror-f-tree-renamed.test.ts#S102',
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
      'test/scenarios/mirror-f-tree-renamed.test.ts#S103',
      'test/integration/mirror-trees.test.ts#F: a mailbox renamed on either side is so on both, with all below, and mail that came meanwhile',
    ],
  },
  {
    id: 'S104',
    title: 'renamed to a name that is taken',
    test: [
      'test/unit/sync/tree/follow-renames.test.ts#a name that another mailbox of the destination has: told, and paired where it is',
    ],
    mirrorTest: [
      'test/scenarios/mirror-f-tree-made-deleted.test.ts#S104',
      'test/scenarios/mirror-f-tree-renamed.test.ts#S104',
    ],
  },
  {
    id: 'S105',
    title: 'below a parent that is none',
    test: ['test/scenarios/backup-f-tree.test.ts#S105'],
    mirrorTest: ['test/scenarios/mirror-f-tree-renamed.test.ts#S105'],
  },
  {
    id: 'S106',
    title: 'swaps, circles, inversions, both sides',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S106',
      'test/integration/backup-trees.test.ts#a swap and a chain of renames are followed',
    ],
    mirrorTest: [
      'test/scenarios/mirror-f-tree-renamed.test.ts#S106',
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
      'test/scenarios/mirror-f-tree-renamed.test.ts#S108',
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
    mirrorTest: ['test/scenarios/mirror-f-tree-renamed.test.ts#S109'],
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
      'test/scenarios/mirror-f-tree-made-deleted.test.ts#S111',
      'test/integration/mirror-trees.test.ts#F: a mailbox deleted on one side to which mail came on the other is kept with all of it, and told',
    ],
  },
  {
    id: 'S112',
    title: 'deleted and made anew',
    test: ['test/scenarios/backup-f-tree.test.ts#S112'],
    mirrorTest: ['test/scenarios/mirror-f-tree-made-deleted.test.ts#S112'],
  },
  {
    id: 'S113',
    title: 'a parent deleted, its children not',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S113',
      'test/conformance/suite/removing.ts#keeps what lies below',
    ],
    mirrorTest: [
      'test/scenarios/mirror-f-tree-made-deleted.test.ts#S113',
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
    mirrorTest: ['test/scenarios/mirror-f-tree-renamed.test.ts#S114'],
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
    mirrorTest: ['test/scenarios/mirror-f-tree-names.test.ts#S116'],
  },
  {
    id: 'S117',
    title: 'no levels',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S117',
      'test/scenarios/copy-names.test.ts#a destination without hierarchy gets one level',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree-names.test.ts#S117'],
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
    mirrorTest: ['test/scenarios/mirror-f-tree-renamed.test.ts#S119'],
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
      'test/integration/backup-choices.test.ts#--mailbox touches nothing that it does not name',
    ],
  },
  {
    id: 'S123',
    title: 'part of the mailboxes',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S123',
      'test/integration/backup-choices.test.ts#--mailbox touches nothing that it does not name',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree-names.test.ts#S123'],
  },
  {
    id: 'S124',
    title: 'a listing that is empty or broken',
    test: [
      'test/scenarios/backup-f-tree.test.ts#S124',
      'test/unit/sync/tree/follow-choices.test.ts#is not what the listing has forgotten',
    ],
    mirrorTest: ['test/scenarios/mirror-f-tree-made-deleted.test.ts#S124'],
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
    mirrorTest: ['test/scenarios/mirror-f-tree-made-deleted.test.ts#S126'],
  },
  {
    id: 'S127',
    title: 'a name that another had before',
    test: ['test/scenarios/backup-f-tree.test.ts#S127'],
    mirrorTest: ['test/scenarios/mirror-f-tree-renamed.test.ts#S127'],
  },
];
