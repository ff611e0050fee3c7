import type { ListedMailbox, WireName } from '../../model/mailbox.js';
import { displayPath, pathOf } from '../../model/mailbox-path.js';
import type { PairSummary } from '../../state/pair-summary.js';
import type { Side } from '../../state/record.js';
import type { ListedAccount } from '../list-accounts.js';
import { nameStyle } from '../name-style.js';
import type { RunContext } from '../run-context.js';
import { isSelected } from '../selection.js';
import { identify, type Whereabouts } from './identify.js';
import { proveCandidates } from './prove.js';
import { ourNames } from './temporary-name.js';

export type TreeSides = Readonly<Record<Side, ListedAccount>>;

/** A mailbox pair and what has become of its mailboxes. */
export interface TreePair {
  readonly key: string;
  /** As it was when the run began. */
  readonly summary: PairSummary;
  readonly a: Whereabouts;
  readonly b: Whereabouts;
  /** Whether the person who started the run wants this mailbox touched, by its names at side a. */
  readonly isSelected: boolean;
}

/** Finds the mailboxes of all pairs on both sides; what only its messages can tell is asked of them. */
export async function locatePairs(run: RunContext, sides: TreeSides): Promise<TreePair[]> {
  const a = await locateOn(run, 'a', sides.a);
  const b = await locateOn(run, 'b', sides.b);
  const selects = selector(run, sides);
  return [...run.options.state.pairs()].map((summary) => {
    const { key } = summary;
    const found = { a: a.get(key) ?? GONE, b: b.get(key) ?? GONE };
    return { key, summary, ...found, isSelected: selects(summary, found) };
  });
}

const GONE: Whereabouts = { kind: 'gone' };

/** The name a mailbox has now; null for one that is not there. */
export function presentName(found: Whereabouts): WireName | null {
  return 'name' in found ? found.name : null;
}

export function isInboxName(name: WireName): boolean {
  return /^inbox$/i.test(name);
}

async function locateOn(
  run: RunContext,
  side: Side,
  { facts, listing: { mailboxes } }: ListedAccount,
): Promise<ReadonlyMap<string, Whereabouts>> {
  const known = [...run.options.state.pairs()].flatMap(({ key, names, cursors }) => {
    const name = names[side];
    return name === null ? [] : [{ key, name, cursor: cursors[side] }];
  });
  const request = { known, mailboxes, ourNames: ourNames(mailboxes, known, nameStyle(facts, mailboxes)) };
  const { pairs } = identify(request);
  if (![...pairs.values()].some(({ kind }) => kind === 'maybe')) return pairs;
  return identify({ ...request, proven: await proveCandidates(run, side, pairs) }).pairs;
}

/** A mailbox that got another name has to be selected by both; one of which no name is left, by that of side b. */
function selector(
  run: RunContext,
  { a, b }: TreeSides,
): (summary: PairSummary, found: Readonly<Record<Side, Whereabouts>>) => boolean {
  const [listedA, listedB] = [byName(a), byName(b)];
  const [styleA, styleB] = [nameStyle(a.facts, a.listing.mailboxes), nameStyle(b.facts, b.listing.mailboxes)];
  return ({ names }, found) => {
    const [nowA, nowB] = [presentName(found.a), presentName(found.b)];
    const specialUse = listedA.get(nowA ?? '')?.specialUse ?? listedB.get(nowB ?? '')?.specialUse ?? null;
    const namesA = [names.a, nowA].filter((name) => name !== null);
    const displays = namesA.map((name) => displayPath(pathOf(name, styleA.delimiter, styleA.namespace)));
    if (namesA.length === 0)
      displays.push(displayPath(pathOf(nowB ?? '', styleB.delimiter, styleB.namespace)));
    return displays.every((display) => isSelected(run.options.selection, { display, specialUse }));
  };
}

function byName({ listing }: ListedAccount): ReadonlyMap<WireName, ListedMailbox> {
  return new Map(listing.mailboxes.map((mailbox) => [mailbox.name, mailbox]));
}
