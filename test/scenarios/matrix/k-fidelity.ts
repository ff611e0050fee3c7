import type { MatrixEntry } from './entry.js';

export const FIDELITY: readonly MatrixEntry[] = [
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
