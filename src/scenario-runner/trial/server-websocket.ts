import type { Duplex } from 'node:stream';
import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';
import { symptomOf } from '../verdicts/index.js';
import {
  type Breach,
  type ClientFrame,
  ClientFrameReader,
  closePayload,
  encodeServerFrame,
  type FrameHeader,
  Opcode,
  type ServerFrame,
} from '../wire/index.js';

const EMPTY = Buffer.alloc(0);
/** How long a drop waits until what was written has left, in milliseconds. A client that does not read delays it. */
const LEAVES_MS = 2000;
/** The longest reason of a close frame, in characters, so that the frame stays within 125 bytes. */
const MAX_REASON = 120;

/** What the holder of a {@link ServerWebSocket} is told, and what it decides. */
export interface ServerWebSocketEvents {
  /** Judges the header of a frame before its payload is read; a breach fails the connection. */
  readonly header: (header: FrameHeader) => Breach | undefined;
  /** The payload of a data frame. */
  readonly data: (payload: Buffer) => void;
  /** A ping or a pong. A ping is answered already. */
  readonly control: (frame: ClientFrame) => void;
  /** The client's close frame came. The code is 1005 where the frame has none. */
  readonly closing: (code: number, reason: string) => void;
  /** Judges the payload of a close frame that the client sent first; a breach fails the connection. */
  readonly closePayload: (payload: Buffer) => Breach | undefined;
  /** TCP is gone. Called once. */
  readonly ended: () => void;
  /** A line for the transcript. */
  readonly note: (who: 'client' | 'service', what: string) => void;
}

/**
 * The server's end of one WebSocket, below any tunnel frame. It keeps RFC 6455 as a server has to, unless it is told
 * otherwise: it answers pings and close frames, ends TCP as soon as a close frame has gone each way (7.1.1), and fails
 * the connection over what no client may send (7.1.7).
 */
export class ServerWebSocket {
  /** Whether pings of the client are answered (W3: not answering is no error). */
  answersPings = true;
  /**
   * Whether the closing handshake is kept. `false`: a close frame of the client is not answered, and TCP stays open
   * after one has gone each way.
   */
  answersClose = true;
  /** What the client sent that failed the connection. */
  failure: Breach | undefined;

  readonly #socket: Duplex;
  readonly #events: ServerWebSocketEvents;
  readonly #reader: ClientFrameReader;
  #isGone = false;
  #hasSentClose = false;
  #isPaused = false;

  constructor(socket: Duplex, events: ServerWebSocketEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#reader = new ClientFrameReader(
      (frame) => this.#frame(frame),
      (header) => this.#fail(events.header(header)),
    );
    socket.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    socket.once('end', () => {
      socket.end();
      this.#gone();
    });
    socket.once('close', () => this.#gone());
    socket.on('error', () => this.#gone());
  }

  /** Whether frames can still be sent. False as soon as the server has ended it, however slowly the client ends its side. */
  get open(): boolean {
    return !this.#isGone && !this.#socket.writableEnded;
  }

  /** Bytes accepted for writing that the client has not taken: a client that stops reading makes it grow. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /**
   * Sends frames in one write. Does nothing once the connection has ended.
   * @throws {Error} where a frame is longer than W2 allows: the service itself keeps that rule, so a client may rely on it.
   */
  write(frames: readonly ServerFrame[]): void {
    const tooLong = frames.find(({ payload }) => payload.length > MAX_WEBSOCKET_FRAME_BYTES);
    if (tooLong !== undefined) {
      throw new Error(`A scenario sends a WebSocket frame of ${tooLong.payload.length} bytes: cut it (W2)`);
    }
    if (!this.open || !this.#socket.writable) return;
    this.#hasSentClose ||= frames.some(({ opcode }) => opcode === Opcode.CLOSE);
    this.#socket.cork();
    for (const frame of frames) this.#socket.write(encodeServerFrame(frame));
    this.#socket.uncork();
  }

  /** Sends bytes that need not be a WebSocket frame. */
  writeBytes(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Resolves when everything written so far went to the system, or the connection is gone. */
  async drained(): Promise<void> {
    if (this.#socket.writableLength === 0 || !this.#socket.writable) return;
    await new Promise<void>((resolve) => this.#socket.write(EMPTY, () => resolve()));
  }

  /** Starts the closing handshake. */
  close(code: number, reason: string): void {
    this.#events.note('service', `close ${code} '${reason}'`);
    this.write([{ opcode: Opcode.CLOSE, payload: closePayload(code, reason) }]);
  }

  /**
   * Cuts TCP behind what was written, without a close frame, so that the client can read all of it.
   * @param loses whether what has not left yet is lost, as when a network fails; needed where the client does not read
   */
  drop(loses: boolean): void {
    this.#reader.stop();
    this.#gone();
    const socket = this.#socket;
    // Under TLS what was written leaves a moment later: a socket that is destroyed now would take it along.
    if (loses || !socket.writable) return void socket.destroy();
    const late = setTimeout(() => socket.destroy(), LEAVES_MS);
    socket.once('close', () => clearTimeout(late));
    socket.write(EMPTY, () => socket.destroy());
  }

  /** Stops or goes on reading what the client sends, so that TCP pushes back. Reading always goes on while TCP ends. */
  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#flow();
  }

  #flow(): void {
    if (this.#isPaused && !this.#socket.writableEnded) this.#socket.pause();
    else if (this.#socket.isPaused()) this.#socket.resume();
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#events.ended();
  }

  /** Ends the connection over what no client may send: nothing that follows is read. */
  #fail(breach: Breach | undefined): void {
    if (breach === undefined) return;
    this.failure = breach;
    const { code, rule, symptom } = breach;
    if (!this.#hasSentClose) this.close(code, `${rule}: ${symptomOf(symptom).text}`.slice(0, MAX_REASON));
    this.#endTcp();
  }

  /** Ends TCP as the server's side. What the client still sends is passed over until it has ended it too. */
  #endTcp(): void {
    this.#reader.stop();
    this.#socket.end();
    this.#flow();
  }

  #frame(frame: ClientFrame): void {
    if (frame.opcode < 8) {
      this.#events.data(frame.payload);
      return;
    }
    if (frame.opcode === Opcode.CLOSE) {
      this.#closeFrame(frame.payload);
      return;
    }
    this.#events.note(
      'client',
      `${frame.opcode === Opcode.PING ? 'ping' : 'pong'}, ${frame.payload.length} bytes`,
    );
    if (frame.opcode === Opcode.PING && this.answersPings) {
      this.write([{ opcode: Opcode.PONG, payload: frame.payload }]);
    }
    this.#events.control(frame);
  }

  /** Answers the client's close frame, unless it is an answer itself, and ends TCP (RFC 6455, 5.5.1 and 7.1.1). */
  #closeFrame(payload: Buffer): void {
    this.#reader.stop();
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#events.closing(code, payload.subarray(2).toString());
    if (!this.answersClose) return;
    if (!this.#hasSentClose) {
      const breach = this.#events.closePayload(payload);
      this.#fail(breach);
      if (breach !== undefined) return;
      this.write([{ opcode: Opcode.CLOSE, payload }]);
    }
    this.#endTcp();
  }
}
