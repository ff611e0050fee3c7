import { isSelectable, type ListedMailbox, type WireName } from '../../model/mailbox.js';
import type { Cursor } from '../../state/record.js';

/** The mailbox of a pair as one side knew it. */
export interface KnownMailbox {
  readonly key: string;
  /** Its name when it was last seen. */
  readonly name: WireName;
  /** null: it was never opened. */
  readonly cursor: Cursor | null;
}

/**
 * Where the mailbox of a pair is now. `maybe`: it seems to have become one of these, which its messages have to prove;
 * `replaced`: its name is there, and nothing else that is known of it; `gone`: it is not listed.
 */
export type Whereabouts =
  | { readonly kind: 'same' | 'renamed' | 'replaced'; readonly name: WireName }
  | { readonly kind: 'maybe'; readonly names: readonly WireName[] }
  | { readonly kind: 'gone' };

export interface IdentifyRequest {
  readonly known: readonly KnownMailbox[];
  readonly mailboxes: readonly ListedMailbox[];
  /** By key, a name that we ourselves may have given to the mailbox right before a crash. */
  readonly ourNames?: ReadonlyMap<string, WireName>;
  /** By key, which of the names of a `maybe` was put to the test and held. Absent: nothing was tested yet. */
  readonly proven?: ReadonlyMap<string, WireName>;
}

export interface Identification {
  readonly pairs: ReadonlyMap<string, Whereabouts>;
  /** Mailboxes that belong to no pair. */
  readonly strangers: readonly ListedMailbox[];
}

/**
 * Finds the mailboxes of pairs in the listing of one side. One that has its name and its UIDVALIDITY is itself, unless
 * its MAILBOXID (RFC 8474, section 4) is found elsewhere. Others are looked for by MAILBOXID, else by UIDVALIDITY and a
 * UIDNEXT that did not go back: that is no proof, as some servers take the second for UIDVALIDITY. INBOX is always INBOX:
 * renaming it moves its messages and leaves it where it is (RFC 3501, section 6.3.5).
 */
export function identify({ known, mailboxes, ourNames, proven }: IdentifyRequest): Identification {
  const search = new Search(known, mailboxes.filter(isSelectable));
  search.byName();
  search.byMailboxId();
  if (ourNames) search.byOurName(ourNames);
  search.byUidValidity(proven);
  return search.conclude();
}

/** More are not opened to look for one; then it has to be as it was left. */
const MOST_CANDIDATES = 20;

interface Claim {
  readonly kind: 'same' | 'renamed';
  readonly name: WireName;
}

class Search {
  readonly #known: readonly KnownMailbox[];
  readonly #claims = new Map<string, Claim>();
  /** Names to be put to the test, by key. */
  readonly #doubtful = new Map<string, readonly WireName[]>();
  /** Mailboxes nobody has claimed, by their names. */
  readonly #free: Map<WireName, ListedMailbox>;

  constructor(known: readonly KnownMailbox[], mailboxes: readonly ListedMailbox[]) {
    this.#known = known;
    this.#free = new Map(mailboxes.map((mailbox) => [folded(mailbox.name), mailbox]));
  }

  byName(): void {
    const byId = grouped(this.#free.values(), idOf);
    for (const pair of this.#known) {
      const there = this.#free.get(folded(pair.name));
      if (!there || !isAlike(pair, there)) continue;
      const isElsewhere = byId.get(pair.cursor?.mailboxId)?.some((other) => other !== there) ?? false;
      if (!isElsewhere || isInbox(there)) this.#claim('same', pair, there);
    }
  }

  byMailboxId(): void {
    const byId = grouped(this.#candidates(), idOf);
    const found = this.#lost().map((pair) => [pair, byId.get(pair.cursor?.mailboxId) ?? []] as const);
    for (const [pair, mailbox] of mutual(found)) {
      // One that kept its name as well was replaced under it.
      if (mailbox.name !== pair.name) this.#claim('renamed', pair, mailbox);
    }
  }

  byOurName(ourNames: ReadonlyMap<string, WireName>): void {
    for (const pair of this.#lost()) {
      const there = this.#free.get(ourNames.get(pair.key) ?? '');
      if (!there?.status) continue;
      // Courier gives a new UIDVALIDITY with every RENAME.
      const isAsLeft = isAlike(pair, there) || there.status.messages === pair.cursor?.messages;
      if (isAsLeft) this.#claim('renamed', pair, there);
    }
  }

  byUidValidity(proven: ReadonlyMap<string, WireName> | undefined): void {
    const byValue = grouped(this.#candidates(), ({ status }) => status?.uidValidity);
    for (const pair of this.#lost()) {
      const names = narrowed(pair, byValue.get(pair.cursor?.uidValidity) ?? []).map(({ name }) => name);
      if (!proven && names.length > 0) this.#doubtful.set(pair.key, names);
      const there = this.#free.get(proven?.get(pair.key) ?? '');
      if (there) this.#claim('renamed', pair, there);
    }
  }

  conclude(): Identification {
    const pairs = new Map<string, Whereabouts>();
    for (const name of [...this.#doubtful.values()].flat()) this.#free.delete(name);
    for (const { key, name } of this.#known) {
      const names = this.#doubtful.get(key);
      const claim = this.#claims.get(key);
      const namesake = claim || names ? undefined : this.#free.get(folded(name));
      if (namesake) this.#free.delete(folded(name));
      const others: Whereabouts = namesake ? { kind: 'replaced', name: namesake.name } : { kind: 'gone' };
      pairs.set(key, claim ?? (names ? { kind: 'maybe', names } : others));
    }
    return { pairs, strangers: [...this.#free.values()] };
  }

  /** Pairs to be looked for under other names. */
  #lost(): KnownMailbox[] {
    return this.#known.filter(
      ({ key, name, cursor }) => cursor !== null && !this.#claims.has(key) && folded(name) !== 'INBOX',
    );
  }

  #candidates(): ListedMailbox[] {
    return [...this.#free.values()].filter((mailbox) => !isInbox(mailbox));
  }

  #claim(kind: Claim['kind'], { key }: KnownMailbox, { name }: ListedMailbox): void {
    this.#claims.set(key, { kind, name });
    this.#free.delete(folded(name));
  }
}

function idOf({ status }: ListedMailbox): string | undefined {
  return status?.mailboxId ?? undefined;
}

function folded(name: WireName): WireName {
  return /^inbox$/i.test(name) ? 'INBOX' : name;
}

function isInbox({ name }: ListedMailbox): boolean {
  return folded(name) === 'INBOX';
}

/** Nothing known speaks against it, as far as the UIDVALIDITY tells. */
function isAlike({ cursor }: KnownMailbox, { status }: ListedMailbox): boolean {
  return !cursor || !status || cursor.uidValidity === status.uidValidity;
}

/** Those that a mailbox with this UIDVALIDITY may be; of many only those that nothing has happened to since. */
function narrowed({ name, cursor }: KnownMailbox, alike: readonly ListedMailbox[]): readonly ListedMailbox[] {
  const candidates = alike.filter((mailbox) => {
    const { status } = mailbox;
    if (!cursor || !status || mailbox.name === name) return false;
    if (cursor.mailboxId !== undefined && status.mailboxId !== null) return false;
    return cursor.uidNext === null || status.uidNext === null || status.uidNext >= cursor.uidNext;
  });
  if (candidates.length <= MOST_CANDIDATES) return candidates;
  const unchanged = candidates.filter(
    ({ status }) => status?.uidNext === cursor?.uidNext && status?.messages === cursor?.messages,
  );
  return unchanged.length <= MOST_CANDIDATES ? unchanged : [];
}

function grouped<K>(
  mailboxes: Iterable<ListedMailbox>,
  keyOf: (mailbox: ListedMailbox) => K | undefined,
): Map<K | undefined, ListedMailbox[]> {
  const groups = new Map<K | undefined, ListedMailbox[]>();
  for (const mailbox of mailboxes) {
    const key = keyOf(mailbox);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(mailbox);
    else groups.set(key, [mailbox]);
  }
  return groups;
}

/** Pairs with one candidate, where no other pair has it too. */
function mutual(
  found: readonly (readonly [KnownMailbox, readonly ListedMailbox[]])[],
): [KnownMailbox, ListedMailbox][] {
  const claimants = new Map<ListedMailbox, number>();
  for (const mailbox of found.flatMap(([, mailboxes]) => mailboxes)) {
    claimants.set(mailbox, (claimants.get(mailbox) ?? 0) + 1);
  }
  return found.flatMap(([pair, [only, ...others]]) => {
    const isUnique = only && others.length === 0 && claimants.get(only) === 1;
    return isUnique ? [[pair, only]] : [];
  });
}
