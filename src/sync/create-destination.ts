import { asMailferryError, type MailferryError } from '../errors.js';
import type { WireName } from '../model/mailbox.js';
import type { MailSession } from '../store/mail-store.js';
import type { MailboxToDo } from './account-survey.js';
import { plainerNames } from './mailbox-map.js';
import type { RunContext } from './run-context.js';

/**
 * Creates the destination of a mailbox and returns the name it has got: the planned one, or a plainer one where the
 * server refuses that. Throws the first refusal when none is taken.
 */
export async function createDestination(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
): Promise<WireName> {
  const plainer = plainerNames(mailbox.path, mailbox.style, run.options.altChar);
  const taken = new Set(run.destinationNames.values());
  let refusal: MailferryError | null = null;
  for (const candidate of [mailbox.destination, ...plainer]) {
    const isOwn = candidate === mailbox.destination;
    if (!isOwn && taken.has(candidate)) continue;
    try {
      return await createOne(run, session, mailbox, candidate, taken);
    } catch (thrown) {
      const error = asMailferryError(thrown);
      if (!isAboutTheName(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

async function createOne(
  run: RunContext,
  session: MailSession,
  mailbox: MailboxToDo,
  wanted: WireName,
  taken: ReadonlySet<WireName>,
): Promise<WireName> {
  let name = wanted;
  for (let number = 2; ; number++) {
    const created = await session.create(name, mailbox.role, run.signal);
    if (created) run.emit({ type: 'mailbox-created', mailbox: mailbox.display, side: 'destination' });
    // A mailbox that is there although the listing has it only in another case: the server does not tell them apart.
    if (created || !differsInCaseOnly(name, taken)) return name;
    name = `${wanted}${run.options.altChar ?? '_'}${number}`;
  }
}

function differsInCaseOnly(name: WireName, taken: ReadonlySet<WireName>): boolean {
  const folded = name.toLowerCase();
  return !taken.has(name) && [...taken].some((other) => other.toLowerCase() === folded);
}

function isAboutTheName({ code }: MailferryError): boolean {
  return code === 'MAILBOX_UNAVAILABLE' || code === 'COMMAND_REFUSED';
}
