import type { ImapAccountOptions, MailStore } from '../index.js';
import type { Engine } from './engine.js';
import type { RunContext } from './run-context.js';
import type { RunSettings } from './run-flags.js';
import { traceWriter } from './trace.js';

/** The store of an account, with its trace (`name` tells whose) and its notices led to the display. */
export function storeOf(
  engine: Engine,
  options: ImapAccountOptions,
  name: string,
  settings: RunSettings,
  { display, log, known }: RunContext,
): MailStore {
  const trace = settings.trace === null ? {} : { trace: traceWriter(settings.trace, name, log, known) };
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
