import { asMailferryError, type MailferryError } from '../errors.js';
import type { WireName } from '../model/mailbox.js';
import { pathOf } from '../model/mailbox-path.js';
import type { MailSession } from '../store/mail-store.js';
import { numberedName } from './name-giver.js';
import { plainerNames } from './plainer-names.js';
import type { RunContext } from './run-context.js';
import type { MailboxToDo } from './surveyed-account.js';

/**
 * Creates the destination of a mailbox and returns the name it has got: the planned one, or a plainer one where the
 * server refuses that; never one that belongs to another mailbox of the source. Throws the first refusal when none is
 * taken.
 */
export async function createDestination(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
): Promise<WireName> {
  const { destination, style } = mailbox;
  const path = pathOf(destination, style.delimiter, style.namespace);
  const others = namesOfOthers(run, mailbox);
  let refusal: MailferryError | null = null;
  for (const candidate of [destination, ...plainerNames(path, style, run.options.altChar)]) {
    try {
      return await createApart(run, session, mailbox, candidate, others);
    } catch (thrown) {
      const error = asMailferryError(thrown);
      if (!isAboutTheName(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

/** With a number behind it where the name, or one that the server does not tell from it, is another mailbox's. */
async function createApart(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
  wanted: WireName,
  others: ReadonlySet<WireName>,
): Promise<WireName> {
  const foldedOthers = new Set([...others].map((name) => name.toLowerCase()));
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : numberedName(wanted, number, run.options.altChar);
    if (others.has(name)) continue;
    if (await createWithRole(run, session, mailbox, name)) {
      run.emit({ type: 'mailbox-created', mailbox: mailbox.display, side: 'destination' });
      return name;
    }
    if (run.listedNames.has(name)) return name;
    // There although it was not listed: the server knows it in another case.
    if (foldedOthers.has(name.toLowerCase())) continue;
    return [...run.listedNames].find((listed) => listed.toLowerCase() === name.toLowerCase()) ?? name;
  }
}

/** Better without its role than not at all. */
async function createWithRole(
  run: RunContext,
  session: MailSession,
  { role }: MailboxToDo,
  name: WireName,
): Promise<boolean> {
  try {
    return await session.create(name, role, run.signal);
  } catch (error) {
    if (role === null || !isAboutTheName(asMailferryError(error))) throw error;
    return await session.create(name, null, run.signal);
  }
}

/** Names at the destination that belong to other mailboxes of the source, now or in earlier runs. */
function namesOfOthers(run: RunContext, { source }: MailboxToDo): Set<WireName> {
  const names = new Set<WireName>();
  for (const [other, name] of run.destinationNames) if (other !== source.name) names.add(name);
  for (const { names: pair } of run.options.state.pairs()) {
    if (pair.b !== null && pair.a !== source.name) names.add(pair.b);
  }
  return names;
}

function isAboutTheName({ code }: MailferryError): boolean {
  return code === 'MAILBOX_UNAVAILABLE' || code === 'COMMAND_REFUSED';
}
