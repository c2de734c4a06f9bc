import { z } from 'zod';
import type { Clock, EventHub } from '../kit/index.js';
import type { TunnelRegistry } from '../tunnels/index.js';
import type { Reframing } from './reframing-schema.js';

/** What the service does where a client breaks a rule: it closes the client, only reports it, or does not look. */
export const enforcementSchema = z.enum(['close', 'report', 'off']);
export type Enforcement = z.output<typeof enforcementSchema>;

/** When the service tells the peer of the streams that a lost side leaves behind (S15). */
export const resetOnPeerLossSchema = z.enum(['replaced', 'lost']);
export type ResetOnPeerLoss = z.output<typeof resetOnPeerLossSchema>;

/** The data plane's options, all of them settled. Times are milliseconds, sizes bytes. */
export interface DataPlaneOptions {
  readonly enforce: Enforcement;
  readonly reframing: Reframing;
  readonly resetOnPeerLoss: ResetOnPeerLoss;
  readonly answerPings: boolean;
  /** A side that has this much waiting for it slows its peer. */
  readonly highWaterBytes: number;
  readonly closeTimeoutMs: number;
  /** Frames of a session kept for `session.received`. */
  readonly observedFrames: number;
  /** A tunnel's bandwidth, both directions together; undefined for no limit. */
  readonly bandwidthBytesPerSecond: number | undefined;
  /** Handshakes a second that are looked at; undefined for no limit. */
  readonly handshakesPerSecond: number | undefined;
}

/** What every session and tunnel of the data plane rests on. */
export interface DataPlaneContext {
  readonly clock: Clock;
  readonly events: EventHub;
  readonly registry: TunnelRegistry;
  readonly options: DataPlaneOptions;
  readonly newChannelId: () => string;
}
