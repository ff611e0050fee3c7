import fc from 'fast-check';
import type { MemoryServerOptions } from '../../../src/store/memory.js';
import type { Death } from '../../support/engine/index.js';

/** What a person does to an account. `at` picks one of the mailboxes there are; names have `/` between levels. */
export type TreeEdit =
  | { readonly does: 'rename'; readonly at: number; readonly to: string }
  | { readonly does: 'create'; readonly to: string; readonly isEmpty: boolean }
  | { readonly does: 'exchange'; readonly at: number; readonly with: number }
  | {
      readonly does: 'delete' | 'deliver' | 'expunge' | 'flag' | 'subscribe' | 'unsubscribe';
      readonly at: number;
    };

/** How a server names its mailboxes, and what it can do. */
export interface TreeServer {
  readonly options: MemoryServerOptions;
  readonly wire: (name: string) => string;
  /** The name with `/` between levels. */
  readonly plain: (wire: string) => string;
}

export interface TreeRound {
  readonly one: readonly TreeEdit[];
  readonly other: readonly TreeEdit[];
  readonly death: Death | null;
  /** RENAMEs, by their number from 1, that are refused in the first mirror after it. */
  readonly refused: Readonly<Record<'one' | 'other', readonly number[]>>;
}

export interface TreeCase {
  readonly one: TreeServer;
  readonly other: TreeServer;
  /** Mailboxes before the first mirror, and on which side they are. */
  readonly names: readonly {
    readonly name: string;
    readonly where: 'one' | 'other' | 'both';
    readonly isEmpty: boolean;
  }[];
  readonly rounds: readonly TreeRound[];
}

const level = fc.constantFrom('a', 'b', 'c');
const name = fc.array(level, { minLength: 1, maxLength: 3 }).map((levels) => levels.join('/'));
const at = fc.nat(30);
const rename = fc.record({ does: fc.constant('rename' as const), at, to: name });
const isEmpty = fc.oneof(fc.constant(false), fc.boolean());
const edit: fc.Arbitrary<TreeEdit> = fc.oneof(
  { weight: 7, arbitrary: rename },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('exchange' as const), at, with: at }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('create' as const), to: name, isEmpty }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom('delete', 'delete', 'deliver', 'expunge', 'flag', 'subscribe', 'unsubscribe'),
      at,
    } as const),
  },
);
const edits = fc.oneof(fc.constant<TreeEdit[]>([]), fc.array(edit, { maxLength: 6 }));

const nth = fc.integer({ min: 1, max: 10 });
const when = fc.constantFrom('before' as const, 'after' as const);
const write = { at: fc.constant('write' as const), nth, when };
const death: fc.Arbitrary<Death> = fc.oneof(
  fc.record(write),
  fc.record({ ...write, side: fc.constant('source' as const) }),
  fc.record({
    at: fc.constant('journal' as const),
    nth,
    moment: fc.constantFrom('before-write', 'torn-write', 'before-sync', 'after-sync'),
    powerIsLost: fc.boolean(),
  } as const),
);

const styles = fc.constantFrom<readonly [MemoryServerOptions, TreeServer['wire'], TreeServer['plain']]>(
  [{}, (plain) => plain, (wire) => wire],
  [{}, (plain) => plain, (wire) => wire],
  [
    { delimiter: '.', prefix: 'INBOX.' },
    (plain) => `INBOX.${plain.replaceAll('/', '.')}`,
    (wire) => wire.replace(/^INBOX\./, '').replaceAll('.', '/'),
  ],
);
const often = fc.oneof(fc.constant(true), fc.constant(true), fc.boolean());
const server: fc.Arbitrary<TreeServer> = fc
  .record({ style: styles, objectId: often, condstore: often, qresync: often })
  .map(({ style: [options, wire, plain], objectId, condstore, qresync }) => {
    const features = { objectId, emailId: objectId, condstore, qresync: condstore && qresync };
    return { options: { ...options, features }, wire, plain };
  });

const numbers = fc.oneof(
  { weight: 2, arbitrary: fc.constant<number[]>([]) },
  fc.uniqueArray(fc.integer({ min: 1, max: 5 })),
);
const refused = fc.record({ one: numbers, other: numbers });
const round = fc.record({ one: edits, other: edits, death: fc.option(death, { freq: 2 }), refused });

export const treeCase: fc.Arbitrary<TreeCase> = fc.record({
  one: server,
  other: server,
  names: fc.uniqueArray(
    fc.record({ name, where: fc.constantFrom('one', 'one', 'other', 'both'), isEmpty } as const),
    {
      selector: (made) => made.name,
      minLength: 1,
      maxLength: 7,
    },
  ),
  rounds: fc.array(round, { minLength: 1, maxLength: 2 }),
});
