import type { KnownSecrets } from '../config/known-secrets.js';
import { asMailferryError } from '../errors.js';
import { RunActivity } from '../report/activity.js';
import type { RunEvent } from '../report/events.js';
import type { Problem } from '../report/problem.js';
import { problemOf } from '../report/problem.js';
import { summaryOf } from '../report/summary.js';
import { RunTotals } from '../report/totals.js';
import type { ExitCode } from './exit-code.js';
import { exitCodeOf, verdictOf } from './exit-code.js';
import type { Io } from './io.js';
import type { Log } from './log.js';
import { jsonLine } from './render/clean-text.js';
import { jsonObjectOf } from './render/json-lines.js';
import type { Verbosity } from './render/log-lines.js';
import { logLinesOf } from './render/log-lines.js';
import { PlanLines } from './render/plan-lines.js';
import type { OptionPrefixes } from './render/problem-text.js';
import { withFix } from './render/problem-text.js';
import type { ProgressView } from './render/progress-lines.js';
import { doneMessages, progressBlock, progressLine, sentBytes } from './render/progress-lines.js';
import { ProgressRate } from './render/progress-rate.js';
import type { SideWords } from './render/side-words.js';
import { ONE_WAY } from './render/side-words.js';
import type { SummaryText } from './render/summary-text.js';
import type { ReportFile } from './report-file.js';
import type { Terminal } from './terminal.js';
import type { WorkClock } from './work-clock.js';

const REDRAW_MS = 200;
const STATUS_LINE_MS = 60_000;

export interface RunDisplayOptions {
  readonly io: Io;
  readonly terminal: Terminal;
  readonly log: Log;
  readonly known: KnownSecrets;
  readonly clock: WorkClock;
  readonly verb: string;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly verbosity: Verbosity;
  /** The command to run next, quoted for a shell. */
  readonly command: string;
  /** The end of the run for people. */
  readonly summary: (text: SummaryText) => readonly string[];
}

/** What is known of a run once its accounts are. */
export interface RunDescription {
  readonly title: string;
  readonly prefixes: OptionPrefixes;
  readonly sides?: SideWords;
  /** Mail goes another way than the accounts were typed. */
  readonly reversed?: boolean;
}

/** Shows a run: takes its events, writes JSON lines, log lines, progress, the report, and in the end the summary. */
export class RunDisplay {
  readonly #options: RunDisplayOptions;
  readonly #totals = new RunTotals();
  readonly #activity = new RunActivity();
  readonly #rate = new ProgressRate();
  readonly #plan: PlanLines;
  #prefixes: OptionPrefixes = new Map();
  #sides: SideWords = ONE_WAY;
  #reversed = false;
  #report: ReportFile | null = null;
  #title: string;
  #stopTimer: () => void = () => {};
  #interrupted = false;

  constructor(options: RunDisplayOptions) {
    this.#options = options;
    this.#title = options.verb;
    this.#plan = new PlanLines(options.verbosity >= 1);
  }

  describe({ title, prefixes, sides = ONE_WAY, reversed = false }: RunDescription): void {
    this.#title = title;
    this.#prefixes = prefixes;
    this.#sides = sides;
    this.#reversed = reversed;
  }

  reportInto(report: ReportFile): void {
    this.#report = report;
  }

  /** Progress begins: a live block on a terminal, a line a minute elsewhere. Nothing may be asked any more. */
  startProgress(): void {
    const { io, terminal, verbosity } = this.#options;
    if (verbosity < 0) return;
    if (!terminal.live) {
      this.#stopTimer = io.every(STATUS_LINE_MS, () => this.#statusLine());
      return;
    }
    const draw = (): void => terminal.show(progressBlock(this.#view(), terminal.columns));
    draw();
    this.#stopTimer = io.every(REDRAW_MS, draw);
  }

  readonly onEvent = (event: RunEvent): void => {
    const { json, verbosity, dryRun } = this.#options;
    const seen = this.#masked(event);
    const groups = this.#totals.problems.groupCount;
    this.#totals.add(seen);
    const finished = this.#activity.add(seen);
    this.#report?.add(seen);
    if (json) this.#writeJson(jsonObjectOf(seen, finished, verbosity >= 2));
    else if (dryRun) this.#showPlan(this.#plan.add(seen, finished, this.#sides));
    const firstOfKind = this.#totals.problems.groupCount > groups;
    const inWork = 'mailbox' in seen && this.#activity.isInWork(seen.mailbox);
    const words = { prefixes: this.#prefixes, sides: this.#sides };
    this.#logEvent(seen, { ...words, finished, inWork, firstOfKind });
  };

  /** A result of its own: an object with `--json`, lines without. */
  result(object: object, lines: readonly string[]): void {
    const { io, log, json } = this.#options;
    for (const line of lines) log.toFile(line);
    if (json) this.#writeJson(object);
    else for (const line of lines) io.stdout.write(`${line}\n`);
  }

  /** Something that ended the run. */
  addError(error: unknown): void {
    if (error instanceof AggregateError && error.errors.length > 0) {
      for (const one of error.errors) this.addError(one);
      return;
    }
    const problem = this.#maskedProblem(problemOf(asMailferryError(error)));
    if (problem.code === 'INTERRUPTED') this.#interrupted = true;
    else if (!this.#totals.problems.has(problem)) this.onEvent({ type: 'problem', problem });
  }

  /** Ends progress, writes the summary, and returns the exit code. */
  end(interrupted: boolean): ExitCode {
    this.#stopTimer();
    const { io, terminal, clock, verb, dryRun, json, verbosity, command } = this.#options;
    const { elapsedMs } = clock;
    terminal.clear();
    if (dryRun && !json) this.#showPlan(this.#plan.end(this.#sides));
    const exitCode = exitCodeOf(this.#totals.problems.outcomes, interrupted || this.#interrupted);
    const summary = summaryOf(this.#totals, {
      verb,
      verdict: verdictOf(exitCode),
      exitCode,
      elapsedMs,
      dryRun,
    });
    this.#report?.close(summary);
    if (json) this.#writeJson(summary);
    // A run that never listed a mailbox has said all there is in its error.
    const lines =
      this.#totals.listed || summary.verdict !== 'failed'
        ? this.#options.summary({
            summary,
            problems: this.#totals.problems,
            prefixes: this.#prefixes,
            sides: this.#sides,
            reversed: this.#reversed ? this.#title : null,
            command,
          })
        : [];
    for (const line of lines) this.#options.log.toFile(line);
    if (!json && (verbosity >= 0 || exitCode !== 0)) {
      for (const line of lines) io.stdout.write(`${line}\n`);
    }
    return exitCode;
  }

  #logEvent(event: RunEvent, context: Omit<Parameters<typeof logLinesOf>[1], 'verbosity'>): void {
    const { log, verbosity, dryRun } = this.#options;
    // The plan of a dry run is its result, and went to stdout and into the file; nothing was done.
    if (dryRun && saysDone(event)) return;
    for (const line of logLinesOf(event, { ...context, verbosity })) log.toTerminal(line);
    if (!log.hasFile) return;
    // A log file is read afterwards, when it is too late to ask for more.
    const atLeast = verbosity === 2 ? 2 : 1;
    for (const line of logLinesOf(event, { ...context, verbosity: atLeast })) log.toFile(line);
  }

  #showPlan(lines: readonly string[]): void {
    const { io, log, terminal, verbosity } = this.#options;
    for (const line of lines) {
      if (verbosity >= 0) terminal.aside(() => io.stdout.write(`${line}\n`));
      log.toFile(line);
    }
  }

  #statusLine(): void {
    const { io, log, json } = this.#options;
    const view = this.#view();
    log.line(`${io.now().toISOString()} ${progressLine(view)}`);
    if (!json) return;
    const { messages, bytes, planned } = this.#totals;
    const { copied, moved, removed, failed } = messages;
    this.#writeJson({
      type: 'progress',
      elapsedMs: Math.round(view.elapsedMs),
      messages: { copied, moved, removed, failed, planned: planned.messages },
      bytes: { copied: bytes.copied, planned: planned.sizeBytes },
    });
  }

  #view(): ProgressView {
    const { elapsedMs } = this.#options.clock;
    const totals = this.#totals;
    this.#rate.add({ atMs: elapsedMs, messages: doneMessages(totals), bytes: sentBytes(totals) });
    return {
      title: this.#title,
      totals,
      inWork: this.#activity.inWork,
      elapsedMs,
      rate: this.#rate.rate,
    };
  }

  #writeJson(value: object | null): void {
    if (value !== null) this.#options.io.stdout.write(`${jsonLine(value)}\n`);
  }

  #masked(event: RunEvent): RunEvent {
    const { known } = this.#options;
    if ('problem' in event) return { ...event, problem: this.#maskedProblem(event.problem) };
    if (event.type === 'note') return { ...event, text: known.mask(event.text) };
    if (event.type === 'waiting') return { ...event, reason: known.mask(event.reason) };
    return event;
  }

  #maskedProblem(problem: Problem): Problem {
    const { known } = this.#options;
    const { serverText } = problem;
    const message = known.mask(problem.message);
    const masked = {
      ...problem,
      message,
      ...(serverText === undefined ? {} : { serverText: known.mask(serverText) }),
    };
    return withFix(masked, this.#prefixes);
  }
}

/** Events that a dry run sends for what it would do. */
function saysDone({ type }: RunEvent): boolean {
  return type.startsWith('mailbox-') || type === 'flags-updated' || /^messages-(moved|removed)$/.test(type);
}
