import type { Duplex } from 'node:stream';
import { MAX_WEBSOCKET_FRAME_BYTES } from '../../protocol/index.js';
import { symptomOf, type WireBytes, wireBytes } from '../verdicts/index.js';
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
/** How long a drop waits until the written bytes have left, in milliseconds. A client that does not read delays it. */
const LEAVES_MS = 2000;
/** The longest reason of a close frame, in characters, so that the frame stays within 125 bytes. */
const MAX_REASON = 120;

/** The callbacks of a {@link ServerWebSocket}: events, and decisions of its owner. */
export interface ServerWebSocketEvents {
  /** Judges the header of a frame before its payload is read. A breach fails the connection. */
  readonly header: (header: FrameHeader) => Breach | undefined;
  /** The payload of a data frame. */
  readonly data: (payload: Buffer) => void;
  /** A ping or a pong. The ping has already been answered. */
  readonly control: (frame: ClientFrame) => void;
  /** The client's close frame has arrived. The code is 1005 if the frame has none. */
  readonly closing: (code: number, reason: string, payload: Buffer) => void;
  /** Judges the payload of a close frame that the client sent first. A breach fails the connection. */
  readonly closePayload: (payload: Buffer) => Breach | undefined;
  /** TCP is gone. Called once. */
  readonly ended: () => void;
  /** A line for the transcript. */
  readonly note: (who: 'client' | 'service', what: string, bytes?: WireBytes) => void;
}

/**
 * The server's end of one WebSocket, below the tunnel frames. Unless it is told otherwise, it keeps RFC 6455 as a
 * server must. It answers pings and close frames. It ends TCP when a close frame has gone each way (7.1.1). If the
 * client sends something that no client may send, it fails the connection (7.1.7).
 */
export class ServerWebSocket {
  /** Whether pings of the client are answered (W3: the service does not have to). */
  answersPings = true;
  /**
   * Whether the server keeps the closing handshake. If false, it does not answer a close frame of the client, and TCP
   * stays open after one has gone each way.
   */
  answersClose = true;
  /** The bytes of the client that failed the connection. */
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

  /**
   * Whether frames can still be sent. False as soon as the server has ended the connection, even if the client ends its
   * side slowly.
   */
  get open(): boolean {
    return !this.#isGone && !this.#socket.writableEnded;
  }

  /** The number of written bytes that the client has not taken. It grows if the client stops reading. */
  get backlog(): number {
    return this.#socket.writableLength;
  }

  /**
   * Sends frames in one write. Does nothing after the connection has ended.
   * @throws {Error} if a frame is longer than W2 allows. The service keeps that rule, so a client may rely on it.
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

  /** Sends bytes that do not have to be a WebSocket frame. */
  writeBytes(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  /** Resolves when the system has taken all written bytes, or the connection is gone. */
  async drained(): Promise<void> {
    if (this.#socket.writableLength === 0 || !this.#socket.writable) return;
    await new Promise<void>((resolve) => this.#socket.write(EMPTY, () => resolve()));
  }

  /** Starts the closing handshake. */
  close(code: number, reason: string): void {
    const [what, payload] = [`close ${code} '${reason}'`, closePayload(code, reason)];
    this.#events.note('service', what, wireBytes('service', `${what} (payload)`, payload));
    this.write([{ opcode: Opcode.CLOSE, payload }]);
  }

  /**
   * Cuts TCP after the written bytes, without a close frame, so that the client can read all of them.
   * @param loses whether bytes that have not left yet are lost, as when a network fails; needed if the client does not
   * read
   */
  drop(loses: boolean): void {
    this.#reader.stop();
    this.#gone();
    const socket = this.#socket;
    // Under TLS the written bytes leave a moment later. If the socket were destroyed now, they would be lost.
    if (loses || !socket.writable) return void socket.destroy();
    const late = setTimeout(() => socket.destroy(), LEAVES_MS);
    socket.once('close', () => clearTimeout(late));
    socket.write(EMPTY, () => socket.destroy());
  }

  /** Stops or resumes reading from the client, so that TCP slows it. While TCP ends, it always reads. */
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

  /** Ends the connection because of bytes that no client may send. Nothing after them is read. */
  #fail(breach: Breach | undefined): void {
    if (breach === undefined) return;
    this.failure = breach;
    const { code, rule, symptom } = breach;
    if (!this.#hasSentClose) this.close(code, `${rule}: ${symptomOf(symptom).text}`.slice(0, MAX_REASON));
    this.#endTcp();
  }

  /** Ends TCP from the server's side. Bytes that the client still sends are ignored until it has ended TCP too. */
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

  /**
   * Answers the client's close frame, unless that frame is itself an answer. Then ends TCP (RFC 6455, 5.5.1 and 7.1.1).
   */
  #closeFrame(payload: Buffer): void {
    this.#reader.stop();
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
    this.#events.closing(code, payload.subarray(2).toString(), payload);
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
