import type { WireName } from '../../model/mailbox.js';
import type { Side } from '../../state/record.js';
import { numberedName } from '../name-giver.js';
import { byLabel, decideLeads, type Leads, otherSide, parentsOf } from './leads.js';
import { isInboxName } from './locate.js';
import { displayOn, type MergeNode, SIDES } from './merge-node.js';
import type { BothNames, NamesAcross } from './name-across.js';
import { Places } from './place.js';

/** A mailbox of one side alone; it has its name, unless what lies above it moves. */
export interface Occupant {
  readonly side: Side;
  readonly name: WireName;
}

export interface MergedNames {
  /** The names that each mailbox of both sides is to have, by key. */
  readonly names: ReadonlyMap<string, BothNames>;
  /** The side that decides over the name, by key; what is not named has its name on either side. */
  readonly leads: ReadonlyMap<string, Side>;
  /** Keys of mailboxes that each side had moved elsewhere. */
  readonly overruled: ReadonlySet<string>;
  /** Keys of mailboxes that could not have the name they were given, as another has it. */
  readonly renamed: ReadonlySet<string>;
}

export interface MergeRequest {
  readonly nodes: readonly MergeNode[];
  readonly occupants: readonly Occupant[];
  readonly across: NamesAcross;
  readonly altChar: string | undefined;
  /** Names of mailboxes that cannot be renamed on a side, by key: there they stay. */
  readonly stuck: Readonly<Record<Side, ReadonlyMap<string, WireName>>>;
}

/**
 * Merges what was renamed on both sides into one tree. It does not depend on which side is called a. Where two mailboxes
 * would get one name, the one that was not moved has it, and the other a number behind it, on both sides.
 */
export function mergeNames(request: MergeRequest): MergedNames {
  return new Merge(request).merge();
}

class Merge {
  readonly #request: MergeRequest;
  readonly #byKey: ReadonlyMap<string, MergeNode>;
  readonly #leads: Leads;
  readonly #names = new Map<string, BothNames>();
  readonly #taken: Readonly<Record<Side, Set<WireName>>> = { a: new Set(), b: new Set() };
  readonly #renamed = new Set<string>();
  readonly #leading = new Map<string, Side>();
  /** Those whose names are being found out. */
  readonly #underWay = new Set<string>();

  constructor(request: MergeRequest) {
    this.#request = request;
    this.#byKey = new Map(request.nodes.map((node) => [node.key, node]));
    this.#leads = decideLeads(request.nodes, request.across);
  }

  merge(): MergedNames {
    for (const [side, name, above] of this.#occupied()) {
      this.#taken[side].add(folded(name));
      for (const level of levelsOf(name, above, this.#request.across.styles[side].delimiter)) {
        this.#taken[side].add(level);
      }
    }
    const rank = ({ key }: MergeNode): number => (this.#leads.leads.has(key) ? 1 : 0);
    const inOrder = [...this.#request.nodes].sort(
      (left, right) => rank(left) - rank(right) || byLabel(left, right),
    );
    for (const node of inOrder) this.#place(node);
    const { overruled } = this.#leads;
    return { names: this.#names, leads: this.#leading, overruled, renamed: this.#renamed };
  }

  /**
   * Names of mailboxes that are on one side only, with what is above them and moves: those on top first, as nothing takes
   * them along.
   */
  *#occupied(): Generator<readonly [side: Side, name: WireName, above: WireName]> {
    const { nodes, occupants, across } = this.#request;
    const places = Object.fromEntries(
      SIDES.map((side) => [
        side,
        new Places(
          nodes.map(({ key, names }) => [key, names[side].now] as const),
          across.styles[side].delimiter,
        ),
      ]),
    );
    const found = occupants.map(({ side, name }) => {
      const place = places[side]?.of(name) ?? { parent: null, rest: name };
      return { side, name, place, display: displayOn(across.styles[side], name) };
    });
    for (const { side, name, place } of found) if (place.parent === null) yield [side, name, ''];
    const below = found.filter(({ place }) => place.parent !== null);
    for (const { side, place } of below.sort((one, other) => (one.display < other.display ? -1 : 1))) {
      const above = this.#byKey.get(place.parent ?? '');
      const moved = above ? this.#place(above)[side] : '';
      yield [side, moved + place.rest, moved];
    }
  }

  #place(node: MergeNode): BothNames {
    const { key, names, mayMove } = node;
    const done = this.#names.get(key);
    if (done) return done;
    // Only what was put that way by hand on both sides comes back to itself.
    if (this.#underWay.has(key)) return { a: names.a.now, b: names.b.now };
    this.#underWay.add(key);
    for (const parent of parentsOf(node, this.#leads.leads)) this.#parentNames(parent);
    const found = mayMove ? this.#free(node) : this.#numbered(node, 1);
    this.#names.set(key, found);
    // Whoever is to have the name of one that is stuck waits for it.
    for (const side of SIDES) {
      if (!this.#request.stuck[side].has(key)) this.#taken[side].add(folded(found[side]));
    }
    return found;
  }

  #free(node: MergeNode): BothNames {
    for (let number = 1; ; number++) {
      const names = this.#numbered(node, number);
      const isStuck = SIDES.some((side) => this.#request.stuck[side].has(node.key));
      const isTaken = SIDES.some((side) => this.#taken[side].has(folded(names[side])));
      if (isTaken && !isStuck) continue;
      if (number > 1) this.#renamed.add(node.key);
      return names;
    }
  }

  #numbered(node: MergeNode, number: number): BothNames {
    const { key } = node;
    const { altChar, stuck } = this.#request;
    const lead = this.#leads.leads.get(key) ?? this.#carried(node);
    const own = (side: Side): WireName => {
      const fixed = stuck[side].get(key);
      const name = this.#ownName(node, side);
      return fixed ?? (number === 1 ? name : numberedName(name, number, altChar));
    };
    if (lead === null) return { a: own('a'), b: own('b') };
    this.#leading.set(key, lead);
    const other = otherSide(lead);
    const name = own(lead);
    const across = stuck[other].get(key) ?? this.#across(node, lead, name);
    return lead === 'a' ? { a: name, b: across } : { a: across, b: name };
  }

  /** Where one side has no levels, or others, what moves along on the other side alone has to be renamed there. */
  #carried(node: MergeNode): Side | null {
    const { names, places, mayMove, hasOwnNames } = node;
    if (!mayMove || hasOwnNames || places.a.now.parent === places.b.now.parent) return null;
    const moved = SIDES.filter((side) => this.#ownName(node, side) !== names[side].before);
    return moved.length === 1 ? (moved[0] ?? null) : null;
  }

  /** Below what is above it there. */
  #ownName({ places }: MergeNode, side: Side): WireName {
    const { parent, rest } = places[side].now;
    return parent === null ? rest : (this.#parentNames(parent)?.[side] ?? '') + rest;
  }

  #across({ places }: MergeNode, from: Side, name: WireName): WireName {
    const { parent } = places[from].now;
    return this.#request.across.of(from, name, parent === null ? null : this.#parentNames(parent));
  }

  #parentNames(key: string): BothNames | null {
    const parent = this.#byKey.get(key);
    return parent ? this.#place(parent) : null;
  }
}

/** A level with something below it that stays is a name that servers give to no mailbox by RENAME. */
function levelsOf(name: WireName, above: WireName, delimiter: string | null): WireName[] {
  const levels: WireName[] = [];
  if (delimiter === null) return levels;
  for (let end = name.indexOf(delimiter, above.length + 1); end > 0; end = name.indexOf(delimiter, end + 1)) {
    levels.push(name.slice(0, end));
  }
  return levels;
}

/** INBOX knows no case (RFC 3501, section 5.1). */
function folded(name: WireName): WireName {
  return isInboxName(name) ? 'INBOX' : name;
}
