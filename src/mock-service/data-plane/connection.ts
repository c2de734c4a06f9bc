import type { Duplex } from 'node:stream';
import { opposite, type Side, type Subprotocol } from '../../protocol/index.js';
import type { Timer } from '../kit/index.js';
import type { Accepted } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';
import type { DirectionEnd } from './direction.js';
import { Observation } from './observation.js';
import type { Output } from './output.js';
import type { TunnelBytes } from './tunnel-bytes.js';
import type { TunnelRelay } from './tunnel-relay.js';
import { CloseCode } from './websocket/opcodes.js';
import { WebSocketPeer } from './websocket/peer.js';

/** Answers of the service's own that may wait for a client. */
const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * One connected side, from the handshake until its socket is gone. It is the sender of one direction and the receiver of
 * the other. direction.ts tells what happens to bytes on their way. This file decides when they may move.
 */
export class Connection implements DirectionEnd {
  readonly channelId: string;
  readonly side: Side;
  readonly tunnelId: string;
  readonly subprotocol: Subprotocol;
  readonly peer: WebSocketPeer;
  /** The last steps of the direction towards this side. */
  readonly output: Output;
  /** What this side has sent. */
  readonly observation: Observation;
  /** Resolves when the socket is gone. */
  readonly closed: Promise<void>;
  answersPings: boolean;
  readonly #context: DataPlaneContext;
  readonly #relay: TunnelRelay<Connection>;
  /** The first steps of the direction from this side. */
  readonly #input: TunnelBytes;
  readonly #settleClosed: () => void;
  #bandwidthTimer: Timer | undefined;
  #isRelaying = true;
  #hasFailed = false;

  constructor(context: DataPlaneContext, relay: TunnelRelay<Connection>, accepted: Accepted, socket: Duplex) {
    const { clock, options } = context;
    this.channelId = accepted.channelId;
    this.side = accepted.side;
    this.tunnelId = accepted.tunnel.id;
    this.subprotocol = accepted.subprotocol;
    this.answersPings = options.answerPings;
    this.#context = context;
    this.#relay = relay;
    this.observation = new Observation(options.observedFrames, context.keeping);
    this.peer = new WebSocketPeer(
      socket,
      {
        onBytes: (count) => this.#paceBytes(count),
        onPing: (payload) => this.#answerPing(payload),
        onChunkEnd: () => this.#waitForRoom(),
        onDrain: () => relay.directionTo(this.side).link.relieve(),
        onEnded: (code, reason) => this.#stopRelaying(code, reason),
        onGone: () => this.#settleClosed(),
        onFailure: (error) => this.fail(error),
      },
      { clock, closeTimeoutMs: options.closeTimeoutMs },
    );
    this.output = relay.directionTo(this.side).stepsToReceiver(this);
    this.#input = relay.directionFrom(this.side).stepsFromSender(this);
    const { promise, resolve } = withResolvers();
    this.closed = promise;
    this.#settleClosed = resolve;
  }

  /** Starts reading. `head` holds the bytes that arrived after the handshake. */
  start(head: Buffer): void {
    this.peer.start(this.#input, head);
  }

  /**
   * Whether there is room for an answer of the service itself, such as a pong, before the bytes that wait reach the
   * limit.
   */
  get hasRoom(): boolean {
    const most = Math.min(MAX_ANSWER_BYTES, this.#context.options.highWaterBytes);
    return this.peer.bufferedBytes + this.peer.heldByStages < most;
  }

  /** Closes the WebSocket. The client has `closeTimeoutMs` to answer. */
  close(code: number, reason: string): void {
    this.#stopRelaying(code, reason);
    this.peer.close(code, reason);
  }

  /** For `SideConnection`. The registry calls it, and already counts the side as disconnected. */
  end(code: number, reason: string): void {
    this.close(code, reason);
  }

  /** To be called when code of the service threw for this connection. Ends only this connection, and emits an event. */
  fail(error: unknown): void {
    if (this.#hasFailed) {
      this.peer.destroy();
      return;
    }
    this.#hasFailed = true;
    const { tunnelId, side, channelId } = this;
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    this.#context.events.emit('connection-failed', { tunnelId, side, channelId, reason: message, stack });
    try {
      this.peer.fail(
        CloseCode.INTERNAL_ERROR,
        'An internal error of the service ended this connection; its log says why',
      );
    } catch {
      this.peer.destroy();
    }
  }

  /** Limits the tunnel's bandwidth: a sender that exceeds the rate waits (W5). */
  #paceBytes(count: number): void {
    const waitMs = this.#relay.countBytes(count);
    if (waitMs === 0 || !this.#isRelaying) return;
    this.peer.pause('bandwidth');
    this.#bandwidthTimer?.cancel();
    this.#bandwidthTimer = this.#context.clock.after(waitMs, () => this.peer.resume('bandwidth'));
  }

  /** A client that pings and never reads must not use up memory. So a ping may stay without an answer, as W3 allows. */
  #answerPing(payload: Buffer): void {
    if (this.answersPings && this.hasRoom) this.peer.pong(payload);
  }

  #waitForRoom(): void {
    if (this.#isRelaying && this.#relay.directionFrom(this.side).link.full) this.peer.pause('back-pressure');
  }

  /** Stops relaying in both directions. The side counts as disconnected from now on. */
  #stopRelaying(code: number, reason: string): void {
    if (!this.#isRelaying) return;
    this.#isRelaying = false;
    this.output.flushGathered();
    this.#input.stop();
    this.#bandwidthTimer?.cancel();
    this.#relay.detach(this);
    this.observation.end(code);
    const disrupted = this.#context.registry.disconnected(this, code, reason);
    if (this.#context.options.resetOnPeerLoss === 'lost')
      this.#relay.resetStreams(opposite(this.side), disrupted);
  }
}

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
