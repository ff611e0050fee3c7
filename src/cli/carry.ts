import type { Account } from '../config/account.js';
import { optionPrefix } from '../config/account-role.js';
import type { AccountIdentity, RouteState, SyncPolicy, SyncRunOptions } from '../index.js';
import type { CarryRequest, CarryRoute, Direction } from './carry-route.js';
import { readRoute } from './carry-route.js';
import type { Engine } from './engine.js';
import type { SideWords } from './render/side-words.js';
import { bothWays, isTwoWay, ONE_WAY } from './render/side-words.js';
import type { RunContext } from './run-context.js';
import { openStateFolder, stateDirOf } from './state-folder.js';
import { storeOf } from './store-of.js';

/** What makes one verb that carries mail between two accounts differ from another. */
export interface CarryVerb {
  readonly direction: Direction;
  readonly policy: (engine: Engine) => SyncPolicy;
  /** What its own options say. */
  readonly options: Partial<SyncRunOptions>;
}

interface CarryTask {
  readonly route: CarryRoute;
  readonly request: CarryRequest;
  readonly verb: CarryVerb;
  readonly stateDir: string;
}

/** Parse, secrets, stores, state, run. Throws what ends the run; the caller shows it. */
export async function carry(request: CarryRequest, verb: CarryVerb, context: RunContext): Promise<void> {
  const { display, interrupt, clock } = context;
  const stateDir = stateDirOf(request.flags, context);
  const route = await readRoute(request, context.secrets(request.flags.input));
  const sides = sidesOf(route, verb);
  describe(route, sides, context);
  await readPasswords(route.typed);
  clock.begin();
  interrupt.finish.throwIfAborted();
  const engine = await context.loadEngine();
  const state = await openState(engine, { route, request, verb, stateDir }, context);
  try {
    await run(engine, { route, request, verb, stateDir, state, sides }, context);
  } catch (error) {
    display.addError(error);
  }
  await state.close();
}

function sidesOf({ source, destination }: CarryRoute, { direction }: CarryVerb): SideWords {
  return direction === 'one-way' ? ONE_WAY : bothWays(source.options.account, destination.options.account);
}

function describe(
  { source, destination, reversed, typed }: CarryRoute,
  sides: SideWords,
  { display }: RunContext,
): void {
  const title = `${source.options.account} ${sides.arrow} ${destination.options.account}`;
  const prefixes = typed.map(({ options, role }) => [options.account, optionPrefix(role)] as const);
  display.describe({ title, prefixes: new Map(prefixes), sides, reversed });
}

/**
 * Before anything is shown or connected, one after the other: both may ask at the terminal. At the end of a tunnel
 * there may be no login, so that password waits until it is asked for.
 */
async function readPasswords(accounts: readonly Account[]): Promise<void> {
  for (const { options } of accounts) if (options.tunnel === undefined) await options.password();
}

function openState(
  engine: Engine,
  { route, request: { flags }, verb, stateDir }: CarryTask,
  { interrupt, command }: RunContext,
): Promise<RouteState> {
  const dryRun = flags.dryRun === true;
  const a = identityOf(engine, route.source);
  const b = identityOf(engine, route.destination);
  const written = verb.direction === 'two-way' ? [a, b] : [b];
  return openStateFolder(engine, {
    ...{ stateDir, a, b, command },
    writes: dryRun ? [] : written,
    readOnly: dryRun,
    signal: interrupt.signal,
  });
}

function identityOf(engine: Engine, { url }: Account): AccountIdentity {
  return engine.identity(url.host, url.port, url.user, url.prefix);
}

interface CarryRun extends CarryTask {
  readonly state: RouteState;
  readonly sides: SideWords;
}

async function run(
  engine: Engine,
  { route, request, verb, state, sides }: CarryRun,
  context: RunContext,
): Promise<void> {
  const { display, interrupt } = context;
  const { settings, selection } = route;
  const dryRun = request.flags.dryRun === true;
  const names = isTwoWay(sides) ? sides : { source: 'source', destination: 'destination' };
  const source = storeOf(engine, route.source.options, names.source, settings, context);
  const destination = storeOf(engine, route.destination.options, names.destination, settings, context);
  try {
    interrupt.finish.throwIfAborted();
    display.startProgress();
    await engine.runSync({
      ...verb.options,
      policy: verb.policy(engine),
      // One-way the source is never written, whatever the engine thinks.
      a: dryRun || verb.direction === 'one-way' ? engine.readOnly(source) : source,
      b: dryRun ? engine.readOnly(destination) : destination,
      state,
      selection,
      full: request.flags.full === true,
      parallel: settings.connections,
      onEvent: display.onEvent,
      finish: interrupt.finish,
      signal: interrupt.signal,
      dryRun,
    });
  } finally {
    await Promise.allSettled([source.close(), destination.close()]);
  }
}
