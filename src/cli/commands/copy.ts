import type { Account } from '../../config/account.js';
import { refuseSameAccount, resolveAccount } from '../../config/account.js';
import { readMailboxPatterns } from '../../config/mailbox-patterns.js';
import type { SecretEnvironment } from '../../config/secret.js';
import { stateDirOf } from '../../config/state-dir.js';
import { usageError } from '../../config/usage-error.js';
import type { AccountIdentity, MailboxSelection } from '../../index.js';
import type { Choice, ChoiceFlags } from '../choice-flags.js';
import { readChoice } from '../choice-flags.js';
import type { Engine } from '../engine.js';
import type { RunContext } from '../run-context.js';
import type { RunFlags, RunSettings } from '../run-flags.js';
import { accountSettings, readRunSettings } from '../run-flags.js';
import { storeOf } from '../store-of.js';

export interface CopyRequest {
  readonly source: string;
  readonly destination: string;
  readonly flags: RunFlags & ChoiceFlags;
}

/** Everything a copy needs, after all that was typed has been found good. */
interface CopyPlan {
  readonly source: Account;
  readonly destination: Account;
  readonly selection: MailboxSelection;
  readonly settings: RunSettings;
  readonly choice: Choice;
}

/** `mailferry copy`: parse, secrets, stores, state, run. Throws what ends the run; the caller shows it. */
export async function copy(request: CopyRequest, context: RunContext): Promise<void> {
  const plan = await readPlan(request, context);
  const { source, destination } = plan;
  const { account: from } = source.options;
  const { account: to } = destination.options;
  context.display.describe(
    `${from} -> ${to}`,
    new Map([
      [from, '--source-'],
      [to, '--destination-'],
    ]),
  );
  await readPasswords(source, destination);
  context.interrupt.finish.throwIfAborted();
  const engine = await context.loadEngine();
  await carry(engine, plan, request, context);
}

/**
 * Before anything is shown or connected, one after the other: both may ask at the terminal. At the end of a tunnel
 * there may be no login, so that password waits until it is asked for.
 */
async function readPasswords(...accounts: readonly Account[]): Promise<void> {
  for (const { options } of accounts) if (options.tunnel === undefined) await options.password();
}

async function readPlan(request: CopyRequest, context: RunContext): Promise<CopyPlan> {
  const { flags } = request;
  const settings = readRunSettings(flags);
  const choice = readChoice(flags);
  const secrets = context.secrets(flags.input);
  const source = await account(request.source, 'source', request, settings, secrets);
  const destination = await account(request.destination, 'destination', request, settings, secrets);
  refuseSameAccount(source.url, destination.url);
  const include = await readMailboxPatterns(flags.mailbox ?? [], '--mailbox');
  const exclude = await readMailboxPatterns(flags.exclude ?? [], '--exclude');
  return { source, destination, selection: { include, exclude }, settings, choice };
}

async function account(
  url: string,
  role: 'source' | 'destination',
  { flags }: CopyRequest,
  settings: RunSettings,
  secrets: SecretEnvironment,
): Promise<Account> {
  const resolved = await resolveAccount(accountSettings(role, url, flags, settings), secrets);
  if (resolved.url.prefix === '') return resolved;
  throw usageError(
    `the ${role} account ends in "/${resolved.url.prefix}"; this version carries whole accounts only`,
    `take it out; to choose mailboxes use --mailbox '${resolved.url.prefix}/*'`,
  );
}

async function carry(
  engine: Engine,
  plan: CopyPlan,
  { flags }: CopyRequest,
  context: RunContext,
): Promise<void> {
  const { display, interrupt, io } = context;
  const dryRun = flags.dryRun === true;
  const b = identityOf(engine, plan.destination);
  const state = await engine.openState({
    stateDir: stateDirOf({ ...io, ...(flags.stateDir === undefined ? {} : { given: flags.stateDir }) }),
    a: identityOf(engine, plan.source),
    b,
    writes: dryRun ? [] : [b],
    command: context.command,
    readOnly: dryRun,
    signal: interrupt.signal,
  });
  const source = storeOf(engine, plan.source, plan.settings, context);
  const destination = storeOf(engine, plan.destination, plan.settings, context);
  try {
    interrupt.finish.throwIfAborted();
    display.startProgress();
    await engine.runSync({
      policy: { ...engine.copyPolicy, carryDeleted: flags.includeDeleted === true },
      // The source of a copy is never written, whatever the engine thinks.
      a: engine.readOnly(source),
      b: dryRun ? engine.readOnly(destination) : destination,
      state,
      selection: plan.selection,
      full: flags.full === true,
      parallel: plan.settings.connections,
      onEvent: display.onEvent,
      finish: interrupt.finish,
      signal: interrupt.signal,
      dryRun,
      ...plan.choice,
    });
  } catch (error) {
    display.addError(error);
  }
  await Promise.allSettled([source.close(), destination.close()]);
  await state.close();
}

function identityOf(engine: Engine, { url }: Account): AccountIdentity {
  return engine.identity(url.host, url.port, url.user, url.prefix);
}
