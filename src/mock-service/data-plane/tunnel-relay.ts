import { opposite, type Side } from '../../protocol/index.js';
import type { Tunnel } from '../tunnels/index.js';
import type { DataPlaneContext } from './context.js';
import { Direction, type DirectionEnd } from './direction.js';
import { resetFrame, type StreamOfMessage } from './stream-reset.js';
import { TokenBucket } from './token-bucket.js';

/** The relay of one tunnel: its two directions, and the connections at their ends. It translates nothing (X5). */
export class TunnelRelay<Connection extends DirectionEnd = DirectionEnd> {
  readonly tunnel: Tunnel;
  readonly #directions: Readonly<Record<Side, Direction>>;
  readonly #connections = new Map<Side, Connection>();
  readonly #bandwidth: TokenBucket | undefined;

  constructor(context: DataPlaneContext, tunnel: Tunnel) {
    const { bandwidthBytesPerSecond: rate } = context.options;
    this.tunnel = tunnel;
    this.#directions = {
      source: new Direction(context, tunnel, 'source'),
      destination: new Direction(context, tunnel, 'destination'),
    };
    // Up to one second's bytes may pass at once, as with the buffers of a real network link.
    if (rate !== undefined) this.#bandwidth = new TokenBucket(context.clock, rate, rate);
  }

  directionTo(side: Side): Direction {
    return this.#directions[side];
  }

  directionFrom(side: Side): Direction {
    return this.#directions[opposite(side)];
  }

  /** The connection that holds a side now. */
  connection(side: Side): Connection | undefined {
    return this.#connections.get(side);
  }

  /** Lets the connection hold its side. An older connection of that side relays nothing more. */
  attach(connection: Connection): void {
    const { side, peer, output } = connection;
    this.#connections.set(side, connection);
    this.directionFrom(side).link.setSender(() => peer.resume('back-pressure'));
    this.directionTo(side).link.setReceiver(output);
  }

  /** Removes the connection from its side. Does nothing if another connection holds the side by now. */
  detach(connection: Connection): void {
    const { side } = connection;
    if (this.#connections.get(side) !== connection) return;
    this.#connections.delete(side);
    const { link } = this.directionFrom(side);
    link.senderEnded();
    link.setSender(undefined);
    this.directionTo(side).link.setReceiver(undefined);
  }

  /** Counts bytes against the tunnel's bandwidth. Returns the milliseconds that their sender must wait. */
  countBytes(count: number): number {
    return this.#bandwidth?.take(count) ?? 0;
  }

  /** Sends a side STREAM_RESET for each of the streams, and ends them in the ledger (S15). */
  resetStreams(side: Side, streams: readonly StreamOfMessage[]): void {
    for (const stream of streams) {
      const frame = resetFrame(stream);
      if (frame !== undefined) this.#connections.get(side)?.output.message(frame);
      this.tunnel.streams.endStream(stream.serviceId, stream.streamId);
    }
  }
}
