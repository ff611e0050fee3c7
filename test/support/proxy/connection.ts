import { connect, type Socket } from 'node:net';
import { AnswerWatch } from './answer-watch.js';
import { ClientCommands, type CommandPiece, tagOf } from './client-commands.js';
import { DelayLine, type Link } from './delay-line.js';
import { HeldBytes } from './held-bytes.js';
import {
  type Action,
  type ActiveRule,
  type CommandTrigger,
  commandRulesAt,
  type Direction,
  nextByteRule,
} from './rules.js';

/** What a connection shares with its proxy. */
export interface ConnectionHost {
  readonly link: Link;
  readonly target: { readonly host: string; readonly port: number };
  rules(): readonly ActiveRule[];
  /** Octets all connections have delivered so far. */
  delivered(direction: Direction): number;
  onDelivered(direction: Direction, sizeBytes: number): void;
  onRoundTrip(): void;
  onCommand(connection: number, line: string): void;
  onClosed(connection: Connection): void;
}

/** `stalled` waits and may go on; `dead` swallows what comes. */
type Flow = 'open' | 'stalled' | 'dead';

/** What waits to be forwarded; `null` is the end of what a side sends. */
type Piece = CommandPiece | null;

/** The server's program sees a connection one and a half round trips after its start (SYN, SYN-ACK, ACK). */
const HANDSHAKE_ROUND_TRIPS = 1.5;

/** One client, its connection to the server, and what happens to the octets between them. */
export class Connection {
  /** From 1, in the order of acceptance. */
  readonly number: number;
  /** Settles when nothing is left of it. */
  readonly whenClosed: Promise<void>;
  /** Octets that reached the other side. */
  readonly carried: Record<Direction, number> = { toServer: 0, toClient: 0 };
  readonly #host: ConnectionHost;
  readonly #client: Socket;
  readonly #lines: Readonly<Record<Direction, DelayLine>>;
  readonly #flow: Record<Direction, Flow> = { toServer: 'open', toClient: 'open' };
  readonly #pending: Record<Direction, Piece[]> = { toServer: [], toClient: [] };
  readonly #commands = new ClientCommands();
  readonly #connectTimer: NodeJS.Timeout;
  #server: Socket | undefined;
  #lastSpeaker: Direction | undefined;
  #commandLine: string | undefined;
  #answerWatch: AnswerWatch | undefined;
  #held: HeldBytes | undefined;
  #isOver = false;
  #resolveClosed: () => void = () => undefined;

  constructor(number: number, client: Socket, host: ConnectionHost) {
    this.number = number;
    this.#client = client;
    this.#host = host;
    this.whenClosed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.#lines = { toServer: this.#makeLine('toServer'), toClient: this.#makeLine('toClient') };
    this.#lines.toServer.block();
    this.#listenTo(client, 'toServer');
    this.#connectTimer = setTimeout(() => this.#connect(), host.link.latencyMs * HANDSHAKE_ROUND_TRIPS);
  }

  /** Closes both sides; what was forwarded still arrives. */
  cut(): void {
    this.#finish();
    this.#client.destroySoon();
    this.#server?.destroySoon();
  }

  /** Ends both sides at once. */
  destroy(): void {
    this.#finish();
    this.#client.destroy();
    this.#server?.destroy();
    this.#settleWhenClosed();
  }

  /** Lets go on what was stalled. */
  resume(): void {
    for (const direction of ['toServer', 'toClient'] as const) {
      if (this.#flow[direction] !== 'stalled') continue;
      this.#flow[direction] = 'open';
      this.#forwardPending(direction);
      if (this.#canForward(direction)) this.#lines[direction].unblock();
    }
  }

  /** Delivers what is held back, if the client has sent all of it; settles when the server has answered. */
  async release(): Promise<void> {
    if (this.#held?.isComplete !== true) return;
    this.#deliverHeld(this.#held);
    await this.whenClosed;
  }

  #finish(): void {
    this.#isOver = true;
    this.#flow.toServer = 'dead';
    this.#flow.toClient = 'dead';
    clearTimeout(this.#connectTimer);
    this.#held?.forget();
    for (const line of Object.values(this.#lines)) line.clear();
  }

  #settleWhenClosed(): void {
    const serverIsClosed = this.#server === undefined ? this.#isOver : this.#server.closed;
    if (!this.#client.closed || !serverIsClosed) return;
    this.#finish();
    this.#host.onClosed(this);
    this.#resolveClosed();
  }

  #makeLine(direction: Direction): DelayLine {
    const source = (): Socket | undefined => (direction === 'toServer' ? this.#client : this.#server);
    return new DelayLine(
      this.#host.link,
      direction,
      (parcel) => {
        this.#pending[direction].push(...this.#piecesOf(direction, parcel));
        this.#forwardPending(direction);
      },
      () => source()?.resume(),
    );
  }

  #piecesOf(direction: Direction, parcel: Buffer | null): Piece[] {
    if (direction === 'toClient') return [parcel === null ? null : { bytes: parcel, last: false }];
    if (parcel !== null) return this.#commands.pieces(parcel);
    return [{ bytes: this.#commands.remainder(), last: false }, null];
  }

  #connect(): void {
    const server = connect({ ...this.#host.target, allowHalfOpen: true, noDelay: true });
    this.#server = server;
    server.once('connect', () => {
      if (this.#flow.toServer !== 'stalled') this.#lines.toServer.unblock();
    });
    this.#listenTo(server, 'toClient');
  }

  #listenTo(source: Socket, direction: Direction): void {
    const line = this.#lines[direction];
    source.on('data', (chunk: Buffer) => {
      this.#noteSpeaker(direction);
      line.push(chunk);
      if (line.isFull) source.pause();
    });
    source.on('end', () => line.push(null));
    source.on('error', () => this.#lost(direction));
    source.on('close', () => this.#settleWhenClosed());
  }

  /** A round trip: the client speaks after it heard the server. */
  #noteSpeaker(direction: Direction): void {
    if (direction === 'toServer' && this.#lastSpeaker === 'toClient') this.#host.onRoundTrip();
    this.#lastSpeaker = direction;
  }

  /** A reset or refused connection is passed on, unless the news could not get through. */
  #lost(direction: Direction): void {
    if (this.#flow[direction] === 'open' && this.#held === undefined) this.destroy();
  }

  #forwardPending(direction: Direction): void {
    const pending = this.#pending[direction];
    while (this.#flow[direction] !== 'stalled') {
      const piece = pending.shift();
      if (piece === undefined) return;
      if (piece === null) this.#passEnd(direction);
      else this.#forward(direction, piece);
    }
  }

  #passEnd(direction: Direction): void {
    if (this.#flow[direction] === 'open' && this.#held === undefined) this.#target(direction)?.end();
  }

  /** Command rules surround the octets; byte rules are between them. */
  #forward(direction: Direction, piece: CommandPiece): void {
    const { line, last } = piece;
    if (line !== undefined) {
      this.#commandLine = line;
      this.#host.onCommand(this.number, line);
      this.#fireAt('start');
      if (this.#flow[direction] === 'stalled') {
        this.#pending[direction].unshift({ bytes: piece.bytes, last });
        return;
      }
    }
    if (last) this.#fireAt('end', ['drop-answer', 'hold-back']);
    const rest = this.#forwardBytes(direction, piece.bytes);
    if (rest.length > 0) {
      this.#pending[direction].unshift({ bytes: rest, last });
      return;
    }
    if (line !== undefined) this.#fireAt('line');
    if (last) {
      this.#fireAt('end');
      this.#held?.onCommandEnd();
    }
  }

  #fireAt(at: NonNullable<CommandTrigger['at']>, kinds?: readonly Action['kind'][]): void {
    const line = this.#commandLine;
    if (line === undefined) return;
    for (const active of commandRulesAt(this.#host.rules(), this.number, at, line, kinds)) {
      this.#act(active.fire(this.number), true);
    }
  }

  /** @returns what a stall has kept back. */
  #forwardBytes(direction: Direction, bytes: Buffer): Buffer {
    let rest = bytes;
    for (;;) {
      if (this.#flow[direction] === 'stalled') return rest;
      const carried = this.carried[direction];
      const overall = this.#host.delivered(direction);
      const next = nextByteRule(this.#host.rules(), this.number, direction, carried, overall);
      if (next === undefined || next.left > rest.length) break;
      this.#emit(direction, rest.subarray(0, next.left));
      rest = rest.subarray(next.left);
      this.#act(next.active.fire(this.number), false);
    }
    this.#emit(direction, rest);
    return Buffer.alloc(0);
  }

  #emit(direction: Direction, bytes: Buffer): void {
    if (direction === 'toServer' && this.#held !== undefined) {
      this.#held.take(bytes);
      return;
    }
    if (direction === 'toClient') this.#answerWatch?.see(bytes);
    if (bytes.length === 0 || this.#flow[direction] === 'dead') return;
    this.carried[direction] += bytes.length;
    this.#host.onDelivered(direction, bytes.length);
    this.#write(direction, bytes);
  }

  #write(direction: Direction, bytes: Buffer): void {
    const target = this.#target(direction);
    if (target === undefined || target.write(bytes)) return;
    this.#lines[direction].block();
    target.once('drain', () => {
      if (this.#canForward(direction)) this.#lines[direction].unblock();
    });
  }

  #target(direction: Direction): Socket | undefined {
    return direction === 'toServer' ? this.#server : this.#client;
  }

  #canForward(direction: Direction): boolean {
    const target = this.#target(direction);
    const isReady = target !== undefined && !target.connecting && !target.writableNeedDrain;
    return isReady && this.#flow[direction] !== 'stalled';
  }

  #act(action: Action, atCommand: boolean): void {
    switch (action.kind) {
      case 'cut':
        this.cut();
        return;
      case 'stall':
        this.#stall(action.direction);
        return;
      case 'half-open':
        this.#flow[action.direction] = 'dead';
        return;
      case 'drop-answer':
        this.#flow.toClient = 'dead';
        if (action.thenClose === true) this.#cutAfterAnswer();
        return;
      case 'hold-back':
        this.#holdBack(atCommand ? undefined : (action.bytes ?? 1), action.deliverAfterMs);
        return;
    }
  }

  #stall(direction?: Direction): void {
    const directions: readonly Direction[] = direction === undefined ? ['toServer', 'toClient'] : [direction];
    for (const each of directions) {
      this.#flow[each] = 'stalled';
      this.#lines[each].block();
    }
  }

  #cutAfterAnswer(): void {
    const tag = this.#commandLine === undefined ? undefined : tagOf(this.#commandLine);
    this.#answerWatch = new AnswerWatch(tag, () => this.cut());
  }

  #holdBack(wantedBytes: number | undefined, deliverAfterMs: number | undefined): void {
    const held = new HeldBytes(wantedBytes, () => {
      this.#flow.toClient = 'dead';
      this.#client.destroy();
      if (deliverAfterMs !== undefined) held.deliverAfter(deliverAfterMs, () => this.#deliverHeld(held));
    });
    this.#held = held;
  }

  #deliverHeld(held: HeldBytes): void {
    const bytes = held.release();
    if (bytes === undefined) return;
    this.#cutAfterAnswer();
    this.carried.toServer += bytes.length;
    this.#host.onDelivered('toServer', bytes.length);
    this.#server?.write(bytes);
  }
}
