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
import {
  type Arrival,
  arrange,
  type Breach,
  type ClientFrame,
  Opcode,
  type ServerFrame,
  WireMonitor,
} from '../wire/index.js';
import { after } from './after.js';
import { finding } from './blame.js';
import { describeMessage } from './describe-message.js';
import type { Handshake } from './handshake.js';
import { Queue } from './queue.js';
import { race } from './race.js';
import { ServerWebSocket } from './server-websocket.js';
import type { Transcript } from './transcript.js';

/**
 * What may wait here for a scenario that does not ask for it; beyond, TCP pushes back at the client. Far more than any
 * scenario leaves lying, so only a client that floods is slowed.
 */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** What a message or frame counts beside its payload. */
const OVERHEAD_BYTES = 256;
/** What is written before the client has taken it, so that a transfer never waits for its source. */
const AHEAD_BYTES = 256 * 1024;

const weigh = ({ payload }: { payload: Uint8Array }): number => payload.length + OVERHEAD_BYTES;

/** How a WebSocket ended, as the service saw it. */
export interface SocketEnd {
  /** Close code the client sent; undefined where it just dropped TCP. */
  readonly code: number | undefined;
}

/** What a link is part of. */
export interface SocketOrigin {
  readonly handshake: Handshake;
  readonly subprotocol: string | undefined;
  readonly side: Side;
  readonly format: MessageFormat;
  readonly services: () => readonly string[];
  readonly transcript: Transcript;
  /** 1 for the first WebSocket of a run. */
  readonly number: number;
  /** How long the client may take to answer a ping, in milliseconds. */
  readonly patienceMs: () => number;
}

/**
 * One WebSocket of the client under test, held by the scripted service: it records what comes and writes anything. Where
 * no scenario says otherwise it keeps RFC 6455 as {@link ServerWebSocket} does.
 */
export class ClientSocket {
  readonly handshake: Handshake;
  readonly subprotocol: string | undefined;
  /** Tunnel messages nobody has taken yet. */
  readonly messages = new Queue<Message>(weigh, () => this.#flow());
  /** Pongs and pings of the client. */
  readonly controls = new Queue<ClientFrame>(weigh, () => this.#flow());
  /** Sees each message before it is kept; true: it is dealt with, and neither kept nor noted. @internal */
  tap: ((value: Message) => boolean) | undefined;
  /** @internal */
  readonly monitor: WireMonitor;
  /** Resolves when TCP is gone. */
  readonly ended: Promise<SocketEnd>;
  /** Resolves when the client's close frame came. */
  readonly closeFrame: Promise<number>;

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
      closing: (code, reason) => {
        this.#closeCode = code;
        this.note('client', `close ${code} '${reason}'`);
        onClose(code);
      },
      closePayload: (payload) => this.monitor.close(payload),
      ended: () => {
        this.note('client', this.#closeCode === undefined ? 'TCP gone, no close frame' : 'TCP gone');
        onEnd({ code: this.#closeCode });
      },
      note: (who, what) => this.note(who, what),
    });
  }

  /** Whether it can be gone on with. Once the service has ended it, it cannot, however slowly the client ends its side. */
  get open(): boolean {
    return this.#websocket.open;
  }

  /** Whether pings of the client are answered (W3: not answering is no error). */
  set answersPings(value: boolean) {
    this.#websocket.answersPings = value;
  }

  /**
   * Whether the closing handshake is kept. `false`: a close frame of the client is not answered, and TCP stays open
   * after one has gone each way.
   */
  set answersClose(value: boolean) {
    this.#websocket.answersClose = value;
  }

  /** What the client sent that failed the connection. @internal */
  get failure(): Breach | undefined {
    return this.#websocket.failure;
  }

  /** Sends a message to the client, arriving in the given way. */
  inject(fields: Partial<Message>, arrival: Arrival = 'alone'): void {
    const value = message(fields);
    if (value.type === MessageType.STREAM_START) this.monitor.serviceStarted(value);
    this.note('service', `${describeMessage(value)}${arrival === 'alone' ? '' : `, ${arrival}`}`);
    this.#websocket.write(arrange(arrival, { subject: encodeFrame(value) }));
  }

  /**
   * Sends WebSocket frames, right or wrong.
   * @param what they are, for the transcript
   * @param starts the stream that they start, if one: its answers are no offence then
   */
  injectFrames(frames: readonly ServerFrame[], what: string, starts?: Partial<Message>): void {
    if (starts !== undefined) this.#started(starts);
    this.note('service', what);
    this.#websocket.write(frames);
  }

  #started(fields: Partial<Message>): void {
    this.monitor.serviceStarted(message(fields));
  }

  /** Writes raw bytes behind the handshake: no WebSocket frame needed. */
  injectBytes(bytes: Uint8Array, what: string): void {
    this.note('service', what);
    this.#websocket.writeBytes(bytes);
  }

  /** Bytes accepted for writing that the client has not taken: a client that stops reading makes it grow. @internal */
  get backlog(): number {
    return this.#websocket.backlog;
  }

  /** Resolves when everything written so far went to the system, or the connection is gone. */
  drained(): Promise<void> {
    return this.#websocket.drained();
  }

  /** Writes frames of a transfer that is noted as a whole, no faster than the client takes them. @internal */
  async pours(frames: readonly ServerFrame[]): Promise<void> {
    this.#websocket.write(frames);
    if (this.backlog > AHEAD_BYTES) await this.drained();
  }

  /** A line of the transcript about this connection. @internal */
  note(who: 'client' | 'service', what: string): void {
    this.#transcript.note(who, this.#number === 1 ? what : `[connection ${this.#number}] ${what}`);
  }

  /** @internal */
  ping(payload: Uint8Array): void {
    this.injectFrames([{ opcode: Opcode.PING, payload }], `ping, ${payload.length} bytes`);
  }

  /** Starts the closing handshake. @internal */
  close(code: number, reason = ''): void {
    this.#websocket.close(code, reason);
  }

  /**
   * Proof that the client has all that was sent so far: a ping behind it, answered (RFC 6455, 5.5.2: a pong MUST follow).
   * Resolves where the connection is gone, too. A client that is kept from reading cannot answer.
   * @param within how long it may take, in milliseconds; default the patience of the run
   * @throws {Finding} W3, where no answer comes in time.
   */
  async settles(within = this.#patienceMs()): Promise<void> {
    if (!this.open) return;
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

  /** Starts the closing handshake, once the client has what was sent before. */
  async closes(code: number, reason = ''): Promise<void> {
    await this.settles();
    this.close(code, reason);
  }

  /**
   * Ends TCP without a close frame. `settled`: once the client has shown that it has what was sent before. `flushed`:
   * right behind what was written, for where no ping can be answered, within a frame. `at once`: what is under way may be
   * lost, so nothing is judged by it.
   */
  async drops(how: 'settled' | 'flushed' | 'at once' = 'settled'): Promise<void> {
    if (how === 'settled') await this.settles();
    this.drop({ loses: how === 'at once' });
  }

  /**
   * Cuts TCP, with no close frame, behind what was written: the client can read all of it.
   * @param loses what has not left yet is lost, as when a network fails; needed where the client does not read
   * @internal
   */
  drop({ loses = false } = {}): void {
    this.note('service', loses ? 'drops TCP, and what is under way' : 'drops TCP');
    this.#websocket.drop(loses);
  }

  /** Stops reading what the client sends, so that TCP pushes back. */
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
      const head = Buffer.from(bytes.subarray(start, Math.min(end, start + 24))).toString('hex');
      this.note('client', `unparsable message ${head}`);
      this.monitor.unparsable(`${error instanceof Error ? error.message : error}; ${head}`);
      return;
    }
    this.monitor.message(value, bytes, start, end);
    if (this.tap?.(value) === true) return;
    this.note('client', describeMessage(value));
    this.messages.push(value);
  }
}
