import type { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../kit/index.js';
import type { Stage } from '../stage.js';
import { StageChain } from '../stage-chain.js';
import { unpinned } from '../unpinned.js';
import { type DataFrameSink, FrameParser } from './frame-parser.js';
import { closePayload } from './frame-writer.js';
import { CloseCode, Opcode } from './opcodes.js';
import { WriteBatch } from './write-batch.js';

/** What a WebSocket tells of itself, beside the data that comes in. */
export interface PeerEvents {
  /** Bytes came from the socket, before they are parsed. */
  onBytes(count: number): void;
  onPing(payload: Buffer): void;
  /** A chunk has been parsed. */
  onChunkEnd(): void;
  /** What was written has gone to the kernel, or a stage has let go of something. */
  onDrain(): void;
  /** The WebSocket is of no more use: the client closed it, broke it, or is gone. Once. */
  onEnded(code: number, reason: string): void;
  /** The socket is gone too. Once, after `onEnded`. */
  onGone(): void;
  /** Something was thrown where nobody else would catch it: in a callback of the socket or of a timer. */
  onFailure(error: unknown): void;
}

export interface PeerOptions {
  readonly clock: Clock;
  /** Wait for the client's close frame, then for its end of TCP, before TCP is dropped. Milliseconds. */
  readonly closeTimeoutMs: number;
}

/** Why reading is stopped; it goes on when no reason is left. */
export type PauseReason = 'back-pressure' | 'bandwidth' | 'script';

/**
 * - `open`: messages go both ways.
 * - `closing`: our close frame is on its way, the client's has not come.
 * - `closed`: nothing is sent or read any more; TCP is being ended.
 * - `gone`: so is the socket.
 */
type State =
  | { readonly name: 'open' }
  | { readonly name: 'closing'; readonly code: number; readonly reason: string }
  | { readonly name: 'closed' }
  | { readonly name: 'gone' };

/**
 * The server's end of one WebSocket. Not `ws`: its limit is per message where W2 is per frame, it gathers messages
 * before it tells of them, its timers run on no clock of ours, and faults must be able to write what no WebSocket is.
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
  /** TCP is to be ended once stages have let go of what they hold. */
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

  /** Starts reading: data goes to `data`. `head` is what came behind the handshake request. */
  start(data: DataFrameSink, head: Buffer): void {
    this.#parser = new FrameParser({
      onDataFrame: (opcode, length) => data.onDataFrame(opcode, length),
      onPayload: (piece) => data.onPayload(piece),
      onDataFrameEnd: (endOfMessage) => data.onDataFrameEnd(endOfMessage),
      onPing: (payload) => this.#events.onPing(payload),
      // Unsolicited ones are ignored, and nobody waits for the others (W3).
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

  /** Bytes that the kernel has not taken yet. */
  get bufferedBytes(): number {
    return this.#socket.writableLength + this.#batch.bytes;
  }

  /** Bytes that stages of the wire keep for later. */
  get heldByStages(): number {
    return this.#wire.length === 0 ? 0 : this.#wire.heldBytes;
  }

  /** Whether `onDrain` will come for what the kernel has not taken. */
  get needsDrain(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** Whether messages are still sent: no close frame has gone either way. */
  get open(): boolean {
    return this.#state.name === 'open';
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
    if (this.open || this.#state.name === 'closing') this.#batch.raw(bytes);
  }

  /** Puts a stage between the WebSocket frames and the socket; returns how to take it away. */
  addWireStage(stage: Stage): () => void {
    this.#batch.flush();
    return this.#wire.add(stage);
  }

  /** Starts the close handshake; TCP is dropped where the client does not answer in time. */
  close(code: number, reason: string): void {
    if (!this.open) return;
    const payload = code === CloseCode.NONE ? Buffer.alloc(0) : closePayload(code, reason);
    this.#batch.frame(Opcode.CLOSE, [payload], payload.length);
    this.#state = { name: 'closing', code, reason };
    // A paused socket would never show the client's answer.
    this.resume('back-pressure');
    this.resume('bandwidth');
    this.#dropLater();
  }

  /** Closes without waiting for the client: nothing of what it sends is read any more. */
  fail(code: number, what: string): void {
    this.#parser?.stop();
    this.close(code, what);
    this.#end(code, what);
    this.#endOutput();
  }

  /** Ends TCP at once, with a reset where the socket can. */
  drop(): void {
    this.#parser?.stop();
    // Under TLS the reset has to come from the TCP socket beneath, which node keeps here.
    const tcp = (this.#socket as { _parent?: Duplex })._parent ?? this.#socket;
    const { resetAndDestroy } = tcp as { resetAndDestroy?: () => void };
    resetAndDestroy?.call(tcp);
    this.#socket.destroy();
  }

  /** Ends TCP behind what has been written. */
  endTcp(): void {
    this.#parser?.stop();
    this.#endOutput();
  }

  /** Drops TCP without a reset: what the kernel holds is still delivered. */
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

  /** A callback of the socket whose failure ends this connection alone. */
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

  /** Behind the write batch: through stages of the wire, if there are any, to the socket. */
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

  /** The client sent FIN: without a close frame, the connection is lost. */
  #endOfInput(): void {
    this.#endLost();
    this.#endOutput();
  }

  #endOutput(): void {
    this.#batch.flush();
    this.#dropLater();
    this.#endWhenWireIsEmpty();
  }

  /** What stages hold is still to be written; they may take until TCP is dropped. */
  #endWhenWireIsEmpty(): void {
    this.#endsWhenWireIsEmpty = this.heldByStages > 0;
    if (!this.#endsWhenWireIsEmpty) this.#socket.end();
  }

  #dropLater(): void {
    this.#dropTimer?.cancel();
    if (this.#socket.destroyed) return;
    this.#dropTimer = this.#options.clock.after(this.#options.closeTimeoutMs, () => this.#socket.destroy());
  }

  /** TCP is over: with the code of our own close frame where one was sent, else without any. */
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
