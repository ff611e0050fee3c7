import type { Account, AccountSettings } from '../../config/account.js';
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
import { accountFlags, readRunSettings } from '../run-flags.js';
import { traceWriter } from '../trace.js';

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
  // Before the progress display starts, one after the other: both may ask at the terminal.
  await source.options.password();
  await destination.options.password();
  context.interrupt.finish.throwIfAborted();
  const engine = await context.loadEngine();
  await carry(engine, plan, request, context);
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
  { connections, timeoutMs }: RunSettings,
  secrets: SecretEnvironment,
): Promise<Account> {
  const { ca, ...own } = accountFlags(flags, role);
  const insecure = flags.insecure === true;
  const settings: AccountSettings = {
    ...{ role, url, insecure, connections, timeoutMs },
    ...own,
    ...(ca === undefined ? {} : { caFile: ca }),
  };
  const resolved = await resolveAccount(settings, secrets);
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
  const source = storeOf(engine, plan.source, plan, context);
  const destination = storeOf(engine, plan.destination, plan, context);
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

function storeOf(
  engine: Engine,
  { role, options }: Account,
  { settings }: CopyPlan,
  context: RunContext,
): ReturnType<Engine['createStore']> {
  const { display, log, known } = context;
  const trace = settings.trace === null ? {} : { trace: traceWriter(settings.trace, role, log, known) };
  return engine.createStore({
    ...options,
    ...trace,
    onNotice: ({ type, text, delayMs }) => {
      const said = `${options.account}: ${text}`;
      if (delayMs !== undefined) display.onEvent({ type: 'waiting', reason: said, delayMs });
      else display.onEvent({ type: 'note', level: type === 'retrying' ? 'info' : 'warning', text: said });
    },
  });
}

function identityOf(engine: Engine, { url }: Account): AccountIdentity {
  return engine.identity(url.host, url.port, url.user, url.prefix);
}
