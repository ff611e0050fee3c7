import { isSelectable, type ListedMailbox, type WireName } from '../model/mailbox.js';
import { displayPath, pathOf } from '../model/mailbox-path.js';
import type { PairSummary } from '../state/pair-summary.js';
import { isDirty } from './dirty-check.js';
import { type ListedAccount, listAccounts, listAgain } from './list-accounts.js';
import { type MappedMailbox, mapMailboxes } from './mailbox-map.js';
import { filterHash } from './message-filter.js';
import { nameStyle } from './name-style.js';
import { newAtB } from './new-at-b.js';
import { policyHash } from './policy-hash.js';
import type { RunContext } from './run-context.js';
import { checkPatterns, isSelected, refuseNothingLeft, type SelectableMailbox } from './selection.js';
import type { AccountSurvey, MailboxToDo } from './surveyed-account.js';
import { followBoth } from './tree/follow-both.js';
import { followTree } from './tree/follow-renames.js';

/** Connects both sides at once, lists them, and decides which mailboxes have to be opened. */
export async function surveyAccounts(run: RunContext): Promise<AccountSurvey> {
  const listed = await listAccounts(run);
  const { a, b, gone, goneAtB } = await followTrees(run, listed);
  const { policy, altChar } = run.options;
  const style = nameStyle(b.facts, b.listing.mailboxes);
  // What is to go on one side is not to come back on the other, nor to be taken for a mailbox that is new there.
  const staying = { a: without(a, goneAtB), b: without(b, gone) };
  const mapped = mapMailboxes(
    staying.a.listing.mailboxes,
    nameStyle(a.facts, a.listing.mailboxes),
    style,
    knownNames(run),
    { existing: staying.b.listing.mailboxes, ...(altChar === undefined ? {} : { altChar }) },
  );
  for (const mailbox of mapped) run.destinationNames.set(mailbox.source.name, mailbox.destination);
  run.listedNames = new Set(b.listing.mailboxes.map(({ name }) => name));
  run.filterKey = filterHash(run.filter, b.facts.features.appendLimitBytes);
  const there = new Map(staying.b.listing.mailboxes.map((mailbox) => [mailbox.name, mailbox]));
  const looksAtB = policy.changesOfB !== 'leave';
  const fresh = newAtB(run, { a: staying.a, b }, mapped);
  const mailboxes = chosenOf(run, mapped, [...fresh.map(selectable), ...goingOf(goneAtB, a)]).map(
    (mailbox) => {
      const existing = there.get(mailbox.destination);
      return { ...mailbox, style, existing, dirty: mustOpen(run, mailbox, existing, looksAtB) };
    },
  );
  const { selection, a: account } = run.options;
  const inScope = [mailboxes, fresh, gone, goneAtB].some(({ length }) => length > 0);
  if (!inScope && mapped.length > 0 && selection.exclude.length > 0) {
    refuseNothingLeft(selection, account.account);
  }
  const dirty = [...mailboxes.filter((mailbox) => mailbox.dirty), ...fresh];
  const messages = dirty.reduce((sum, mailbox) => sum + expectedMessages(run, mailbox), 0);
  run.emit({ type: 'listed', seen: mailboxes.length + fresh.length, dirty: dirty.length, messages });
  return {
    mailboxes,
    newAtB: fresh,
    gone,
    goneAtB,
    names: { a: selectableNames(a), b: selectableNames(b) },
    messages: {
      a: sumOf(mailboxes.map(({ source }) => source)) + sumOf(mailboxesOf(goneAtB, a)),
      b: sumOf(mailboxes.map(({ existing }) => existing)) + sumOf(mailboxesOf(gone, b)),
    },
    styles: { a: nameStyle(a.facts, a.listing.mailboxes), b: style },
  };
}

type Followed = { readonly a: ListedAccount; readonly b: ListedAccount } & Pick<
  AccountSurvey,
  'gone' | 'goneAtB'
>;

/** For verbs that make trees equal: what was renamed on one side is renamed on the other first. */
async function followTrees(
  run: RunContext,
  { a, b }: { readonly a: ListedAccount; readonly b: ListedAccount },
): Promise<Followed> {
  if (!run.options.policy.aToB.removeMailboxes) return { a, b, gone: [], goneAtB: [] };
  if (run.backward) {
    const { changed, gone, goneAtB } = await followBoth(run, run.backward, { a, b });
    const [nowA, nowB] = await Promise.all([
      changed.a ? listAgain(run, run.options.a) : a,
      changed.b ? listAgain(run, run.options.b) : b,
    ]);
    return { a: nowA, b: nowB, gone, goneAtB };
  }
  const { changedB, gone } = await followTree(run, { a, b });
  return { a, b: changedB ? await listAgain(run, run.options.b) : b, gone, goneAtB: [] };
}

/** `others`: what may be meant by a pattern as well. */
function chosenOf(
  run: RunContext,
  mapped: readonly MappedMailbox[],
  others: readonly SelectableMailbox[],
): MappedMailbox[] {
  const { a, selection } = run.options;
  checkPatterns(selection, [...mapped.map(selectable), ...others], a.account);
  return mapped.filter((mailbox) => isSelected(selection, selectable(mailbox)));
}

function selectable({ display, source: { specialUse } }: MappedMailbox): SelectableMailbox {
  return { display, specialUse };
}

function goingOf(gone: readonly PairSummary[], account: ListedAccount): SelectableMailbox[] {
  const { delimiter, namespace } = nameStyle(account.facts, account.listing.mailboxes);
  return mailboxesOf(gone, account).map(({ name, specialUse }) => {
    return { display: displayPath(pathOf(name, delimiter, namespace)), specialUse };
  });
}

function mustOpen(
  run: RunContext,
  { source }: MappedMailbox,
  destination: ListedMailbox | undefined,
  looksAtB: boolean,
): boolean {
  const { full, restore, skipped, foreign, state, policy } = run.options;
  if (full || restore === true || skipped === 'retry') return true;
  const known = state.pairByName('a', source.name);
  if (skipped === 'accept' && (known?.skipped ?? 0) > 0) return true;
  // What was once decided to stay may be decided to go.
  if (foreign === 'remove' || (foreign === 'keep' && (known?.foreign ?? 0) > 0)) return true;
  const rules = { policy: policyHash(policy), filter: run.filterKey, looksAtB };
  return isDirty({ known, source, destination, ...rules });
}

function selectableNames({ listing }: ListedAccount): Set<WireName> {
  return new Set(listing.mailboxes.filter(isSelectable).map(({ name }) => name));
}

function sumOf(mailboxes: readonly (ListedMailbox | undefined)[]): number {
  return mailboxes.reduce((sum, mailbox) => sum + (mailbox?.status?.messages ?? 0), 0);
}

/** The mailboxes of an account whose partners are gone on the other side. */
function mailboxesOf(gone: readonly PairSummary[], { listing }: ListedAccount): ListedMailbox[] {
  const names = new Set(gone.map(({ names: { b } }) => b));
  return listing.mailboxes.filter(({ name }) => names.has(name));
}

function without(account: ListedAccount, gone: readonly PairSummary[]): ListedAccount {
  if (gone.length === 0) return account;
  const going = new Set(mailboxesOf(gone, account));
  const mailboxes = account.listing.mailboxes.filter((mailbox) => !going.has(mailbox));
  return { ...account, listing: { ...account.listing, mailboxes } };
}

/** How many messages there may be to carry, by the counts of STATUS alone. */
export function expectedMessages(run: RunContext, { source }: MailboxToDo): number {
  const done = run.options.state.pairByName('a', source.name)?.cursors.a?.messages ?? 0;
  return Math.max(0, (source.status?.messages ?? 0) - done);
}

function knownNames(run: RunContext): Map<WireName, WireName> {
  const names = new Map<WireName, WireName>();
  for (const { key, names: pair } of run.options.state.pairs()) {
    // One that has lost its name at the source still has its own here: no source name has a NUL in it.
    if (pair.b !== null) names.set(pair.a ?? `\0${key}`, pair.b);
  }
  return names;
}
