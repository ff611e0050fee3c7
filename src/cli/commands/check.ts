import { resolveAccount } from '../../config/account.js';
import type { MailStore } from '../../index.js';
import { accountFacts } from '../account-facts.js';
import { accountFactsLines } from '../render/account-facts-text.js';
import type { RunContext } from '../run-context.js';
import type { ConnectionFlags, OutputFlags } from '../run-flags.js';
import { accountSettings, readRunSettings } from '../run-flags.js';
import { storeOf } from '../store-of.js';

export interface CheckRequest {
  readonly account: string;
  readonly flags: OutputFlags & ConnectionFlags;
}

/** `mailferry check`: logs in as a run would, looks, and tells. Writes nothing. Throws what ended it. */
export async function check({ account, flags }: CheckRequest, context: RunContext): Promise<void> {
  const { display, interrupt, secrets } = context;
  const settings = readRunSettings(flags);
  const given = accountSettings('account', account, flags, settings);
  const resolved = await resolveAccount(given, secrets(flags.input));
  const { account: name } = resolved.options;
  display.describe({ title: `check ${name}`, prefixes: new Map([[name, '--']]) });
  const engine = await context.loadEngine();
  const store: MailStore = engine.readOnly(
    storeOf(engine, resolved.options, resolved.role, settings, context),
  );
  try {
    // Nothing is in flight that would have to be finished.
    const facts = await accountFacts(store, resolved.options, interrupt.finish);
    display.result(facts, accountFactsLines(facts));
  } finally {
    await store.close();
  }
}
