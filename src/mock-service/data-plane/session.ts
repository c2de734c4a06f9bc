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

/** What a test, the admin API or a fault can tell one connected side to do, and see of it. */
export class Session {
  readonly channelId: string;
  readonly side: Side;
  readonly tunnelId: string;
  readonly subprotocol: Subprotocol;
  /** Settled once the socket is gone. */
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
   * Sends a message to the client, as if the service had to say it. It comes between whole frames.
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
   * Sends any bytes, in WebSocket messages of the given sizes (the last size goes on repeating), else in one. They
   * need not be tunnel frames.
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

  /** SESSION_RESET to this client (S12). */
  resetSession(): void {
    this.inject({ type: MessageType.SESSION_RESET });
  }

  /**
   * SERVICE_IDS with the tunnel's ids, or others (S1).
   * @throws {ProtocolError} MESSAGE_TOO_LARGE where they do not fit one frame.
   */
  sendServiceIds(ids: readonly string[] = this.#relay.tunnel.services): void {
    this.inject({ type: MessageType.SERVICE_IDS, availableServiceIds: ids });
  }

  /** Sends a text message, which a client must not take for tunnel data (W1). */
  sendText(text: string): void {
    this.#connection.output.flushGathered();
    this.#connection.peer.sendText(text);
  }

  /** At most 125 bytes. */
  ping(payload: Uint8Array = new Uint8Array(0)): void {
    this.#connection.peer.ping(payload.subarray(0, 125));
  }

  /** Writes bytes to the socket outside any WebSocket frame: invalid WebSocket, if so wished (W6). */
  writeRaw(bytes: Uint8Array): void {
    this.#connection.output.flushGathered();
    this.#connection.peer.sendRaw(bytes);
  }

  /** Bytes that the client has not taken. */
  get backlogBytes(): number {
    return this.#connection.output.backlogBytes;
  }

  /** Whether the client's socket takes more at once; a stage of the wire is told when it does again. */
  get writable(): boolean {
    return !this.#connection.peer.needsDrain;
  }

  /** Whether less waits for the client than the high-water mark. */
  get hasRoom(): boolean {
    return this.#connection.hasRoom;
  }

  // How it ends.

  /** Closes the WebSocket; the client has `closeTimeoutMs` to answer. */
  close(code: number = CloseCode.NORMAL, reason = ''): void {
    this.#connection.close(code, reason);
  }

  /** Resets the TCP connection, without a close frame. */
  drop(): void {
    this.#connection.peer.drop();
  }

  /** Ends TCP behind what has been sent, without a close frame. Nothing is read any more. */
  endTcp(): void {
    this.#connection.peer.endTcp();
  }

  /** Ends TCP at once, the close handshake notwithstanding. */
  destroy(): void {
    this.#connection.peer.destroy();
  }

  /** Ends it as where the service has failed at it: close code 1011, and `connection-failed` with the reason. */
  fail(error: unknown): void {
    this.#connection.fail(error);
  }

  // How it behaves.

  /** Whether pings are answered (W3). */
  answerPings(answers: boolean): void {
    this.#connection.answersPings = answers;
  }

  /** Reads nothing more from the client's socket until told to. */
  stopReading(): void {
    this.#connection.peer.pause('script');
  }

  resumeReading(): void {
    this.#connection.peer.resume('script');
  }

  /** Keeps back what is relayed to this client; beyond the high-water mark its peer is slowed. */
  hold(): void {
    this.#relay.directionTo(this.side).link.hold();
  }

  /** Delivers what was held and relays on. */
  release(): void {
    this.#relay.directionTo(this.side).link.release();
  }

  /** From now on; what is gathered goes out first. */
  setReframing(reframing: Reframing): void {
    this.#connection.output.setReframing(reframing);
  }

  /**
   * Puts a stage on the way to this client, behind those in its place: on the frames of the direction, or on the wire of
   * this connection. Returns how to take it away.
   */
  addStage(stage: Stage): () => void {
    if (stage.place === 'wire') return this.#connection.output.addWireStage(stage);
    return this.#relay.directionTo(this.side).link.addStage(stage);
  }

  /** Puts something between the WebSocket frames written to this client and its socket; undefined takes it away. */
  interceptWire(wire: ((bytes: Uint8Array, write: WriteWire) => void) | undefined): void {
    this.#removeIntercept?.();
    this.#removeIntercept = wire && this.addStage(wireStage(wire));
  }

  // What it saw.

  /** The last frames that the client sent (`observedFrames` of them). */
  get received(): readonly ReceivedFrame[] {
    return this.#connection.observation.received;
  }

  /**
   * The client's next frame that matches, after the one returned last.
   * @throws {ServiceError} TIMEOUT after `timeoutMs` (5000) of real time, SESSION_ENDED.
   */
  next(matcher?: FrameMatcher, options?: { timeoutMs?: number }): Promise<ReceivedFrame> {
    return this.#connection.observation.next(matcher, options);
  }
}
