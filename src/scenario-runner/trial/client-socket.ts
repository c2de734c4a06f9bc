import type { Duplex } from 'node:stream';
import {
  decodeMessage,
  encodeFrame,
  FrameReader,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  type Side,
} from '../../protocol/index.js';
import { type Trigger, type TriggerCode, type WireBytes, wireBytes } from '../verdicts/index.js';
import {
  type Arrival,
  arrange,
  type Breach,
  type ClientFrame,
  describeMessage,
  LiveIds,
  messageBytes,
  Opcode,
  type ServerFrame,
  WireMonitor,
  writtenBytes,
} from '../wire/index.js';
import { after } from './after.js';
import { finding } from './blame.js';
import type { Handshake } from './handshake.js';
import { Queue } from './queue.js';
import { race } from './race.js';
import { ServerWebSocket } from './server-websocket.js';
import type { Transcript } from './transcript.js';
import { letLoopTurn } from './turns.js';

/**
 * Bytes that may wait for a scenario that does not ask for them. Beyond that, TCP slows the client. Scenarios leave far
 * fewer bytes, so only a client that floods is slowed.
 */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Bytes that a message or frame counts in addition to its payload. */
const OVERHEAD_BYTES = 256;
/** Bytes that are written before the client has taken them, so that a transfer never waits for its source. */
const AHEAD_BYTES = 256 * 1024;
/** Digits of a message that is not understood, in a line of the transcript. */
const HEAD_DIGITS = 52;

const weigh = ({ payload }: { payload: Uint8Array }): number => payload.length + OVERHEAD_BYTES;

/** How a WebSocket ended, as the service saw it. */
export interface SocketEnd {
  /** The close code of the client. Undefined if it ended TCP without a close frame. */
  readonly code: number | undefined;
}

/** Where a WebSocket belongs to. */
export interface SocketOrigin {
  readonly handshake: Handshake;
  readonly subprotocol: string | undefined;
  readonly side: Side;
  readonly format: MessageFormat;
  readonly services: () => readonly string[];
  readonly transcript: Transcript;
  /** The number of the WebSocket in the run, from 1. */
  readonly number: number;
  /** How long the client may take to answer a ping, in milliseconds. */
  readonly patienceMs: () => number;
}

/**
 * One WebSocket of the client under test, at the scripted service. It records everything that arrives, and can write
 * anything. Unless a scenario says otherwise, it keeps RFC 6455 as {@link ServerWebSocket} does.
 */
export class ClientSocket {
  readonly handshake: Handshake;
  readonly subprotocol: string | undefined;
  /** Tunnel messages that no step has taken yet. */
  readonly messages = new Queue<Message>(weigh, () => this.#flow());
  /** Pongs and pings of the client. */
  readonly controls = new Queue<ClientFrame>(weigh, () => this.#flow());
  /**
   * Gets each message before it is kept. If it returns true, the message is neither kept nor noted.
   * @internal
   */
  tap: ((value: Message) => boolean) | undefined;
  /** @internal */
  readonly monitor: WireMonitor;
  /** Resolves when TCP is gone. */
  readonly ended: Promise<SocketEnd>;
  /** Resolves when the client's close frame has arrived. */
  readonly closeFrame: Promise<number>;

  readonly #ids: LiveIds;
  readonly #websocket: ServerWebSocket;
  readonly #transcript: Transcript;
  readonly #number: number;
  readonly #patienceMs: () => number;
  #closeCode: number | undefined;
  #reads = true;
  #fences = 0;

  constructor(socket: Duplex, origin: SocketOrigin) {
    this.#transcript = origin.transcript;
    this.#number = origin.number;
    this.#patienceMs = origin.patienceMs;
    this.handshake = origin.handshake;
    this.subprotocol = origin.subprotocol;
    this.monitor = new WireMonitor(origin.side, origin.format, origin.services);
    this.#ids = new LiveIds(origin.side, origin.services);
    const frames = new FrameReader((bytes, start, end) => this.#message(bytes, start, end));
    let onClose!: (code: number) => void;
    this.closeFrame = new Promise((resolve) => {
      onClose = resolve;
    });
    let onEnd!: (end: SocketEnd) => void;
    this.ended = new Promise((resolve) => {
      onEnd = resolve;
    });
    this.#websocket = new ServerWebSocket(socket, {
      header: (header) => this.monitor.frame(header),
      data: (payload) => frames.push(payload),
      control: (frame) => this.controls.push(frame),
      closing: (code, reason, payload) => {
        this.#closeCode = code;
        const what = `close ${code} '${reason}'`;
        this.note('client', what, wireBytes('client', `${what} (payload)`, payload));
        onClose(code);
      },
      closePayload: (payload) => this.monitor.close(payload),
      ended: () => {
        this.note('client', this.#closeCode === undefined ? 'TCP gone, no close frame' : 'TCP gone');
        onEnd({ code: this.#closeCode });
      },
      note: (who, what, bytes) => this.note(who, what, bytes),
    });
  }

  /**
   * Whether the connection can still be used. False as soon as the service has ended it, even if the client ends its
   * side slowly.
   */
  get open(): boolean {
    return this.#websocket.open;
  }

  /** Whether the service answers pings of the client (W3: it does not have to). */
  set answersPings(value: boolean) {
    this.#websocket.answersPings = value;
  }

  /**
   * Whether the service keeps the closing handshake. If false, it does not answer a close frame of the client, and TCP
   * stays open after one has gone each way.
   */
  set answersClose(value: boolean) {
    this.#websocket.answersClose = value;
  }

  /**
   * The bytes of the client that failed the connection.
   * @internal
   */
  get failure(): Breach | undefined {
    return this.#websocket.failure;
  }

  /** Sends a message to the client. `arrival` says how it arrives. */
  inject(fields: Partial<Message>, arrival: Arrival = 'alone'): void {
    const value = message(fields);
    if (value.type === MessageType.STREAM_START) this.monitor.serviceStarted(value);
    this.happened(this.#ids.sent(value));
    const [said, bytes] = [describeMessage(value), encodeFrame(value)];
    const what = `${said}${arrival === 'alone' ? '' : `, ${arrival}`}`;
    this.note('service', what, wireBytes('service', what, bytes));
    this.#websocket.write(arrange(arrival, { subject: bytes }));
  }

  /**
   * Sends WebSocket frames, valid or invalid.
   * @param what describes them in the transcript
   * @param starts the stream that they start, if they start one: the client may then answer on it
   */
  injectFrames(frames: readonly ServerFrame[], what: string, starts?: Partial<Message>): void {
    if (starts !== undefined) this.#started(starts);
    this.note('service', what, writtenBytes(what, frames));
    this.#websocket.write(frames);
  }

  #started(fields: Partial<Message>): void {
    this.monitor.serviceStarted(message(fields));
  }

  /** Writes raw bytes after the handshake. They do not have to be a WebSocket frame. */
  injectBytes(bytes: Uint8Array, what: string): void {
    this.note('service', what, wireBytes('service', what, bytes));
    this.#websocket.writeBytes(bytes);
  }

  /**
   * The number of written bytes that the client has not taken. It grows if the client stops reading.
   * @internal
   */
  get backlog(): number {
    return this.#websocket.backlog;
  }

  /** Resolves when the system has taken all written bytes, or the connection is gone. */
  drained(): Promise<void> {
    return this.#websocket.drained();
  }

  /**
   * Writes frames of a transfer, as fast as the client takes them. The transcript has only the whole transfer.
   * @internal
   */
  async pours(frames: readonly ServerFrame[]): Promise<void> {
    this.#websocket.write(frames);
    if (this.backlog > AHEAD_BYTES) await this.drained();
  }

  /** A line of the transcript about this connection, with the bytes that it tells of. @internal */
  note(who: 'client' | 'service', what: string, bytes?: WireBytes): void {
    this.#transcript.note(who, this.#number === 1 ? what : `[connection ${this.#number}] ${what}`, bytes);
  }

  /** Something was done that the client may go wrong over. @internal */
  happened(trigger: TriggerCode | Trigger | undefined): void {
    this.#transcript.recent.happened(trigger);
  }

  /** The client has carried bytes both ways. @internal */
  isWell(): void {
    this.#transcript.recent.clear();
  }

  /** Whether something was done since the client was last seen well. @internal */
  get isShaken(): boolean {
    return this.#transcript.recent.last !== undefined;
  }

  /** @internal */
  ping(payload: Uint8Array): void {
    this.note('service', `ping, ${payload.length} bytes`);
    this.#websocket.write([{ opcode: Opcode.PING, payload }]);
  }

  /** Starts the closing handshake. @internal */
  close(code: number, reason = ''): void {
    this.happened('websocket-closed');
    this.#websocket.close(code, reason);
  }

  /**
   * Proves that the client has received everything so far: sends a ping and waits for the pong (RFC 6455, 5.5.2: a pong
   * MUST follow). Also resolves if the connection is gone. A client that is kept from reading cannot answer.
   * @param within how long the pong may take, in milliseconds; default the patience of the run
   * @throws {Finding} W3 if no pong comes in time.
   */
  async settles(within = this.#patienceMs()): Promise<void> {
    if (!this.open) return letLoopTurn();
    const mark = Buffer.from(`settled ${++this.#fences}`);
    const over = new AbortController();
    const pong = this.controls.take(
      ({ opcode, payload }) => opcode === Opcode.PONG && payload.equals(mark),
      over.signal,
    );
    this.ping(mark);
    const late = after(within, over.signal).then(() => 'late' as const);
    const outcome = await race([pong, this.ended, late]).finally(() => over.abort());
    if (outcome === 'late') {
      const detail = `within ${within} ms`;
      throw finding({ rule: 'W3', symptom: 'ping-not-answered', detail, force: 'MUST' });
    }
  }

  /** Starts the closing handshake, after the client has received everything that was sent before. */
  async closes(code: number, reason = ''): Promise<void> {
    await this.settles();
    this.close(code, reason);
  }

  /**
   * Ends TCP without a close frame. `settled`: after the client has proved that it has received everything. `flushed`:
   * right after the written bytes, for the middle of a frame, where no ping can be answered. `at once`: bytes that are
   * on their way may be lost, so nothing is judged by them.
   */
  async drops(how: 'settled' | 'flushed' | 'at once' = 'settled'): Promise<void> {
    if (how === 'settled') await this.settles();
    this.drop({ loses: how === 'at once' });
  }

  /**
   * Cuts TCP after the written bytes, without a close frame, so that the client can read all of them.
   * @param loses bytes that have not left yet are lost, as when a network fails; needed if the client does not read
   * @internal
   */
  drop({ loses = false } = {}): void {
    this.happened('websocket-lost');
    this.note('service', loses ? 'drops TCP, and all bytes on their way' : 'drops TCP');
    this.#websocket.drop(loses);
  }

  /** Stops reading from the client, so that TCP slows it. */
  stopsReading(): void {
    this.#reads = false;
    this.#flow();
  }

  readsAgain(): void {
    this.#reads = true;
    this.#flow();
  }

  #flow(): void {
    const isFull = this.messages.weight > MAX_HELD_BYTES || this.controls.weight > MAX_HELD_BYTES;
    this.#websocket.pause(!this.#reads || isFull);
  }

  #message(bytes: Uint8Array, start: number, end: number): void {
    let value: Message;
    try {
      value = decodeMessage(bytes, start, end);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const seen = messageBytes(`unparsable: ${why}`, bytes, start, end);
      this.note('client', `unparsable message ${seen.hex.slice(0, HEAD_DIGITS)}`, seen);
      this.monitor.unparsable(why, seen);
      return;
    }
    this.monitor.message(value, bytes, start, end);
    this.#ids.received(value);
    if (this.tap?.(value) === true) return;
    const said = describeMessage(value);
    this.note('client', said, messageBytes(said, bytes, start, end));
    this.messages.push(value);
  }
}
