import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../kit/index.js';
import type { Stage } from '../stage.js';
import { StageChain } from '../stage-chain.js';
import { unpinned } from '../unpinned.js';
import { type DataFrameSink, FrameParser } from './frame-parser.js';
import { closePayload } from './frame-writer.js';
import { CloseCode, Opcode } from './opcodes.js';
import { WriteBatch } from './write-batch.js';

/** What a WebSocket reports, besides the received data. */
export interface PeerEvents {
  /** Bytes arrived from the socket. They are not parsed yet. */
  onBytes(count: number): void;
  onPing(payload: Buffer): void;
  /** A chunk has been parsed. */
  onChunkEnd(): void;
  /** The kernel has taken the written bytes, or a stage has passed bytes on. */
  onDrain(): void;
  /** The WebSocket can no longer be used: the client closed it, sent invalid bytes, or is gone. Called once. */
  onEnded(code: number, reason: string): void;
  /** The socket is gone. Called once, after `onEnded`. */
  onGone(): void;
  /** A callback of the socket or of a timer threw an error that nobody else would catch. */
  onFailure(error: unknown): void;
}

export interface PeerOptions {
  readonly clock: Clock;
  /**
   * How long to wait for the client's close frame, and then again for its end of TCP, before TCP is dropped. In
   * milliseconds.
   */
  readonly closeTimeoutMs: number;
}

/** Why reading is paused. It goes on when no reason is left. */
export type PauseReason = 'back-pressure' | 'bandwidth' | 'script';

/**
 * - `open`: messages are sent and received.
 * - `closing`: our close frame was sent; the client's has not arrived.
 * - `closed`: nothing more is sent or read; TCP is being ended.
 * - `gone`: the socket is gone.
 */
type State =
  | { readonly name: 'open' }
  | { readonly name: 'closing'; readonly code: number; readonly reason: string }
  | { readonly name: 'closed' }
  | { readonly name: 'gone' };

/**
 * The server's end of one WebSocket. It does not use the package `ws`, for four reasons. `ws` limits messages, but W2
 * limits frames. It gathers a whole message before it hands it over. Its timers do not run on the service's clock. And
 * it cannot write invalid WebSocket bytes, which faults need.
 */
export class WebSocketPeer {
  readonly #socket: Duplex;
  readonly #events: PeerEvents;
  readonly #options: PeerOptions;
  readonly #batch: WriteBatch;
  readonly #wire: StageChain;
  readonly #pauses = new Set<PauseReason>();
  #parser: FrameParser | undefined;
  #state: State = { name: 'open' };
  /** Whether to end TCP when the stages have passed on all the bytes that they hold. */
  #endsWhenWireIsEmpty = false;
  #dropTimer: Timer | undefined;

  constructor(socket: Duplex, events: PeerEvents, options: PeerOptions) {
    this.#socket = socket;
    this.#events = events;
    this.#options = options;
    this.#wire = new StageChain({
      end: (bytes) => this.#writeToSocket(bytes),
      moved: () => this.#wireMoved(),
    });
    this.#batch = new WriteBatch(socket, {
      write: (bytes) => this.#write(bytes),
      onFailure: (error) => events.onFailure(error),
    });
  }

  /** Starts reading. Data frames go to `data`. `head` holds the bytes that arrived after the handshake request. */
  start(data: DataFrameSink, head: Buffer): void {
    this.#parser = new FrameParser({
      onDataFrame: (opcode, length) => data.onDataFrame(opcode, length),
      onPayload: (piece) => data.onPayload(piece),
      onDataFrameEnd: (endOfMessage) => data.onDataFrameEnd(endOfMessage),
      onPing: (payload) => this.#events.onPing(payload),
      // Unsolicited pongs are ignored (W3), and nobody waits for the others.
      onPong: () => {},
      onClose: (code, reason) => this.#closedByClient(code, reason),
      onInvalid: (code, what) => this.fail(code, what),
    });
    const socket = this.#socket;
    socket.on('error', () => socket.destroy());
    this.#on('close', () => this.#gone());
    this.#on('end', () => this.#endOfInput());
    this.#on('drain', () => {
      this.#wire.drained();
      this.#events.onDrain();
    });
    if (head.length > 0) socket.unshift(head);
    this.#on('data', (chunk) => this.#read(chunk));
    if (this.#pauses.size > 0) socket.pause();
  }

  /** How many bytes the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.writableLength + this.#batch.bytes;
  }

  /** How many bytes the stages of the wire hold. */
  get heldByStages(): number {
    return this.#wire.length === 0 ? 0 : this.#wire.heldBytes;
  }

  /** Whether `onDrain` will be called when the kernel has taken the rest. */
  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Whether messages can be sent: no close frame was sent or received. */
  get open(): boolean {
    return this.#state.name === 'open';
  }

  /** Sends one message in one WebSocket frame. Its payload lies in `parts`. The caller must not change them any more. */
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

  /** Writes bytes as they are, outside any frame. They need not be a valid frame. */
  sendRaw(bytes: Uint8Array): void {
    if (this.open || this.#state.name === 'closing') this.#batch.raw(bytes);
  }

  /** Puts a stage between the WebSocket frames and the socket. Returns a function that removes it. */
  addWireStage(stage: Stage): () => void {
    this.#batch.flush();
    return this.#wire.add(stage);
  }

  /** Starts the close handshake. If the client does not answer in time, TCP is dropped. */
  close(code: number, reason: string): void {
    if (!this.open) return;
    const payload = code === CloseCode.NONE ? Buffer.alloc(0) : closePayload(code, reason);
    this.#batch.frame(Opcode.CLOSE, [payload], payload.length);
    this.#state = { name: 'closing', code, reason };
    // On a paused socket, the client's answer would never be read.
    this.resume('back-pressure');
    this.resume('bandwidth');
    this.#dropLater();
  }

  /** Closes without waiting for the client. Nothing more is read. */
  fail(code: number, what: string): void {
    this.#parser?.stop();
    this.close(code, what);
    this.#end(code, what);
    this.#endOutput();
  }

  /** Ends TCP at once, with a reset if the socket supports it. */
  drop(): void {
    this.#parser?.stop();
    // With TLS, the underlying TCP socket has to send the reset. Node keeps it in `_parent`.
    const tcp = (this.#socket as { _parent?: Duplex })._parent ?? this.#socket;
    const { resetAndDestroy } = tcp as { resetAndDestroy?: () => void };
    resetAndDestroy?.call(tcp);
    this.#socket.destroy();
  }

  /** Ends TCP after the bytes that were written. */
  endTcp(): void {
    this.#parser?.stop();
    this.#endOutput();
  }

  /** Drops TCP without a reset: bytes that the kernel has taken are still delivered. */
  destroy(): void {
    this.#parser?.stop();
    this.#socket.destroy();
  }

  pause(reason: PauseReason): void {
    this.#pauses.add(reason);
    this.#socket.pause();
  }

  resume(reason: PauseReason): void {
    if (this.#pauses.delete(reason) && this.#pauses.size === 0) this.#socket.resume();
  }

  /** Listens to the socket. If the callback throws, only this connection ends. */
  #on(event: 'close' | 'end' | 'drain' | 'data', run: (chunk: Buffer) => void): void {
    this.#socket.on(event, (chunk: Buffer) => {
      try {
        run(chunk);
      } catch (error) {
        this.#events.onFailure(error);
      }
    });
  }

  #read(chunk: Buffer): void {
    this.#events.onBytes(chunk.length);
    this.#parser?.push(chunk);
    this.#events.onChunkEnd();
  }

  /** Takes bytes from the write batch to the socket, through the stages of the wire if there are any. */
  #write(bytes: Buffer): void {
    if (this.#endsWhenWireIsEmpty) return;
    if (this.#wire.length === 0) this.#writeToSocket(bytes);
    else this.#wire.pass(unpinned(bytes));
  }

  #writeToSocket(bytes: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(bytes);
  }

  #wireMoved(): void {
    if (this.#endsWhenWireIsEmpty) this.#endWhenWireIsEmpty();
    else this.#events.onDrain();
  }

  #closedByClient(code: number, reason: string): void {
    const state = this.#state;
    if (state.name === 'closing') {
      this.#end(state.code, state.reason);
    } else {
      this.close(code, code === CloseCode.NONE ? '' : reason);
      this.#end(code, reason);
    }
    this.#endOutput();
  }

  /** To be called when the client has sent FIN. Without a close frame before it, the connection is lost. */
  #endOfInput(): void {
    this.#endLost();
    this.#endOutput();
  }

  #endOutput(): void {
    this.#batch.flush();
    this.#dropLater();
    this.#endWhenWireIsEmpty();
  }

  /** Ends TCP when the stages hold no more bytes. They have time until TCP is dropped. */
  #endWhenWireIsEmpty(): void {
    this.#endsWhenWireIsEmpty = this.heldByStages > 0;
    if (!this.#endsWhenWireIsEmpty) this.#socket.end();
  }

  #dropLater(): void {
    this.#dropTimer?.cancel();
    if (this.#socket.destroyed) return;
    this.#dropTimer = this.#options.clock.after(this.#options.closeTimeoutMs, () => this.#socket.destroy());
  }

  /** To be called when TCP is over. The close code is that of our own close frame; 1006 if we sent none. */
  #endLost(): void {
    if (this.#state.name === 'closing') this.#end(this.#state.code, this.#state.reason);
    else this.#end(CloseCode.ABNORMAL, '');
  }

  #end(code: number, reason: string): void {
    if (this.#state.name === 'closed' || this.#state.name === 'gone') return;
    this.#state = { name: 'closed' };
    this.#events.onEnded(code, reason);
  }

  #gone(): void {
    this.#dropTimer?.cancel();
    this.#parser?.stop();
    try {
      this.#endLost();
    } finally {
      this.#state = { name: 'gone' };
      this.#wire.discard();
      this.#events.onGone();
    }
  }
}
