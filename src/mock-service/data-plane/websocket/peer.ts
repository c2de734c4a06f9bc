import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../kit/index.js';
import { FrameParser, type FrameSink } from './frame-parser.js';
import { closePayload } from './frame-writer.js';
import { CloseCode, Opcode } from './opcodes.js';
import { WriteBatch } from './write-batch.js';

/** What a client's data comes to, and its end. */
export interface PeerEvents
  extends Pick<FrameSink, 'onDataFrame' | 'onPayload' | 'onDataFrameEnd' | 'onPing' | 'onPong'> {
  /** Bytes came from the socket, before they are parsed. */
  onBytes(count: number): void;
  /** A chunk has been parsed. */
  onChunkEnd(): void;
  /** Everything written has gone to the kernel. */
  onDrain(): void;
  /** The WebSocket is of no more use: the client closed it, broke it, or is gone. Once. */
  onEnded(code: number, reason: string): void;
  /** The socket is gone too. Once, after `onEnded`. */
  onGone(): void;
}

export interface PeerOptions {
  readonly clock: Clock;
  /** Wait for the client's close frame, then for its end of TCP, before TCP is dropped. Milliseconds. */
  readonly closeTimeoutMs: number;
}

/** Why reading is stopped; it goes on when no reason is left. */
export type PauseReason = 'back-pressure' | 'bandwidth' | 'script';

/**
 * The server's end of one WebSocket. Not `ws`: its limit is per message where W2 is per frame, it gathers messages
 * before it tells of them, its timers run on no clock of ours, and faults must be able to write what no WebSocket is.
 */
export class WebSocketPeer {
  readonly #socket: Duplex;
  readonly #events: PeerEvents;
  readonly #options: PeerOptions;
  readonly #parser: FrameParser;
  readonly #batch: WriteBatch;
  readonly #pauses = new Set<PauseReason>();
  #wire: ((bytes: Uint8Array) => void) | undefined;
  #closeSent: { code: number; reason: string } | undefined;
  #ended = false;
  #timer: Timer | undefined;

  constructor(socket: Duplex, events: PeerEvents, options: PeerOptions) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.#batch = new WriteBatch(socket, (bytes) => this.#toWire(bytes));
    this.#parser = new FrameParser({
      onDataFrame: (opcode, length) => events.onDataFrame(opcode, length),
      onPayload: (piece) => events.onPayload(piece),
      onDataFrameEnd: (endOfMessage) => events.onDataFrameEnd(endOfMessage),
      onPing: (payload) => events.onPing(payload),
      onPong: (payload) => events.onPong(payload),
      onClose: (code, reason) => this.#closedByClient(code, reason),
      onInvalid: (code, what) => this.#invalid(code, what),
    });
  }

  /** Starts reading. `head` is what came behind the handshake request. */
  start(head: Buffer): void {
    const socket = this.#socket;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#gone());
    socket.on('end', () => this.#endOfInput());
    socket.on('drain', () => this.#events.onDrain());
    if (head.length > 0) socket.unshift(head);
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    if (this.#pauses.size > 0) socket.pause();
  }

  /** Bytes that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.writableLength + this.#batch.bytes;
  }

  /** Whether `onDrain` will come. */
  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Whether messages are still sent: no close frame has gone either way. */
  get open(): boolean {
    return !this.#ended && this.#closeSent === undefined;
  }

  /** Sends one message in one WebSocket frame; its payload lies in `parts`, which must not change any more. */
  sendBinary(parts: readonly Uint8Array[], length: number): void {
    if (this.open) this.#batch.frame(Opcode.BINARY, parts, length);
  }

  sendText(text: string): void {
    const payload = Buffer.from(text);
    if (this.open) this.#batch.frame(Opcode.TEXT, [payload], payload.length);
  }

  ping(payload: Uint8Array): void {
    if (this.open) this.#batch.frame(Opcode.PING, [payload], payload.length);
  }

  pong(payload: Uint8Array): void {
    if (this.open) this.#batch.frame(Opcode.PONG, [payload], payload.length);
  }

  /** Writes bytes outside any frame: they may be half a frame, or none. */
  sendRaw(bytes: Uint8Array): void {
    if (!this.#ended) this.#batch.raw(bytes);
  }

  /** Puts something between the WebSocket frames and the socket; undefined takes it away. */
  interceptWire(wire: ((bytes: Uint8Array, write: (bytes: Uint8Array) => void) => void) | undefined): void {
    this.#batch.flush();
    this.#wire = wire && ((bytes) => wire(bytes, (out) => this.#writeToSocket(out)));
  }

  /** Starts the close handshake; TCP is dropped where the client does not answer in time. */
  close(code: number, reason: string): void {
    if (!this.open) return;
    const payload = code === CloseCode.NONE ? Buffer.alloc(0) : closePayload(code, reason);
    this.#batch.frame(Opcode.CLOSE, [payload], payload.length);
    this.#closeSent = { code, reason };
    // A paused socket would never show the client's answer.
    this.resume('back-pressure');
    this.resume('bandwidth');
    this.#dropLater();
  }

  /** Ends TCP at once, with a reset where the socket can. */
  drop(): void {
    this.#parser.stop();
    // Under TLS the reset has to come from the TCP socket beneath, which node keeps here.
    const tcp = (this.#socket as { _parent?: Duplex })._parent ?? this.#socket;
    const { resetAndDestroy } = tcp as { resetAndDestroy?: () => void };
    resetAndDestroy?.call(tcp);
    this.#socket.destroy();
  }

  /** Ends TCP behind what has been written. */
  endTcp(): void {
    this.#parser.stop();
    this.#endOutput();
  }

  /** Drops TCP without a reset: what the kernel holds is still delivered. */
  destroy(): void {
    this.#parser.stop();
    this.#socket.destroy();
  }

  /** Hands what was sent in this tick to the socket now. */
  flush(): void {
    this.#batch.flush();
  }

  pause(reason: PauseReason): void {
    this.#pauses.add(reason);
    this.#socket.pause();
  }

  resume(reason: PauseReason): void {
    if (this.#pauses.delete(reason) && this.#pauses.size === 0) this.#socket.resume();
  }

  paused(reason: PauseReason): boolean {
    return this.#pauses.has(reason);
  }

  #read(chunk: Buffer): void {
    this.#events.onBytes(chunk.length);
    this.#parser.push(chunk);
    this.#events.onChunkEnd();
  }

  #toWire(bytes: Uint8Array): void {
    if (this.#wire === undefined) this.#writeToSocket(bytes);
    else this.#wire(bytes);
  }

  #writeToSocket(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #closedByClient(code: number, reason: string): void {
    const ours = this.#closeSent;
    if (ours === undefined) {
      this.close(code, code === CloseCode.NONE ? '' : reason);
      this.#end(code, reason);
    } else {
      this.#end(ours.code, ours.reason);
    }
    this.#endOutput();
  }

  #invalid(code: number, what: string): void {
    this.close(code, what);
    this.#end(code, what);
    this.#endOutput();
  }

  /** The client sent FIN: without a close frame, the connection is lost. */
  #endOfInput(): void {
    this.#end(this.#closeSent?.code ?? CloseCode.ABNORMAL, this.#closeSent?.reason ?? '');
    this.#endOutput();
  }

  #endOutput(): void {
    this.#batch.flush();
    this.#socket.end();
    this.#dropLater();
  }

  #dropLater(): void {
    this.#timer?.cancel();
    if (this.#socket.destroyed) return;
    this.#timer = this.#options.clock.after(this.#options.closeTimeoutMs, () => this.#socket.destroy());
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#events.onEnded(code, reason);
  }

  #gone(): void {
    this.#timer?.cancel();
    this.#parser.stop();
    this.#end(this.#closeSent?.code ?? CloseCode.ABNORMAL, this.#closeSent?.reason ?? '');
    this.#events.onGone();
  }
}
