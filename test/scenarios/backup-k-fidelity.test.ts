import { DIFFICULT_SHAPE_NAMES, DIFFICULT_SHAPES, Random } from '../support/accounts/index.js';
import { bodyOf, dateOf } from '../support/engine/index.js';
import { backupScenarios } from './support/backup-scenario.js';
import { drop, flag, held, put, somewhere, upTo } from './support/mail.js';
import type { Scenario } from './support/scenario.js';

const DIFFICULT = DIFFICULT_SHAPE_NAMES.map((name, index) => {
  return DIFFICULT_SHAPES[name](Buffer.from(bodyOf(200 + index)), new Random('backup'));
}).filter((body) => body.length > 0);

const SCENARIOS: readonly Scenario[] = [
  {
    id: 'S200',
    title: 'octets that break every rule arrive as they are, and moved as well as new',
    given: ({ source }) => {
      source.createMailbox('Work');
      for (const [index, body] of DIFFICULT.entries()) {
        source.deliver('INBOX', { body, internalDate: dateOf(index) });
      }
    },
    change: ({ source }) => {
      for (const uid of [1, 2, 3]) source.move('INBOX', uid, 'Work');
      for (const body of DIFFICULT.slice(0, 4)) {
        source.deliver('Work', {
          body: Buffer.concat([body, Buffer.from('\0\r\n')]),
          internalDate: dateOf(99),
        });
      }
    },
  },
  {
    id: 'S201',
    title: 'a message of no octets is told, as no server can take it',
    given: somewhere,
    change: ({ source }) => {
      source.deliver('INBOX', { body: '', internalDate: dateOf(7) });
      put(source, 'INBOX', 8);
    },
    expected: ({ source }) => ({
      ...source,
      INBOX: (source['INBOX'] ?? []).filter((_, index) => index !== 6),
    }),
    problems: ['MESSAGE_REJECTED'],
  },
  {
    id: 'S202',
    title: 'bodies around the sizes at which literals change',
    given: ({ source }) => {
      for (const [index, size] of [4095, 4096, 4097, 102_400].entries()) {
        const head = bodyOf(300 + index);
        const body = head + 'x'.repeat(size - Buffer.byteLength(head));
        source.deliver('INBOX', { body, internalDate: dateOf(index) });
      }
    },
    change: ({ source }) => flag(source, 'INBOX', 301, '\\Seen'),
  },
  {
    id: 'S204',
    title: 'dates of all times and zones',
    given: ({ source }) => {
      const dates = [
        ' 1-Jan-1970 00:00:01 +0000',
        '19-Jan-2038 03:14:08 +0000',
        '31-Dec-1999 23:59:59 -1200',
        '29-Feb-2024 12:00:00 +1345',
      ];
      for (const [index, internalDate] of dates.entries()) {
        source.deliver('INBOX', { body: bodyOf(400 + index), internalDate });
      }
    },
    change: ({ source }) => drop(source, 'INBOX', 401),
  },
  {
    id: 'S206',
    title: 'sizes that both servers tell wrongly, each otherwise',
    source: { reportedSize: (body) => body.length + 17 },
    destination: { reportedSize: (body) => Math.max(0, body.length - 5) },
    given: somewhere,
    change: ({ source }) => {
      put(source, 'INBOX', 7, 8);
      source.move('INBOX', 1, 'Work');
    },
  },
  {
    id: 'S207',
    title: 'many messages arrive in their order',
    given: ({ source }) => put(source, 'INBOX', ...upTo(250)),
    change: ({ source }) => {
      put(source, 'INBOX', ...upTo(320, 251));
      drop(source, 'INBOX', ...upTo(30, 20));
    },
    check: (_, { source, destination }) => {
      if (held(source).join() !== held(destination).join()) throw new Error('not in order');
    },
  },
  {
    id: 'S208',
    title: 'what is copied inside the destination keeps the order of the source',
    given: ({ source }) => {
      source.createMailbox('Work');
      put(source, 'INBOX', ...upTo(20));
    },
    change: ({ source }) => {
      for (const uid of [9, 3, 12]) source.move('INBOX', uid, 'Work');
      put(source, 'Work', 50);
      for (const uid of [4, 15]) source.move('INBOX', uid, 'Work');
    },
  },
];

backupScenarios('K: fidelity', SCENARIOS);
