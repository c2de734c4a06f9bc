import type { Duplex } from 'node:stream';
import { encodeFrame, MAX_WEBSOCKET_FRAME_BYTES, type Message, message } from '../../protocol/index.js';
import type { LinkTarget } from './link.js';
import { createReframer, type Reframer, type Reframing } from './reframing.js';
import { type PeerEvents, type PeerOptions, WebSocketPeer } from './websocket/peer.js';

/** The sending half of a session: what is relayed to the client, and what the service is told to send it. */
export abstract class SessionOutput implements LinkTarget, PeerEvents {
  protected readonly peer: WebSocketPeer;
  #reframer: Reframer;

  constructor(socket: Duplex, reframing: Reframing, options: PeerOptions) {
    this.peer = new WebSocketPeer(socket, this, options);
    this.#reframer = this.#newReframer(reframing);
  }

  abstract onBytes(count: number): void;
  abstract onDataFrame(opcode: number, length: number): void;
  abstract onPayload(piece: Buffer): void;
  abstract onDataFrameEnd(endOfMessage: boolean): void;
  abstract onPing(payload: Buffer): void;
  abstract onPong(): void;
  abstract onChunkEnd(): void;
  abstract onDrain(): void;
  abstract onEnded(code: number, reason: string): void;
  abstract onGone(): void;

  /** Sends one message of tunnel bytes. */
  protected abstract sendBinary(parts: readonly Uint8Array[], length: number): void;

  /** Sends a message to the client, as if the service had to say it. It comes between whole frames. */
  inject(fields: Partial<Message>): void {
    this.sendFrame(encodeFrame(message(fields)));
  }

  /**
   * Sends any bytes, in WebSocket messages of the given sizes (the last size goes on repeating), else in one. They
   * need not be tunnel frames.
   */
  injectBytes(bytes: Uint8Array, options: { messageSizes?: readonly number[] } = {}): void {
    this.#reframer.flush();
    const sizes = options.messageSizes ?? [];
    let at = 0;
    for (let nth = 0; at < bytes.length || nth === 0; nth++) {
      const size = sizes[nth] ?? (sizes.at(-1) || MAX_WEBSOCKET_FRAME_BYTES);
      const part = bytes.subarray(at, at + size);
      this.peer.sendBinary([part], part.length);
      at += size;
    }
  }

  /** Sends a text message, which a client must not take for tunnel data (W1). */
  sendText(text: string): void {
    this.#reframer.flush();
    this.peer.sendText(text);
  }

  /** At most 125 bytes. */
  ping(payload: Uint8Array = new Uint8Array(0)): void {
    this.peer.ping(payload.subarray(0, 125));
  }

  /** Writes bytes to the socket outside any WebSocket frame: invalid WebSocket, if so wished (W6). */
  writeRaw(bytes: Uint8Array): void {
    this.#reframer.flush();
    this.peer.sendRaw(bytes);
  }

  /** Reads nothing more from the client's socket until told to. */
  stopReading(): void {
    this.peer.pause('script');
  }

  resumeReading(): void {
    this.peer.resume('script');
  }

  /** From now on; what is gathered goes out first. */
  setReframing(reframing: Reframing): void {
    this.#reframer.flush();
    this.#reframer = this.#newReframer(reframing);
  }

  /** Puts something between the WebSocket frames written to this client and its socket; undefined takes it away. */
  interceptWire(wire: ((bytes: Uint8Array, write: (bytes: Uint8Array) => void) => void) | undefined): void {
    this.peer.interceptWire(wire);
  }

  /** Sends a whole frame of the service's own. */
  sendFrame(frame: Uint8Array): void {
    this.#reframer.flush();
    this.sendBinary([frame], frame.length);
  }

  // LinkTarget: what the peer sent.

  deliver(frames: Buffer, cuts: readonly number[]): void {
    this.#reframer.frames(frames, cuts);
  }

  deliverBoundary(): void {
    this.#reframer.boundary();
  }

  flushGathered(): void {
    this.#reframer.flush();
  }

  get backlogBytes(): number {
    // Without a drain to come, nothing would ever tell that the backlog is gone.
    return this.peer.needsDrain ? this.peer.bufferedBytes : 0;
  }

  #newReframer(reframing: Reframing): Reframer {
    return createReframer(
      reframing,
      (parts, length) => this.sendBinary(parts, length),
      (run) => setImmediate(run),
    );
  }
}
