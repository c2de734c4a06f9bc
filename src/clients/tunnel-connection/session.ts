import type WebSocket from 'ws';
import {
  type DataAddress,
  decodeMessage,
  encodeData,
  encodeFrame,
  FrameReader,
  MAX_PAYLOAD_BYTES,
  type Message,
  type ProtocolError,
} from '../../protocol/index.js';
import type { Clock, Timer } from '../clock.js';

/** If more bytes than this wait to be sent, pings are not answered. Data alone never leaves as many waiting. */
const MAX_BUFFERED_FOR_PONGS = 4 * 1024 * 1024;

/** What a session tells its owner. None of these may throw. */
export interface SessionHandlers {
  message(message: Message): void;
  /** A frame whose message does not parse (M11). */
  malformed(error: ProtocolError): void;
  /** There is room to send again, after {@link Session.congested}. */
  drained(): void;
  /** The WebSocket is gone. Called once, and nothing is called after it. */
  ended(code: number, reason: string): void;
}

/** Local reading stops above the first number of bytes waiting in the WebSocket, and goes on below the second. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;
/** After this many malformed messages in a row, the byte stream counts as out of step. */
const MAX_MALFORMED = 8;

/** One open WebSocket, as tunnel messages both ways. A new one keeps nothing of the last, not even half a frame (S13). */
export class Session {
  readonly #webSocket: WebSocket;
  readonly #handlers: SessionHandlers;
  readonly #clock: Clock;
  readonly #pingIntervalMs: number;
  readonly #reader = new FrameReader((bytes, start, end) => this.#frame(bytes, start, end));
  readonly #blockers = new Set<object>();
  #congested = false;
  #malformedInRow = 0;
  #ping: Timer | undefined;
  #closing = false;
  #ended = false;

  constructor(webSocket: WebSocket, handlers: SessionHandlers, clock: Clock, pingIntervalMs: number) {
    this.#webSocket = webSocket;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#pingIntervalMs = pingIntervalMs;
    webSocket.on('message', (data: Buffer, isBinary) => this.#received(data, isBinary));
    webSocket.on('ping', (payload) => this.#answerPing(payload));
    // ws closes with the right code by itself (W6), and then emits 'close'.
    webSocket.on('error', () => undefined);
    webSocket.on('close', (code, reason) => this.#end(code, reason.toString()));
  }

  /** Begins to read, and to ping. */
  start(): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) {
      this.#end(1006, '');
      return;
    }
    if (this.#pingIntervalMs > 0) this.#sendPing();
    this.#webSocket.resume();
  }

  /**
   * Answers a ping (W3). While much waits to be sent it does not: RFC 6455 (5.5.3) allows an answer to the latest ping
   * only, and a flood of pings must cost neither memory nor the session (S17).
   */
  #answerPing(payload: Buffer): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    if (this.#webSocket.bufferedAmount > MAX_BUFFERED_FOR_PONGS) return;
    this.#webSocket.pong(payload, true, () => undefined);
  }

  /** Whether so much waits to be sent that local reading should stop until `drained`. */
  get congested(): boolean {
    return this.#congested;
  }

  /**
   * Sends a message in a WebSocket message of its own, which is far below the limit of W2: some public clients read only
   * one tunnel frame from each.
   */
  send(message: Message): void {
    if (!this.#closing) this.#write(encodeFrame(message));
  }

  /** Sends bytes of a connection, in as many DATA messages as they need (M3). */
  sendData(address: DataAddress, payload: Uint8Array): void {
    for (let at = 0; at < payload.length && !this.#closing; at += MAX_PAYLOAD_BYTES) {
      this.#write(encodeData(address, payload.subarray(at, at + MAX_PAYLOAD_BYTES)));
    }
  }

  /** Stops reading from the WebSocket until {@link unblock} was called for every blocker. */
  block(blocker: object): void {
    this.#blockers.add(blocker);
    if (!this.#closing) this.#webSocket.pause();
  }

  unblock(blocker: object): void {
    if (this.#blockers.delete(blocker) && this.#blockers.size === 0 && !this.#ended) this.#webSocket.resume();
  }

  /** Closes the WebSocket. What arrives from now on is ignored. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#ping?.cancel();
    this.#webSocket.close(code, reason);
    // A paused WebSocket would never see the answer.
    this.#webSocket.resume();
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (this.#closing) return;
    if (isBinary) this.#reader.push(data);
    else this.close(1003, 'Text messages are not tunnel data'); // W1
  }

  #frame(bytes: Uint8Array, start: number, end: number): void {
    if (this.#closing) return;
    let message: Message;
    try {
      message = decodeMessage(bytes, start, end);
    } catch (error) {
      this.#handlers.malformed(error as ProtocolError);
      if (++this.#malformedInRow >= MAX_MALFORMED) this.close(1002, 'The byte stream is out of step');
      return;
    }
    this.#malformedInRow = 0;
    this.#handlers.message(message);
  }

  #write(bytes: Uint8Array): void {
    this.#webSocket.send(bytes, { binary: true }, () => this.#written());
    if (this.#webSocket.bufferedAmount > HIGH_WATER_BYTES) this.#congested = true;
  }

  #written(): void {
    if (!this.#congested || this.#ended || this.#webSocket.bufferedAmount > LOW_WATER_BYTES) return;
    this.#congested = false;
    this.#handlers.drained();
  }

  #sendPing(): void {
    // The payload is the time, as in the reference local proxy, which measures latency with it.
    this.#webSocket.ping(String(Math.trunc(this.#clock.now())), true, () => undefined);
    this.#ping = this.#clock.after(this.#pingIntervalMs, () => this.#sendPing());
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#closing = true;
    this.#ping?.cancel();
    this.#blockers.clear();
    this.#handlers.ended(code, reason);
  }
}
