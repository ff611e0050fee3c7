export type Direction = 'toServer' | 'toClient';

/** After so many octets have gone in one direction, counted from the moment the rule was added. */
export interface ByteTrigger {
  readonly afterBytes: number;
  readonly direction: Direction;
  /** Counted over one connection (default) or over all of them. */
  readonly over?: 'connection' | 'proxy';
}

/** At a command of the client. Needs a connection that is neither encrypted nor compressed. */
export interface CommandTrigger {
  /** Looks at the first line of the command, without its CRLF. */
  readonly command: RegExp | ((line: string) => boolean);
  /**
   * `start`: before its first octet goes on. `line`: after its first line, before its literals. `end` (the
   * default): with its last octet.
   */
  readonly at?: 'start' | 'line' | 'end';
}

export type Trigger = ByteTrigger | CommandTrigger;

export type Action =
  /** Closes both sides. */
  | { readonly kind: 'cut' }
  /** Reads and forwards no more; both sides stay open. */
  | { readonly kind: 'stall'; readonly direction?: Direction }
  /** What is sent in this direction disappears, also the news that its sender has closed. */
  | { readonly kind: 'half-open'; readonly direction: Direction }
  /**
   * The server gets all, the client hears nothing more. With `thenClose` both sides are closed when the server
   * has answered the command (after a byte trigger: has said anything).
   */
  | { readonly kind: 'drop-answer'; readonly thenClose?: boolean }
  /**
   * Closes the client's side and delivers what was held back to the server later: a server that stores a
   * message after its client has come back. Held are, for a command, its last line (after its last literal),
   * else the next `bytes` octets. Delivered after so many ms, or else by `TcpProxy.release`.
   */
  | { readonly kind: 'hold-back'; readonly bytes?: number; readonly deliverAfterMs?: number };

export interface Rule {
  readonly on: Trigger;
  readonly do: Action;
  /** Only the k-th connection the proxy has accepted, from 1; else any. */
  readonly connection?: number;
  /** How many times it acts (1), but never twice on one connection. */
  readonly times?: number;
  readonly onFire?: (connection: number) => void;
}

export function isByteTrigger(trigger: Trigger): trigger is ByteTrigger {
  return 'afterBytes' in trigger;
}

/** A rule at work: how often it may still act and from where it counts. */
export class ActiveRule {
  readonly rule: Rule;
  readonly #startsAt: ReadonlyMap<number, number>;
  readonly #startsAtOverall: number;
  readonly #firedOn = new Set<number>();
  #left: number;

  /**
   * @param startsAt octets each open connection has carried in the trigger's direction
   * @param startsAtOverall the same over all connections there ever were
   */
  constructor(rule: Rule, startsAt: ReadonlyMap<number, number>, startsAtOverall: number) {
    this.rule = rule;
    this.#startsAt = startsAt;
    this.#startsAtOverall = startsAtOverall;
    this.#left = rule.times ?? 1;
  }

  appliesTo(connection: number): boolean {
    const { connection: only } = this.rule;
    return this.#left > 0 && !this.#firedOn.has(connection) && (only === undefined || only === connection);
  }

  /** Octets that may still go before it acts; undefined when it waits for something else. */
  bytesLeft(connection: number, direction: Direction, carried: number, overall: number): number | undefined {
    const { on } = this.rule;
    if (!isByteTrigger(on) || on.direction !== direction || !this.appliesTo(connection)) return undefined;
    const gone =
      on.over === 'proxy' ? overall - this.#startsAtOverall : carried - (this.#startsAt.get(connection) ?? 0);
    return Math.max(0, on.afterBytes - gone);
  }

  matches(connection: number, line: string): boolean {
    const { on } = this.rule;
    if (isByteTrigger(on) || !this.appliesTo(connection)) return false;
    return typeof on.command === 'function' ? on.command(line) : line.search(on.command) >= 0;
  }

  fire(connection: number): Action {
    this.#left -= 1;
    this.#firedOn.add(connection);
    this.rule.onFire?.(connection);
    return this.rule.do;
  }
}

/** The rule that acts first when one connection carries on in a direction, and after how many octets. */
export function nextByteRule(
  rules: readonly ActiveRule[],
  connection: number,
  direction: Direction,
  carried: number,
  overall: number,
): { readonly active: ActiveRule; readonly left: number } | undefined {
  let next: { readonly active: ActiveRule; readonly left: number } | undefined;
  for (const active of rules) {
    const left = active.bytesLeft(connection, direction, carried, overall);
    if (left !== undefined && (next === undefined || left < next.left)) next = { active, left };
  }
  return next;
}

/** The rules that act at this point of a command; `kinds` leaves out all other actions. */
export function commandRulesAt(
  rules: readonly ActiveRule[],
  connection: number,
  at: NonNullable<CommandTrigger['at']>,
  line: string,
  kinds?: readonly Action['kind'][],
): ActiveRule[] {
  return rules.filter((active) => {
    const { on, do: action } = active.rule;
    if (isByteTrigger(on) || (on.at ?? 'end') !== at) return false;
    return kinds?.includes(action.kind) !== false && active.matches(connection, line);
  });
}
