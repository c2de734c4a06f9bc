import type WebSocket from 'ws';
import {
  type DataAddress,
  decodeMessage,
  encodeData,
  encodeFrameIfItFits,
  FrameReader,
  MAX_PAYLOAD_BYTES,
  type Message,
  type ProtocolError,
} from '../../protocol/index.js';
import type { Clock, Timer } from '../clock.js';
import { Inbox } from './inbox.js';
import { UnreadAnswers } from './unread-answers.js';

/** The callbacks of a session. */
export interface SessionHandlers {
  message(message: Message): void;
  /** A frame whose message does not parse (M11). */
  malformed(error: ProtocolError): void;
  /** A message was not sent, because it does not fit in a frame. */
  unsendable(message: Message): void;
  /** Many bytes were waiting to be sent, and now only few are. */
  drained(): void;
  /** One of these handlers threw. The session closes; other sessions go on. */
  faulted(error: unknown): void;
  /** The WebSocket is gone. Called once, as the last call. */
  ended(code: number, reason: string): void;
}

/** If more bytes than the first number wait in the WebSocket, local reading stops. It goes on below the second. */
const HIGH_WATER_BYTES = 1024 * 1024;
const LOW_WATER_BYTES = 256 * 1024;
/** How long a peer that reads no answers may take to read a close frame, in milliseconds. */
const LAST_CHANCE_MS = 300;
/** After this many malformed messages in a row, the frame boundaries count as lost. */
const MAX_MALFORMED = 8;

/**
 * One open WebSocket: it sends and receives tunnel messages. A new session keeps nothing of the last one, not even a
 * part of a frame (S13).
 */
export class Session {
  readonly #webSocket: WebSocket;
  readonly #handlers: SessionHandlers;
  readonly #clock: Clock;
  readonly #pingIntervalMs: number;
  readonly #reader = new FrameReader((bytes, start, end) => this.#frame(bytes, start, end));
  readonly #inbox: Inbox;
  readonly #answers: UnreadAnswers;
  readonly #blockers = new Set<object>();
  #congested = false;
  #malformedInRow = 0;
  #ping: Timer | undefined;
  #lastChance: Timer | undefined;
  #closing = false;
  #ended = false;

  constructor(webSocket: WebSocket, handlers: SessionHandlers, clock: Clock, pingIntervalMs: number) {
    this.#webSocket = webSocket;
    this.#handlers = handlers;
    this.#clock = clock;
    this.#pingIntervalMs = pingIntervalMs;
    this.#inbox = new Inbox(
      (bytes) => this.#read(bytes),
      () => this.#blockers.size === 0,
      () => this.#flow(),
    );
    const answers = {
      stopReading: () => this.block(this.#answers),
      goOnReading: () => this.unblock(this.#answers),
      giveUp: () => this.close(1008, 'Answers are not read'),
    };
    this.#answers = new UnreadAnswers(answers, clock);
    webSocket.on('message', (data: Buffer, isBinary) => this.#received(data, isBinary));
    webSocket.on('ping', (payload) => this.#answerPing(payload));
    // ws itself closes with the right code (W6), and then emits 'close'.
    webSocket.on('error', () => undefined);
    webSocket.on('close', (code, reason) => this.#inbox.finish(() => this.#end(code, reason.toString())));
  }

  /** Starts reading and pinging. */
  start(): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) {
      this.#end(1006, '');
      return;
    }
    if (this.#pingIntervalMs > 0) this.#sendPing();
    this.#flow();
  }

  /**
   * Answers a ping (W3). If many answers already wait to be sent, it does not answer: a flood of pings must not use up
   * memory or end the session (S17). RFC 6455 (5.5.3) allows answering only the latest ping.
   */
  #answerPing(payload: Buffer): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN || this.#answers.tooMany) return;
    this.#webSocket.pong(payload, true, this.#answers.add(payload.length));
  }

  /** Whether too many bytes wait to be sent. Then local reading should stop until `drained`. */
  get congested(): boolean {
    return this.#congested;
  }

  /** Whether bytes wait to be sent, received bytes wait to be handled, or reading is stopped. */
  get busy(): boolean {
    return this.#webSocket.bufferedAmount > 0 || !this.#inbox.isEmpty || this.#blockers.size > 0;
  }

  /**
   * Sends a message in its own WebSocket message, although W2 would allow several: some public clients read only one
   * tunnel frame from each WebSocket message.
   */
  send(message: Message): void {
    if (this.#closing) return;
    const bytes = encodeFrameIfItFits(message);
    if (bytes === undefined) this.#handlers.unsendable(message);
    else this.#write(bytes, this.#answers.add(bytes.length));
  }

  /** Sends bytes of a connection in as many DATA messages as necessary (M3). */
  sendData(address: DataAddress, payload: Uint8Array): void {
    for (let at = 0; at < payload.length && !this.#closing; at += MAX_PAYLOAD_BYTES) {
      this.#write(encodeData(address, payload.subarray(at, at + MAX_PAYLOAD_BYTES)));
    }
  }

  /** Stops reading from the WebSocket until {@link unblock} was called for every blocker. */
  block(blocker: object): void {
    this.#blockers.add(blocker);
    this.#flow();
  }

  unblock(blocker: object): void {
    if (!this.#blockers.delete(blocker) || this.#blockers.size > 0) return;
    this.#inbox.workLater();
    this.#flow();
  }

  /** Closes the WebSocket. Bytes that arrive from now on are ignored. */
  close(code: number, reason: string): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#ping?.cancel();
    this.#answers.stop();
    this.#inbox.clear();
    this.#webSocket.close(code, reason);
    if (this.#answers.tooMany)
      this.#lastChance = this.#clock.after(LAST_CHANCE_MS, () => this.#webSocket.terminate());
    this.#flow();
  }

  /** Pauses or resumes the WebSocket. A closing WebSocket is not paused, because it must read the answer to the close. */
  #flow(): void {
    if (this.#ended) return;
    const stop = !this.#closing && (this.#blockers.size > 0 || !this.#inbox.isEmpty);
    if (stop) this.#webSocket.pause();
    else this.#webSocket.resume();
  }

  #received(data: Buffer, isBinary: boolean): void {
    if (this.#closing) return;
    if (!isBinary) {
      this.close(1003, 'Text messages are not tunnel data'); // W1
      return;
    }
    this.#inbox.push(data);
    if (!this.#inbox.isEmpty) this.#flow();
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
    if (this.#inbox.mustPause) this.#reader.stop();
  }

  #read(bytes: Uint8Array): number {
    let taken = bytes.length;
    this.#contain(() => {
      taken = this.#reader.push(bytes);
    });
    return this.#closing ? bytes.length : taken;
  }

  /** Runs a handler. If it throws, only this session ends. */
  #contain(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#handlers.faulted(error);
      this.close(1011, 'Internal error');
    }
  }

  #write(bytes: Uint8Array, sent?: () => void): void {
    this.#webSocket.send(bytes, { binary: true }, () => {
      sent?.();
      this.#written();
    });
    if (this.#webSocket.bufferedAmount > HIGH_WATER_BYTES) this.#congested = true;
  }

  #written(): void {
    if (!this.#congested || this.#ended || this.#webSocket.bufferedAmount > LOW_WATER_BYTES) return;
    this.#congested = false;
    this.#contain(() => this.#handlers.drained());
  }

  #sendPing(): void {
    // The payload is the time, as in the reference local proxy, which measures the latency with it.
    if (!this.#answers.tooMany) {
      const payload = String(Math.trunc(this.#clock.now()));
      this.#webSocket.ping(payload, true, this.#answers.add(payload.length));
    }
    this.#ping = this.#clock.after(this.#pingIntervalMs, () => this.#sendPing());
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#closing = true;
    this.#ping?.cancel();
    this.#answers.stop();
    this.#lastChance?.cancel();
    this.#blockers.clear();
    this.#handlers.ended(code, reason);
  }
}
