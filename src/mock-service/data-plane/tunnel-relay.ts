import { encodeFrame, MessageType, message, opposite, type Side } from '../../protocol/index.js';
import type { Tunnel } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';
import { Link } from './link.js';
import type { Session } from './session.js';
import { TokenBucket } from './token-bucket.js';

/** How a stream is named in a message. */
export interface StreamName {
  readonly streamId: number;
  readonly serviceId: string;
}

/** The relay of one tunnel: its two directions, which translate nothing (X5), and the sessions at their ends. */
export class TunnelRelay {
  readonly tunnel: Tunnel;
  /** By the side that receives. */
  readonly links: Readonly<Record<Side, Link>>;
  readonly #sessions = new Map<Side, Session>();
  readonly #bandwidth: TokenBucket | undefined;

  constructor(context: DataPlaneContext, tunnel: Tunnel) {
    const { highWaterBytes, bandwidthBytesPerSecond: rate } = context.options;
    this.tunnel = tunnel;
    this.links = {
      source: new Link('source', highWaterBytes),
      destination: new Link('destination', highWaterBytes),
    };
    // A second's worth may pass at once, as a link's own buffers would let it.
    if (rate !== undefined) this.#bandwidth = new TokenBucket(context.clock, rate, rate);
  }

  session(side: Side): Session | undefined {
    return this.#sessions.get(side);
  }

  /** The session takes its side over; an older one of that side relays nothing more. */
  attach(session: Session): void {
    const { side } = session;
    this.#sessions.set(side, session);
    this.links[opposite(side)].origin = session;
    this.links[side].setTarget(session);
  }

  /** The session relays nothing more. Does nothing where another has taken over. */
  detach(session: Session): void {
    const { side } = session;
    if (this.#sessions.get(side) !== session) return;
    this.#sessions.delete(side);
    const outgoing = this.links[opposite(side)];
    outgoing.originEnded();
    outgoing.origin = undefined;
    this.links[side].setTarget(undefined);
  }

  get idle(): boolean {
    return this.#sessions.size === 0;
  }

  /** Counts bytes of the tunnel; returns the milliseconds their sender must wait. */
  countBytes(count: number): number {
    return this.#bandwidth?.take(count) ?? 0;
  }

  /** Tells a side that streams are over, and the ledger with it (S15). */
  resetStreams(side: Side, streams: readonly StreamName[]): void {
    for (const { streamId, serviceId } of streams) {
      const reset = message({ type: MessageType.STREAM_RESET, streamId, serviceId });
      this.#sessions.get(side)?.sendFrame(encodeFrame(reset));
      this.tunnel.streams.endStream(serviceId, streamId);
    }
  }
}
