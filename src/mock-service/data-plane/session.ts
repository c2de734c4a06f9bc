import {
  encodeFrame,
  MAX_WEBSOCKET_FRAME_BYTES,
  type Message,
  MessageType,
  message,
  type Side,
  type Subprotocol,
} from '../../protocol/index.js';
import type { Connection } from './connection.js';
import type { FrameMatcher, ReceivedFrame } from './observation.js';
import type { Reframing } from './reframing-schema.js';
import { type Stage, type WriteWire, wireStage } from './stage.js';
import type { TunnelRelay } from './tunnel-relay.js';
import { CloseCode } from './websocket/opcodes.js';

/**
 * The handle on one connected side: what a test, the admin API or a fault can make it do, and what they can see of it.
 */
export class Session {
  readonly channelId: string;
  readonly side: Side;
  readonly tunnelId: string;
  readonly subprotocol: Subprotocol;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>;
  readonly #connection: Connection;
  readonly #relay: TunnelRelay<Connection>;
  #removeIntercept: (() => void) | undefined;

  constructor(connection: Connection, relay: TunnelRelay<Connection>) {
    this.channelId = connection.channelId;
    this.side = connection.side;
    this.tunnelId = connection.tunnelId;
    this.subprotocol = connection.subprotocol;
    this.closed = connection.closed;
    this.#connection = connection;
    this.#relay = relay;
  }

  // What is sent to the client.

  /**
   * Sends a message to the client, as if it were the service's own. It is put between whole frames.
   * @throws {ProtocolError} MESSAGE_TOO_LARGE, VALUE_OUT_OF_RANGE.
   */
  inject(fields: Partial<Message>): void {
    this.sendFrame(encodeFrame(message(fields)));
  }

  /** Sends a whole frame. */
  sendFrame(frame: Uint8Array): void {
    this.#connection.output.message(frame);
  }

  /**
   * Sends any bytes; they need not be tunnel frames. With `messageSizes` it uses WebSocket messages of these sizes, and
   * repeats the last size for the rest. Without it, it uses one message, or more if the bytes do not fit (W2).
   */
  injectBytes(bytes: Uint8Array, options: { messageSizes?: readonly number[] } = {}): void {
    const sizes = options.messageSizes ?? [];
    let at = 0;
    for (let nth = 0; at < bytes.length || nth === 0; nth++) {
      const size = sizes[nth] ?? (sizes.at(-1) || MAX_WEBSOCKET_FRAME_BYTES);
      const part = bytes.subarray(at, at + size);
      this.#connection.output.message(part);
      at += size;
    }
  }

  /** Sends SESSION_RESET to this client (S12). */
  resetSession(): void {
    this.inject({ type: MessageType.SESSION_RESET });
  }

  /**
   * Sends SERVICE_IDS with the tunnel's ids, or with other ids (S1).
   * @throws {ProtocolError} MESSAGE_TOO_LARGE if the ids do not fit in one frame.
   */
  sendServiceIds(ids: readonly string[] = this.#relay.tunnel.services): void {
    this.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: ids });
  }

  /** Sends a text message, which a client must not take for tunnel data (W1). */
  sendText(text: string): void {
    this.#connection.output.flushGathered();
    this.#connection.peer.sendText(text);
  }

  /** Sends a ping. The payload is cut at 125 bytes. */
  ping(payload: Uint8Array = new Uint8Array(0)): void {
    this.#connection.peer.ping(payload.subarray(0, 125));
  }

  /** Writes bytes to the socket outside any WebSocket frame. They may make the WebSocket stream invalid (W6). */
  writeRaw(bytes: Uint8Array): void {
    this.#connection.output.flushGathered();
    this.#connection.peer.sendRaw(bytes);
  }

  /** How many bytes the client has not taken yet. */
  get backlogBytes(): number {
    return this.#connection.output.backlogBytes;
  }

  /** Whether the client's socket takes more bytes now. If not, stages of the wire are told when it does again. */
  get writable(): boolean {
    return !this.#connection.peer.needsDrain;
  }

  /** Whether fewer bytes wait for the client than the high-water mark. */
  get hasRoom(): boolean {
    return this.#connection.hasRoom;
  }

  // Ways to end it.

  /** Closes the WebSocket. The client has `closeTimeoutMs` to answer. */
  close(code: number = CloseCode.NORMAL, reason = ''): void {
    this.#connection.close(code, reason);
  }

  /** Resets the TCP connection, without a close frame. */
  drop(): void {
    this.#connection.peer.drop();
  }

  /** Ends TCP after the bytes that were sent, without a close frame. Nothing more is read. */
  endTcp(): void {
    this.#connection.peer.endTcp();
  }

  /** Ends TCP at once, without waiting for a close handshake. */
  destroy(): void {
    this.#connection.peer.destroy();
  }

  /**
   * Ends the connection as after an internal error: close code 1011, and the event `connection-failed` with the reason.
   */
  fail(error: unknown): void {
    this.#connection.fail(error);
  }

  // Its behaviour.

  /** Sets whether pings are answered (W3). */
  answerPings(answers: boolean): void {
    this.#connection.answersPings = answers;
  }

  /** Stops reading from the client's socket until `resumeReading`. */
  stopReading(): void {
    this.#connection.peer.pause('script');
  }

  resumeReading(): void {
    this.#connection.peer.resume('script');
  }

  /** Holds the frames that are relayed to this client. When they reach the high-water mark, its peer is paused. */
  hold(): void {
    this.#relay.directionTo(this.side).link.hold();
  }

  /** Delivers the held frames and goes on relaying. */
  release(): void {
    this.#relay.directionTo(this.side).link.release();
  }

  /** Changes the re-framing from now on. Gathered bytes are sent first. */
  setReframing(reframing: Reframing): void {
    this.#connection.output.setReframing(reframing);
  }

  /**
   * Adds a stage on the way to this client, after those in the same place: on the frames of the direction, or on the wire
   * of this connection. Returns a function that removes it.
   */
  addStage(stage: Stage): () => void {
    if (stage.place === 'wire') return this.#connection.output.addWireStage(stage);
    return this.#relay.directionTo(this.side).link.addStage(stage);
  }

  /** Puts a function between the WebSocket frames written to this client and its socket. Undefined removes it. */
  interceptWire(wire: ((bytes: Uint8Array, write: WriteWire) => void) | undefined): void {
    this.#removeIntercept?.();
    this.#removeIntercept = wire && this.addStage(wireStage(wire));
  }

  // What it has seen.

  /** The last frames that the client sent, at most `observedFrames`. */
  get received(): readonly ReceivedFrame[] {
    return this.#connection.observation.received;
  }

  /**
   * Waits for the client's next frame that matches, after the one that was returned last.
   * @throws {ServiceError} TIMEOUT after `timeoutMs` (5000) of real time, SESSION_ENDED.
   */
  next(matcher?: FrameMatcher, options?: { timeoutMs?: number }): Promise<ReceivedFrame> {
    return this.#connection.observation.next(matcher, options);
  }
}
