import type { Duplex } from 'node:stream';
import {
  decodeMessage,
  encodeFrame,
  FrameReader,
  MAX_WEBSOCKET_FRAME_BYTES,
  type Message,
  type MessageFormat,
  MessageType,
  message,
  messageTypeName,
  type Side,
} from '../../protocol/index.js';
import { symptomOf } from '../verdicts/index.js';
import {
  type Arrival,
  arrange,
  type Breach,
  type ClientFrame,
  ClientFrameReader,
  closePayload,
  encodeServerFrame,
  Opcode,
  type ServerFrame,
  WireMonitor,
} from '../wire/index.js';
import { after } from './after.js';
import { finding } from './blame.js';
import type { Handshake } from './handshake.js';
import { Queue } from './queue.js';
import { race } from './race.js';
import type { Transcript } from './transcript.js';

/**
 * What may wait here for a scenario that does not ask for it; beyond, TCP pushes back at the client. Far more than any
 * scenario leaves lying, so only a client that floods is slowed.
 */
const MAX_HELD_BYTES = 64 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);
/** What a message or frame counts beside its payload. */
const OVERHEAD_BYTES = 256;
/** How long a drop waits for what was written to leave, in milliseconds: a client that does not read holds it up. */
const LEAVES_MS = 2000;
/** A reason of a close frame, in characters, so that the frame stays within 125 bytes. */
const MAX_REASON = 120;
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
 * One WebSocket of the client under test, held by the scripted service: records what comes, writes anything. Where no
 * scenario says otherwise it keeps RFC 6455 as a server has to: close frames are answered, TCP is ended as soon as one
 * has gone each way (7.1.1), and what no client may send fails the connection (7.1.7).
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
  /** Whether pings of the client are answered (W3: not answering is no error). */
  answersPings = true;
  /**
   * Whether the closing handshake is kept. `false`: a close frame of the client is not answered, and TCP stays open
   * after one has gone each way.
   */
  answersClose = true;
  /** What the client sent that failed the connection. @internal */
  failure: Breach | undefined;

  readonly #socket: Duplex;
  readonly #transcript: Transcript;
  readonly #number: number;
  readonly #reader: ClientFrameReader;
  #closeCode: number | undefined;
  #isGone = false;
  #hasSentClose = false;
  readonly #patienceMs: () => number;
  #reads = true;
  #fences = 0;
  #onEnd: () => void = () => {};

  constructor(socket: Duplex, origin: SocketOrigin) {
    this.#socket = socket;
    this.#transcript = origin.transcript;
    this.#number = origin.number;
    this.#patienceMs = origin.patienceMs;
    this.handshake = origin.handshake;
    this.subprotocol = origin.subprotocol;
    this.monitor = new WireMonitor(origin.side, origin.format, origin.services);
    const frames = new FrameReader((bytes, start, end) => this.#message(bytes, start, end));
    let onClose: (code: number) => void = () => {};
    this.closeFrame = new Promise((resolve) => {
      onClose = resolve;
    });
    this.#reader = new ClientFrameReader(
      (frame) => this.#frame(frame, frames, onClose),
      (header) => this.#fail(this.monitor.frame(header)),
    );
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        if (this.#isGone) return;
        this.#isGone = true;
        this.note('client', this.#closeCode === undefined ? 'TCP gone, no close frame' : 'TCP gone');
        resolve({ code: this.#closeCode });
      };
      this.#onEnd = end;
      socket.on('data', (chunk: Buffer) => this.#reader.push(chunk));
      socket.once('end', () => {
        socket.end();
        end();
      });
      socket.once('close', end);
      socket.on('error', end);
    });
  }

  /** Whether it can be gone on with. Once the service has ended it, it cannot, however slowly the client ends its side. */
  get open(): boolean {
    return !this.#isGone && !this.#socket.writableEnded;
  }

  /** Sends a message to the client, arriving in the given way. */
  inject(fields: Partial<Message>, arrival: Arrival = 'alone'): void {
    const value = message(fields);
    if (value.type === MessageType.STREAM_START) this.monitor.serviceStarted(value);
    this.note('service', `${describe(value)}${arrival === 'alone' ? '' : `, ${arrival}`}`);
    this.#write(arrange(arrival, { subject: encodeFrame(value) }));
  }

  /**
   * Sends WebSocket frames, right or wrong.
   * @param what they are, for the transcript
   * @param starts the stream that they start, if one: its answers are no offence then
   */
  injectFrames(frames: readonly ServerFrame[], what: string, starts?: Partial<Message>): void {
    if (starts !== undefined) this.#started(starts);
    this.note('service', what);
    this.#write(frames);
  }

  #started(fields: Partial<Message>): void {
    this.monitor.serviceStarted(message(fields));
  }

  /** Writes raw bytes behind the handshake: no WebSocket frame needed. */
  injectBytes(bytes: Uint8Array, what: string): void {
    this.note('service', what);
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Bytes accepted for writing that the client has not taken: a client that stops reading makes it grow. @internal */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /** Resolves when everything written so far went to the system, or the connection is gone. */
  async drained(): Promise<void> {
    if (this.#socket.writableLength === 0 || !this.#socket.writable) return;
    await new Promise<void>((resolve) => this.#socket.write(EMPTY, () => resolve()));
  }

  /** Writes frames of a transfer that is noted as a whole, no faster than the client takes them. @internal */
  async pours(frames: readonly ServerFrame[]): Promise<void> {
    this.#write(frames);
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
    const frame = { opcode: Opcode.CLOSE, payload: closePayload(code, reason) };
    this.injectFrames([frame], `close ${code} '${reason}'`);
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
    this.#reader.stop();
    this.#onEnd();
    const socket = this.#socket;
    // Under TLS what was written leaves a moment later: a socket that is destroyed now would take it along.
    if (loses || !socket.writable) return void socket.destroy();
    const late = setTimeout(() => socket.destroy(), LEAVES_MS);
    socket.once('close', () => clearTimeout(late));
    socket.write(EMPTY, () => socket.destroy());
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
    const isWaitingForEnd = this.#socket.writableEnded;
    if (!isWaitingForEnd && (!this.#reads || isFull)) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #write(frames: readonly ServerFrame[]): void {
    const tooLong = frames.find(({ payload }) => payload.length > MAX_WEBSOCKET_FRAME_BYTES);
    // The service itself keeps W2: a client may rely on it.
    if (tooLong !== undefined) {
      throw new Error(`A scenario sends a WebSocket frame of ${tooLong.payload.length} bytes: cut it (W2)`);
    }
    if (!this.open || !this.#socket.writable) return;
    this.#hasSentClose ||= frames.some(({ opcode }) => opcode === Opcode.CLOSE);
    this.#socket.cork();
    for (const frame of frames) this.#socket.write(encodeServerFrame(frame));
    this.#socket.uncork();
  }

  /** Ends the connection over what no client may send: nothing that follows is read. */
  #fail(breach: Breach | undefined): void {
    if (breach === undefined) return;
    this.failure = breach;
    const { code, rule, symptom } = breach;
    if (!this.#hasSentClose) this.close(code, `${rule}: ${symptomOf(symptom).text}`.slice(0, MAX_REASON));
    this.#endTcp();
  }

  /** Ends TCP as the server's side; what the client still sends is passed over until it has ended it too. */
  #endTcp(): void {
    this.#reader.stop();
    this.#socket.end();
    this.#flow();
  }

  #frame(frame: ClientFrame, frames: FrameReader, onClose: (code: number) => void): void {
    if (frame.opcode < 8) {
      frames.push(frame.payload);
      return;
    }
    if (frame.opcode === Opcode.CLOSE) {
      this.#closeCode = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005;
      this.note('client', `close ${this.#closeCode} '${frame.payload.subarray(2).toString()}'`);
      this.#reader.stop();
      onClose(this.#closeCode);
      if (this.answersClose) this.#closes(frame.payload);
      return;
    }
    this.note('client', `${frame.opcode === Opcode.PING ? 'ping' : 'pong'}, ${frame.payload.length} bytes`);
    if (frame.opcode === Opcode.PING && this.answersPings) {
      this.#write([{ opcode: Opcode.PONG, payload: frame.payload }]);
    }
    this.controls.push(frame);
  }

  /** The client's close frame came: answers it, unless it is an answer, and ends TCP (RFC 6455, 5.5.1 and 7.1.1). */
  #closes(payload: Buffer): void {
    if (!this.#hasSentClose) {
      const breach = this.monitor.close(payload);
      this.#fail(breach);
      if (breach !== undefined) return;
      this.#write([{ opcode: Opcode.CLOSE, payload }]);
    }
    this.#endTcp();
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
    this.note('client', describe(value));
    this.messages.push(value);
  }
}

/** A message on one line of a transcript. */
export function describe(value: Message): string {
  const parts: string[] = [messageTypeName(value.type)];
  if (value.streamId !== 0) parts.push(`stream ${value.streamId}`);
  if (value.serviceId !== '') {
    const { serviceId } = value;
    parts.push(`service ${serviceId.length > 40 ? `${serviceId.slice(0, 40)}…` : serviceId}`);
  }
  if (value.connectionId !== 0) parts.push(`connection ${value.connectionId}`);
  if (value.payload.length > 0) parts.push(`${value.payload.length} bytes`);
  if (value.availableServiceIds.length > 0) parts.push(`[${value.availableServiceIds.join(', ')}]`);
  if (value.ignorable) parts.push('ignorable');
  return parts.join(' ');
}
