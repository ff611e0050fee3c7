import type { ErrorCode, ErrorScope } from '../errors.js';
import type { Problem } from './problem.js';

const MOST_KEPT = 100;
const MOST_GROUPS = 200;

/** Problems of one kind in one mailbox. */
export interface ProblemGroup {
  readonly first: Problem;
  count: number;
}

/** A kind of failure and how far it reached: what the exit code is made of. */
export interface Outcome {
  readonly code: ErrorCode;
  readonly scope: ErrorScope;
}

/** The problems of a run: the first hundred whole, all of them counted by kind and mailbox. */
export class ProblemLog {
  readonly #kept: Problem[] = [];
  readonly #groups = new Map<string, ProblemGroup>();
  readonly #outcomes = new Map<string, Outcome>();
  #count = 0;
  #ungrouped = 0;
  #temporary = 0;

  add(problem: Problem): void {
    this.#count += 1;
    if (!problem.permanent) this.#temporary += 1;
    if (this.#kept.length < MOST_KEPT) this.#kept.push(problem);
    const { code, scope } = problem;
    this.#outcomes.set(`${code} ${scope}`, { code, scope });
    this.#group(problem);
  }

  /** Whether the same failure is there already: an engine may report it and then throw it. */
  has(problem: Problem): boolean {
    return this.#kept.some(
      (kept) =>
        kept.code === problem.code &&
        kept.message === problem.message &&
        kept.account === problem.account &&
        kept.mailbox === problem.mailbox,
    );
  }

  get count(): number {
    return this.#count;
  }

  get kept(): readonly Problem[] {
    return this.#kept;
  }

  get groups(): readonly ProblemGroup[] {
    return [...this.#groups.values()];
  }

  get groupCount(): number {
    return this.#groups.size;
  }

  /** Problems beyond the groups that are kept. */
  get ungrouped(): number {
    return this.#ungrouped;
  }

  get outcomes(): readonly Outcome[] {
    return [...this.#outcomes.values()];
  }

  /** True when running again will not help: there are problems and all of them stay until something changes. */
  get allPermanent(): boolean {
    return this.#count > 0 && this.#temporary === 0;
  }

  #group(problem: Problem): void {
    const key = [problem.code, problem.scope, problem.account ?? '', problem.mailbox ?? ''].join('\n');
    const group = this.#groups.get(key);
    if (group !== undefined) {
      group.count += 1;
    } else if (this.#groups.size >= MOST_GROUPS) {
      this.#ungrouped += 1;
    } else {
      this.#groups.set(key, { first: problem, count: 1 });
    }
  }
}
